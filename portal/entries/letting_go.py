"""The last copy of a withheld value goes when it is decided and no legal hold covers it.

A hold acts here and nowhere else. To its ISP a value under a hold looks as gone as any other, in
every page and in its chain, so that nobody can tell who is held (chairs C1, domain §6 rule 13).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Date, and_, exists, false, func, or_, select, update
from sqlalchemy.orm import Session

from portal.entries.holds.queries import Scope, scopes, stands_any
from portal.entries.withheld import Withheld, Withholding, tables
from portal.ledger import SYSTEM, take
from portal.period import Period
from portal.policy.queries import policy_at
from portal.wall import Step, stepping

_TABLE: Any = Withheld.__table__
_EVENTS = {"takedown": "takedown_event"}


def let_go(session: Session, *mine: ColumnElement[bool], at: datetime) -> int:
    """Empty the copies that are decided on and not held, of the rows of Withheld named (all, if
    none is); returns how many. Takes the system's ledger, under which holds are set.
    """
    take(session, SYSTEM)
    statement = update(_TABLE).where(*mine, _may_go(session, at)).values(text=None, salt=None)
    return int(session.execute(statement).rowcount)  # type: ignore[attr-defined]


def copies_to_let_go(session: Session, at: datetime) -> int:
    """How many copies no hold keeps any more."""
    query = select(func.count()).select_from(_TABLE).where(_may_go(session, at))
    return session.scalar(query) or 0


def _may_go(session: Session, at: datetime) -> ColumnElement[bool]:
    return and_(_TABLE.c.text.is_not(None), is_decided(), ~is_held(session, at))


def is_decided() -> ColumnElement[bool]:
    """Whether a withheld value is no longer to be shown again, in SQL."""
    return exists().where(
        Withholding.isp_id == Withheld.isp_id,
        Withholding.no == Withheld.no,
        Withholding.outcome.is_not(None),
    )


def is_held(session: Session, at: datetime) -> ColumnElement[bool]:
    """Whether a hold that stands at an instant covers a withheld value, in SQL."""
    with stepping(session, Step.HELD):
        if not stands_any(session):
            return false()
        zone = policy_at(session, at).policy.time_zone
        found = scopes(session, at.astimezone(zone).date())
    return or_(false(), *(_covers(scope, zone) for scope in found))


def _covers(scope: Scope, zone: ZoneInfo) -> ColumnElement[bool]:
    if scope.entry is not None:
        place, key = scope.entry
        return or_(
            *(
                _line_of(table, table.isp_id == scope.isp_id, table.key == key)
                for name, table in tables().items()
                if name in {place, _EVENTS.get(place)}
            )
        )
    # A sender's number is on notices to several ISPs: while any is held, its last copy stays.
    mine = Withheld.owner_id.in_([scope.isp_id, SYSTEM])
    if scope.months is None:
        return mine
    return and_(mine, or_(Withheld.owner_id == SYSTEM, *_of_months(scope, scope.months, zone)))


def _of_months(
    scope: Scope, months: tuple[Period, Period], zone: ZoneInfo
) -> Iterator[ColumnElement[bool]]:
    for table in tables().values():
        if hasattr(table, "isp_id"):
            yield _line_of(table, table.isp_id == scope.isp_id, _in_months(table, months, zone))


def _line_of(table: Any, *wanted: ColumnElement[bool]) -> ColumnElement[bool]:
    lines = select(table.digest).where(*wanted)
    return and_(Withheld.place == table.__tablename__, Withheld.line.in_(lines))


def _in_months(table: Any, months: tuple[Period, Period], zone: ZoneInfo) -> ColumnElement[bool]:
    first, last = months
    if hasattr(table, "period"):
        return table.period.between(str(first), str(last))  # type: ignore[no-any-return]
    dated = getattr(table, table.__dated__)
    if isinstance(dated.type, Date):
        begins = dated <= last.last_day
        ended = getattr(table, "until_on", dated)
        return and_(begins, or_(ended.is_(None), ended >= first.first_day))
    return and_(dated >= first.starts_at(zone), dated < last.ends_at(zone))
