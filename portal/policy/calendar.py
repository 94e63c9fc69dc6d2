"""Questions about days: which are working days, and until when a return is on time.

``seq`` is a sequence number of the system's ledger: the answer as it was known then.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, bindparam, select
from sqlalchemy.orm import Session

from portal.accounts.queries import as_of
from portal.period import Period
from portal.policy.codes import DayKind
from portal.policy.document import Policy
from portal.policy.model import CalendarDay
from portal.policy.queries import policy_at, policy_on
from portal.policy.workdays import Workdays, holidays_of

_END_OF_DAY = time(23, 59, 59)


@dataclass(frozen=True)
class SpecialDay:
    """A holiday, or a day that an act made different; ``sub_decree`` is None when computed."""

    day: date
    kind: DayKind
    name_en: str
    name_km: str
    sub_decree: str | None
    confirmed: bool


def workdays(session: Session, day: date, *, seq: int | None = None) -> Workdays:
    """The calendar of the policy in force on a day; raises NoPolicyInForce."""
    return calendar_of(session, policy_on(session, day, seq=seq).policy, seq)


def is_working_day(session: Session, day: date) -> bool:
    """Whether offices are open on a day; raises NoPolicyInForce."""
    return workdays(session, day).is_working_day(day)


def next_working_day(session: Session, day: date) -> date:
    """The day itself when it is a working day, else the next one; raises NoPolicyInForce."""
    return workdays(session, day).on_or_after(day)


def add_working_days(session: Session, day: date, count: int) -> date:
    """The ``count``-th working day after a day; raises NoPolicyInForce."""
    return workdays(session, day).after(day, count)


def due_at(session: Session, period: Period, *, seq: int | None = None) -> datetime:
    """The last second, in UTC, in which the return of a period is on time (SP5-15).

    It is the end of the policy's due day in the month after, moved to the next working day. The
    policy in force when the month ends names the day; raises NoPolicyInForce.
    """
    policy = policy_on(session, period.last_day, seq=seq).policy
    return end_of(due_day(policy, calendar_of(session, policy, seq), period), policy)


def due_day(policy: Policy, calendar: Workdays, period: Period) -> date:
    """The day on which the return of a period is due by policy and calendar alone."""
    return calendar.on_or_after(period.next().first_day.replace(day=policy.return_due_day))


def corrections_due(session: Session, decided: Collection[datetime]) -> dict[datetime, datetime]:
    """The last second, in UTC, in which a return sent back is corrected in time, by the instant
    of its decision: so many working days after it as the policy then in force says (domain §3).
    """
    due = {}
    for at in set(decided):
        policy = policy_at(session, at).policy
        due[at] = working_days_after(session, at, policy.correction_working_days, policy)
    return due


def special_days(session: Session, first: date, last: date) -> list[SpecialDay]:
    """The holidays of a span and the days an act made different, in order."""
    country = policy_on(session, first).policy.calendar.country
    years = range(first.year, last.year + 1)
    days = {
        day: SpecialDay(day, DayKind.HOLIDAY, *names, sub_decree=None, confirmed=False)
        for year in years
        for day, names in holidays_of(country, year).items()
    }
    rows = session.scalars(select(CalendarDay).where(as_of(CalendarDay, None)))
    for r in rows:
        days[r.day] = SpecialDay(r.day, r.kind, r.name_en, r.name_km, r.sub_decree, r.confirmed)
    return [days[day] for day in sorted(days) if first <= day <= last]


def end_of(day: date, policy: Policy) -> datetime:
    """The last second of a day on the policy's clocks, in UTC."""
    return datetime.combine(day, _END_OF_DAY, policy.time_zone).astimezone(UTC)


def working_days_after(session: Session, at: datetime, count: int, policy: Policy) -> datetime:
    """The last second of the ``count``-th working day after an instant, in UTC."""
    day = at.astimezone(policy.time_zone).date()
    return end_of(calendar_of(session, policy, None).after(day, count), policy)


def calendar_of(session: Session, policy: Policy, seq: int | None) -> Workdays:
    """The calendar that a policy counts by, as it was known at a sequence number."""
    calendar = policy.calendar
    rows = session.execute(_overrides(now=seq is None), {"seq": seq})
    overrides = {row.day: row.kind for row in rows}
    return Workdays(calendar.country, frozenset(calendar.weekend), overrides)


@cache
def _overrides(*, now: bool) -> Any:
    known = as_of(CalendarDay, None if now else bindparam("seq", type_=BigInteger()))
    return select(CalendarDay.day, CalendarDay.kind).where(known)
