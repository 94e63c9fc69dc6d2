"""A table of list releases is recorded: a row a release, through the one check, all or none."""

from __future__ import annotations

from datetime import datetime
from typing import BinaryIO

from sqlalchemy.orm import Session

from portal.accounts import Actor
from portal.errors import Refusal
from portal.intake.reports import Report, refused
from portal.intake.tables import Reading, read_values
from portal.notices.releases.actions import record
from portal.notices.releases.inputs import ListReleaseIn


def record_csv(session: Session, stream: BinaryIO, *, by: Actor, at: datetime) -> Report:
    """Record the releases of a file, CSV or XLSX, of up to 50,000 rows.

    Where the report says that it was not taken in, the caller must roll back: rows before the
    first wrong one have been written.
    """
    reading = Reading(ListReleaseIn)
    rows = read_values(session, reading, stream, at)
    if isinstance(rows, Report):
        return rows
    for number, row in zip(reading.rows, rows, strict=True):
        try:
            record(session, row, by=by, at=at)
        except Refusal as refusal:
            reading.note(number, refusal.field, refusal.code, refusal.params)
    if reading.count:
        return refused(len(rows), reading.problems, reading.count)
    return Report(len(rows), len(rows), 0, (), 0, ())
