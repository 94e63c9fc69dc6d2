"""Questions about letters: which are to be written now, which were."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.letters.model import Letter, Rung
from portal.period import Period, start_of
from portal.policy.calendar import workdays
from portal.policy.document import Policy
from portal.policy.queries import policies_in_force, policy_on
from portal.policy.workdays import Workdays
from portal.returns.standing import Standing, StandingCode, standings

_BEFORE_DUE = frozenset({StandingCode.OPEN, StandingCode.DUE, StandingCode.PREPARED})


@dataclass(frozen=True)
class DueLetter:
    """A letter that is to be written."""

    isp_id: int
    period: Period
    rung: Rung


@dataclass(frozen=True)
class Ladder:
    """The rungs of a month, by the policy in force at its end."""

    policy: Policy
    calendar: Workdays

    def reached(self, stands: Standing, now: datetime) -> Rung | None:
        """The rung that a month has reached; None where no letter is due.

        What was sent back or declared void has a decision that says so, and is not chased.
        """
        if self.policy.ladder is None:
            return None
        if stands.code in _BEFORE_DUE:
            first = self._reminded_on(stands.due_at, self.policy.ladder.reminder_working_days)
            begins = start_of(first, self.policy.time_zone)
            return Rung.REMINDER if now >= begins else None
        if stands.code == StandingCode.OVERDUE:
            later = stands.due_at + timedelta(days=self.policy.ladder.overdue_days)
            return Rung.OVERDUE if now > later else None
        return Rung.DELINQUENT if stands.code == StandingCode.DELINQUENT else None

    def due_on(self, due_at: datetime) -> date:
        """The day of a due instant on the policy's own clocks."""
        return due_at.astimezone(self.policy.time_zone).date()

    def _reminded_on(self, due_at: datetime, days: int) -> date:
        return self.calendar.before(self.due_on(due_at), days)


def ladder(session: Session, period: Period) -> Ladder:
    """The rungs of a month; raises NoPolicyInForce."""
    day = period.last_day
    return Ladder(policy_on(session, day).policy, workdays(session, day))


def due_letters(session: Session, now: datetime) -> list[DueLetter]:
    """Every letter to be written now, the oldest month first; none before a policy is in force.

    Of each month only the rung that it has reached: nobody is reminded of a day that has passed.
    """
    known = policies_in_force(session, date.min, date.max)
    found: list[DueLetter] = []
    if not known:
        return found
    period = Period.on(known[0].from_on)
    this_month = Period.of(now, known[-1].policy.time_zone)
    while period < this_month:
        found += _due(session, period, now)
        period = period.next()
    return found


def letters(session: Session, isp_id: int, period: Period) -> Sequence[Letter]:
    """The letters an ISP got about a month, oldest first."""
    query = select(Letter).where(Letter.isp_id == isp_id, Letter.period == str(period))
    return session.scalars(query.order_by(Letter.seq)).all()


def _due(session: Session, period: Period, now: datetime) -> list[DueLetter]:
    rows = session.execute(select(Letter.isp_id, Letter.rung).where(Letter.period == str(period)))
    written = {(row.isp_id, row.rung) for row in rows}
    rungs = ladder(session, period)
    reached = (
        (isp.id, rungs.reached(stands, now)) for isp, stands in standings(session, period, now)
    )
    return [
        DueLetter(isp_id, period, rung)
        for isp_id, rung in reached
        if rung is not None and (isp_id, rung) not in written
    ]
