"""Questions about the registers of one ISP: a list, an entry with its history, declarations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from portal.accounts import Person
from portal.db import from_micros, to_micros
from portal.errors import NotThere
from portal.period import Period
from portal.registers.declarations import Declaration
from portal.registers.folds import is_open
from portal.registers.register import REGISTERS, Register
from portal.registers.roster import RosterSpan
from portal.registers.takedowns import Takedown, TakedownEvent

_REFERENCES = ("own_ref", "source_ref", "staff_ref", "session_ref")


@dataclass(frozen=True)
class Wanted:
    """Which entries of a register a list shows: of a month, with certain codes, open ones alone,
    or those whose own reference or sender's reference is ``reference``.
    """

    period: Period | None = None
    codes: Mapping[str, str] = field(default_factory=dict)
    open_only: bool = False
    reference: str | None = None


@dataclass(frozen=True)
class Entry:
    """An entry with everything that was ever said of it: versions and events, oldest first, and
    the names of those who entered them.
    """

    register: Register
    versions: Sequence[Any]
    events: Sequence[TakedownEvent]
    people: Mapping[int, str]

    @property
    def now(self) -> Any:
        """The version in force."""
        return self.versions[-1]

    @property
    def last_no(self) -> int:
        """The number of the last event; 0 for none."""
        return max((event.no for event in self.events), default=0)


def entries(
    session: Session,
    isp_id: int,
    register: Register,
    wanted: Wanted,
    *,
    zone: ZoneInfo,
    before: str | None = None,
    limit: int = 50,
) -> list[Any]:
    """A page of a register, newest first, plus one row if there are more.

    ``before`` is ``place_of`` the last row of the page before.
    """
    table = register.table
    dated = getattr(table, register.dated_by)
    conditions = [table.isp_id == isp_id, table.closed_seq.is_(None)]
    conditions += _wanted(register, wanted, zone)
    if before is not None:
        then, key = _place(before, is_day=register.of_staff)
        # Written out, for that both engines read an index down to here.
        conditions += [dated <= then, or_(dated < then, table.key < key)]
    query = select(table).where(*conditions).order_by(dated.desc(), table.key.desc())
    return list(session.scalars(query.limit(limit + 1)))


def place_of(register: Register, row: Any) -> str:
    """Where a row stands in its list, as text for an address."""
    dated = getattr(row, register.dated_by)
    return f"{to_micros(dated) if isinstance(dated, datetime) else dated.toordinal()}.{row.key}"


def entry(session: Session, isp_id: int, register: Register, key: int) -> Entry:
    """One entry of the ISP with all its versions and events; raises NotThere."""
    table = register.table
    mine = (table.isp_id == isp_id, table.key == key)
    versions = session.scalars(select(table).where(*mine).order_by(table.version)).all()
    if not versions:
        raise NotThere("key")
    events: Sequence[TakedownEvent] = []
    if table is Takedown:
        events = session.scalars(
            select(TakedownEvent)
            .where(TakedownEvent.isp_id == isp_id, TakedownEvent.key == key)
            .order_by(TakedownEvent.no)
        ).all()
    return Entry(register, versions, events, _names(session, [*versions, *events]))


def counts(session: Session, isp_id: int, period: Period, zone: ZoneInfo) -> dict[str, int]:
    """How many valid entries of a month each register holds."""
    found: dict[str, int] = {}
    for slug, register in REGISTERS.items():
        table = register.table
        conditions = [table.isp_id == isp_id, table.closed_seq.is_(None), table.void.is_(False)]
        conditions += _wanted(register, Wanted(period=period), zone)
        found[slug] = session.scalar(select(func.count()).where(*conditions)) or 0
    return found


def declarations(session: Session, isp_id: int) -> dict[str, Declaration]:
    """The standing answers in force, by obligation."""
    query = select(Declaration).where(
        Declaration.isp_id == isp_id, Declaration.closed_seq.is_(None)
    )
    return {found.obligation: found for found in session.scalars(query)}


def declared_before(session: Session, isp_id: int, obligation: str) -> Sequence[Declaration]:
    """Every answer ever given to an obligation, newest first."""
    return session.scalars(
        select(Declaration)
        .where(Declaration.isp_id == isp_id, Declaration.obligation == obligation)
        .order_by(Declaration.version.desc())
    ).all()


def _wanted(register: Register, wanted: Wanted, zone: ZoneInfo) -> list[ColumnElement[bool]]:
    table = register.table
    conditions = [getattr(table, name) == wanted.codes[name] for name in wanted.codes]
    if wanted.period is not None:
        conditions.append(_in_month(register, wanted.period, zone))
    if wanted.open_only and table is Takedown:
        conditions += [is_open(), Takedown.duplicate_of.is_(None), Takedown.void.is_(False)]
    if wanted.reference is not None:
        columns = [getattr(table, name) for name in _REFERENCES if hasattr(table, name)]
        conditions.append(or_(*(column == wanted.reference for column in columns)))
    return conditions


def _in_month(register: Register, period: Period, zone: ZoneInfo) -> ColumnElement[bool]:
    """Whether an entry belongs to a month; a span of the roster does while it lasts."""
    dated = getattr(register.table, register.dated_by)
    if register.table is RosterSpan:
        lasts = or_(RosterSpan.until_on.is_(None), RosterSpan.until_on >= period.first_day)
        return and_(dated <= period.last_day, lasts)
    if register.of_staff:
        return and_(dated >= period.first_day, dated <= period.last_day)
    return and_(dated >= period.starts_at(zone), dated < period.ends_at(zone))


def _place(text: str, *, is_day: bool) -> tuple[date | datetime, int]:
    try:
        dated, key = map(int, text.split("."))
        return (date.fromordinal(dated) if is_day else from_micros(dated)), key
    except (ValueError, OverflowError):
        raise NotThere("before") from None


def _names(session: Session, rows: Sequence[Any]) -> dict[int, str]:
    people = {row.recorded_by for row in rows}
    found = session.execute(select(Person.id, Person.name).where(Person.id.in_(people)))
    return {person.id: person.name for person in found}
