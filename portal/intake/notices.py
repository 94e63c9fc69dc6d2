"""A table of notices is sent: a row a notice, each through the one check, all rows or none."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, BinaryIO

from pydantic import Field, StringConstraints
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts import Actor, Organisation, OrganisationKind
from portal.errors import Refusal, Refused
from portal.intake.reports import Report, refused
from portal.intake.tables import Reading, read_values
from portal.notices.actions import send
from portal.notices.inputs import NoticeIn


class NoticeRow(NoticeIn):
    """A row of the file: the notice, and the ISPs it went to by their short names."""

    isps: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([ -][a-z0-9]+)*$")] = Field(
        title="Sent to", description="Short names of ISPs, parted by spaces."
    )


def send_csv(session: Session, stream: BinaryIO, *, by: Actor, at: datetime) -> Report:
    """Record the notices of a file, CSV or XLSX, of up to 50,000 rows.

    Where the report says that it was not taken in, the caller must roll back: rows before the
    first wrong one have been written.
    """
    reading = Reading(NoticeRow)
    rows = read_values(session, reading, stream, at)
    if isinstance(rows, Report):
        return rows
    query = select(Organisation).where(Organisation.kind == OrganisationKind.ISP)
    known = {isp.slug: isp.id for isp in session.scalars(query)}
    for number, row in zip(reading.rows, rows, strict=True):
        _send(session, reading, number, row, known, by=by, at=at)
    if reading.count:
        return refused(len(rows), reading.problems, reading.count)
    return Report(len(rows), len(rows), 0, (), 0, ())


def _send(
    session: Session,
    reading: Reading,
    number: int,
    row: Any,
    known: dict[str, int],
    *,
    by: Actor,
    at: datetime,
) -> None:
    slugs = row.isps.split()
    strangers = [slug for slug in slugs if slug not in known]
    if strangers:
        reading.note(number, "isps", "no-such-isp", {"count": len(strangers)})
        return
    said = {name: getattr(row, name) for name in NoticeIn.model_fields}
    try:
        send(
            session, NoticeIn.model_construct(**said), [known[slug] for slug in slugs], by=by, at=at
        )
    except Refused as several:
        for field, code, params in several.problems:
            reading.note(number, field, code, params)
    except Refusal as refusal:
        reading.note(number, refusal.field, refusal.code, refusal.params)
