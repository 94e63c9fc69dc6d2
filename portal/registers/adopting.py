"""People of a predecessor whom its successor takes over, under a pseudonym of its own.

Their roles go on from the first day of the succession and end at the predecessor on the day
before; their training history comes along, and their induction counts from when they first joined.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from portal import ledger
from portal.accounts import Actor, Permission
from portal.accounts.desks import must_write
from portal.accounts.successions import Succession, succession_of
from portal.entries.codes import CorrectionReason
from portal.errors import NotThere
from portal.registers.matching import Row
from portal.registers.refusals import NobodyToAdopt, PseudonymTaken
from portal.registers.register import REGISTERS
from portal.registers.roster import RosterSpan
from portal.registers.training import Completion
from portal.registers.writing import next_version, record
from portal.wall import Step, stepping

_DAY = timedelta(days=1)
_LEFT_BEHIND = ("own_ref", "note", "shared_session")


class Adopted(NamedTuple):
    """What came with a person: roles, and results of trainings."""

    spans: int
    completions: int


def adopt(
    session: Session,
    isp_id: int,
    predecessor_id: int,
    names: tuple[str, str],
    *,
    by: Actor,
    at: datetime,
) -> Adopted:
    """Take one person over: ``names`` are the pseudonym there and the one here.

    Raises NotYourDesk, NotThere (no succession), NobodyToAdopt, PseudonymTaken.
    """
    must_write(Permission.TRAINING_WRITE, by)
    succession = succession_of(session, predecessor_id)
    if succession is None or succession.successor_id != isp_id:
        raise NotThere("isp")
    with stepping(session, Step.ADOPTION):
        return _take_over(session, isp_id, succession, names, by=by, at=at)


def _take_over(
    session: Session,
    isp_id: int,
    succession: Succession,
    names: tuple[str, str],
    *,
    by: Actor,
    at: datetime,
) -> Adopted:
    first, (there, here) = succession.first_day, names
    predecessor_id = succession.predecessor_id
    books = {one: ledger.take(session, one) for one in sorted((isp_id, predecessor_id))}
    spans = _rows(session, RosterSpan, predecessor_id, there, _goes_on(first))
    if not spans:
        raise NobodyToAdopt("there", day=first - _DAY)
    if _rows(session, RosterSpan, isp_id, here):
        raise PseudonymTaken("here")
    learned = _rows(session, Completion, predecessor_id, there)
    roles = [_from(span, here) | _until(span, first) for span in spans]
    _record(session, books[isp_id], "roster", roles, by=by, at=at)
    _record(session, books[isp_id], "training", [_from(r, here) for r in learned], by=by, at=at)
    for span in spans:
        ended = {**span, "until_on": first - _DAY, "carried_to": isp_id}
        next_version(
            session, books[predecessor_id], REGISTERS["roster"], ended,
            reason=CorrectionReason.PROGRESS, by=by, at=at,
        )  # fmt: skip
    return Adopted(len(spans), len(learned))


def adopted(session: Session, isp_id: int, predecessor_id: int) -> Sequence[RosterSpan]:
    """The roles of whoever an ISP took over from a predecessor, by pseudonym."""
    return session.scalars(
        select(RosterSpan)
        .where(
            RosterSpan.isp_id == isp_id,
            RosterSpan.carried_isp == predecessor_id,
            RosterSpan.closed_seq.is_(None),
            RosterSpan.void.is_(False),
        )
        .order_by(RosterSpan.staff_ref, RosterSpan.key)
    ).all()


def _goes_on(first: date) -> ColumnElement[bool]:
    """Whether a role held on the predecessor's last day, and was not taken over yet."""
    day = first - _DAY
    lasts = or_(RosterSpan.until_on.is_(None), RosterSpan.until_on >= day)
    return (RosterSpan.from_on <= day) & lasts & RosterSpan.carried_to.is_(None)


def _rows(
    session: Session, table: Any, isp_id: int, staff_ref: str, *wanted: ColumnElement[bool]
) -> Sequence[Row]:
    mine = (table.isp_id == isp_id, table.staff_ref == staff_ref, *wanted)
    stands = (table.closed_seq.is_(None), table.void.is_(False))
    query = select(table.__table__).where(*mine, *stands).order_by(table.key)
    return [dict(row) for row in session.execute(query).mappings()]


def _from(row: Row, here: str) -> Row:
    origin = {"carried_isp": row["isp_id"], "carried_key": row["key"]}
    origin |= {"carried_line": row["digest"]}
    return {**row, **dict.fromkeys(_LEFT_BEHIND), **origin, "staff_ref": here}


def _until(span: Row, first: date) -> Row:
    """The role goes on from the first day; an end that only said that the ISP ended is none."""
    planned = span["until_on"] is not None and span["until_on"] >= first
    return {"from_on": first, "until_on": span["until_on"] if planned else None}


def _record(
    session: Session, book: ledger.Ledger, slug: str, rows: list[Row], *, by: Actor, at: datetime
) -> None:
    for row, key in zip(rows, ledger.keys(book, len(rows)), strict=True):
        row["key"] = key
    if rows:
        record(session, book, REGISTERS[slug], rows, by=by, at=at)
