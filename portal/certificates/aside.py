"""What a report says besides the two frozen documents, to those concerned alone (chairs B5).

The attestation is public, so it names only that something was; here is what it was. All of it is
in rows that never change, named by the attestation: a report drawn later says the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.entries.entry import is_withheld
from portal.policy.queries import document_of
from portal.returns.due import request_number
from portal.returns.extension import ExtensionRequest
from portal.returns.hearing import draft_on, reply_to
from portal.returns.model import Filing


@dataclass(frozen=True)
class Aside:
    """``reasons`` are the coded reasons of granted requests for more time, by their number;
    ``draft`` is what the authority intended, ``reply`` what the ISP said to it, in its own words,
    with the salt of the commitment that the attestation holds. ``policies`` are the documents
    of the policies that judged, by version: the bytes whose digests the attestation names.
    """

    reasons: Mapping[str, str] = field(default_factory=dict)
    draft: str | None = None
    reply: str | None = None
    salt: bytes | None = None
    policies: Mapping[str, bytes] = field(default_factory=dict)


NOTHING_ASIDE = Aside()


def aside(session: Session, filing: Filing, attestation: Mapping[str, Any]) -> Aside:
    """What the report of an attestation says aside."""
    named = {move["number"] for move in attestation["filing"].get("moves", ())}
    asked = session.scalars(
        select(ExtensionRequest).where(
            ExtensionRequest.isp_id == filing.isp_id, ExtensionRequest.period == filing.period
        )
    )
    reasons = {request_number(one): str(one.reason) for one in asked}
    return Aside(
        {number: why for number, why in reasons.items() if number in named},
        policies={
            one["version"]: document_of(session, one["version"]) for one in attestation["policy"]
        },
        **(_heard(session, filing) if attestation.get("hearing") else {}),
    )


def _heard(session: Session, filing: Filing) -> dict[str, Any]:
    draft = draft_on(session, filing)
    said = reply_to(session, draft) if draft else None
    return {
        "draft": _shown(draft.text) if draft else None,
        "reply": _shown(said.text) if said else None,
        "salt": said.text_salt if said and not is_withheld(said.text) else None,
    }


def _shown(text: str | None) -> str | None:
    """A text as a paper prints it; of one that was withheld it says that it was withdrawn."""
    return None if is_withheld(text) else text
