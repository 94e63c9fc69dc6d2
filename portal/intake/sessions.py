"""A table of training sessions is entered: a row a session, each through the one check, all or
none.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, BinaryIO

from pydantic import Field, StringConstraints
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts import Actor, Organisation, OrganisationKind
from portal.errors import Refusal, Refused
from portal.intake.reports import Report, refused
from portal.intake.tables import Reading, read_values
from portal.ledger import take
from portal.registers.shared.actions import hold
from portal.registers.shared.inputs import SharedSessionIn

_NAMES = r"^[a-z0-9]+(-[a-z0-9]+)*(:\d{1,4})?( [a-z0-9]+(-[a-z0-9]+)*(:\d{1,4})?)*$"


class SessionRow(SharedSessionIn):
    """A row of the file: the session, and the ISPs by their short names, each with its heads."""

    isps: Annotated[str, StringConstraints(pattern=_NAMES)] = Field(
        title="Held for",
        description="Short names, parted by spaces; with the people counted, as mekong-net:4.",
    )


def hold_csv(session: Session, stream: BinaryIO, *, by: Actor, at: datetime) -> Report:
    """Enter the sessions of a file, CSV or XLSX, of up to 50,000 rows.

    Where the report says that it was not taken in, the caller must roll back: rows before the
    first wrong one have been written.
    """
    reading = Reading(SessionRow)
    rows = read_values(session, reading, stream, at)
    if isinstance(rows, Report):
        return rows
    query = select(Organisation).where(Organisation.kind == OrganisationKind.ISP)
    known = {isp.slug: isp.id for isp in session.scalars(query)}
    counts = [_counts(row.isps) for row in rows]
    # Every row takes some of them and then the system's: so all are taken in order first.
    for isp_id in sorted({known[slug] for one in counts for slug in one if slug in known}):
        take(session, isp_id)
    for number, row, counted in zip(reading.rows, rows, counts, strict=True):
        _hold(session, reading, number, row, (counted, known), by=by, at=at)
    if reading.count:
        return refused(len(rows), reading.problems, reading.count)
    return Report(len(rows), len(rows), 0, (), 0, ())


def _counts(text: str) -> dict[str, int | None]:
    """The ISPs of a row and how many of each were counted."""
    pairs = (part.partition(":") for part in text.split())
    return {slug: int(count) if count else None for slug, _colon, count in pairs}


def _hold(
    session: Session,
    reading: Reading,
    number: int,
    row: Any,
    isps: tuple[Mapping[str, int | None], Mapping[str, int]],
    *,
    by: Actor,
    at: datetime,
) -> None:
    counted, known = isps
    strangers = set(counted) - set(known)
    if strangers:
        reading.note(number, "isps", "no-such-isp", {"count": len(strangers)})
        return
    said = {name: getattr(row, name) for name in SharedSessionIn.model_fields}
    counts = {known[slug]: count for slug, count in counted.items()}
    try:
        hold(session, SharedSessionIn.model_construct(**said), counts, by=by, at=at)
    except Refused as several:
        for field, code, params in several.problems:
            reading.note(number, field, code, params)
    except Refusal as refusal:
        reading.note(number, refusal.field, refusal.code, refusal.params)
