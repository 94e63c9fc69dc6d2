"""What annex K of the report says: how the provider was heard, in its words, and its appeals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from portal.certificates import khmer
from portal.certificates.aside import Aside
from portal.certificates.words import AGAINST, APPEALED, words_for


def fairly(facts: Mapping[str, Any], aside: Aside, zone: ZoneInfo) -> dict[str, Any]:
    """The annex's values; ``hearing`` is None and ``appeals`` empty where there was neither."""
    return {"hearing": _hearing(facts["hearing"], aside, zone), "appeals": _appeals(facts, zone)}


def _hearing(
    hearing: Mapping[str, Any] | None, aside: Aside, zone: ZoneInfo
) -> dict[str, Any] | None:
    if hearing is None:
        return None
    said_at = hearing["replied_at"]
    return {
        "number": hearing["draft"],
        "drafted": khmer.moments(hearing["drafted_at"], zone),
        "until": khmer.moments(hearing["reply_until"], zone),
        "replied": khmer.moments(said_at, zone) if said_at else None,
        "draft": khmer.spoken(aside.draft),
        "reply": khmer.spoken(aside.reply),
        "commitment": hearing["reply"],
        "salt": aside.salt.hex() if aside.salt else None,
    }


def _appeals(facts: Mapping[str, Any], zone: ZoneInfo) -> list[dict[str, Any]]:
    return [
        {
            "number": one["number"],
            "against": words_for(AGAINST, one["against"]),
            "outcome": words_for(APPEALED, one["outcome"] or ""),
            "made": khmer.moments(one["made_at"], zone),
            "decided": khmer.moments(one["decided_at"], zone) if one["decided_at"] else None,
        }
        for one in facts["appeals"]
    ]
