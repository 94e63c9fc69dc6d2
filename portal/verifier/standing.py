"""How a number stands, by the register or by a list of past numbers; added to a file's verdict."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from portal.verifier.lists import PastList

UNKNOWN, DIFFERS, NOT_LISTED, TOO_NEW = "UNKNOWN", "DIFFERS", "NOT_LISTED", "TOO_NEW"
# The serial number is the last but one of the parts of a number: XX-SP5-2026-000045-2.
_SERIAL = re.compile(r"-(\d{6,9})-\d$")


@dataclass(frozen=True)
class Standing:
    """A state of a number and since when; ``listed_at`` and ``due_at`` where a list says it.

    ``code``: ISSUED, BEING_PREPARED, SUPERSEDED, REVOKED; UNKNOWN to the register,
    or DIFFERS from what it holds; by a list NOT_LISTED (it held then) or TOO_NEW (given later).
    """

    code: str
    since_at: datetime | None = None
    successor: str | None = None
    reason: str | None = None
    listed_at: datetime | None = None
    due_at: datetime | None = None


def standings_by(past: PastList, number: str, *, at: datetime) -> list[Standing]:
    """Every state that a list tells of a number, oldest first; ``due_at`` is set where the list is
    stale at that instant.
    """
    told = past.made_at, past.next_at if past.is_stale(at) else None
    states = [
        Standing(one.standing, one.since_at, one.successor, one.reason, *told)
        for one in past.of(number)
    ]
    if states:
        return states
    serial = _SERIAL.search(number)
    known = serial is not None and int(serial[1]) <= past.newest
    code = NOT_LISTED if known else TOO_NEW
    return [Standing(code, listed_at=told[0], due_at=told[1])]
