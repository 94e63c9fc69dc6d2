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

from portal.returns.due import request_number
from portal.returns.extension import ExtensionRequest
from portal.returns.model import Filing


@dataclass(frozen=True)
class Aside:
    """``reasons`` are the coded reasons of granted requests for more time, by their number."""

    reasons: Mapping[str, str] = field(default_factory=dict)


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
    return Aside({number: why for number, why in reasons.items() if number in named})
