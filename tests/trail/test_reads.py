"""Who read what: written down once in a quarter of an hour, for each whom somebody reads for."""

from __future__ import annotations

from dataclasses import replace

from portal.accounts import Actor, Role
from portal.trail.reads import QUIET, record_read, was_just_read
from tests.trail.conftest import ALPHA, Log

LY = Actor(7, "Ly Auditor", Role.AUDITOR, 21)


def test_who_reads_for_another_firm_is_written_down_anew(log: Log) -> None:
    session, at = log.session, log.at
    record_read(session, ALPHA, "read.filing", "R-1", by=LY, at=at)

    def just_read(by: Actor, subject: str = "R-1") -> bool:
        return was_just_read(session, ALPHA, "read.filing", subject, by=by, at=at + QUIET / 2)

    assert just_read(LY)
    assert not just_read(LY, "R-2")
    assert not just_read(replace(LY, organisation_id=22))
