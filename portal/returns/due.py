"""Until when an ISP's return is on time: the calendar's day, moved by granted extensions and by
recorded outages (chairs A8).

``seq`` counts in the ISP's ledger and ``system_seq`` in the system's: the answer as it was then.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from sqlalchemy import Select, and_, bindparam, select
from sqlalchemy.orm import Session

from portal.period import Period
from portal.policy.calendar import calendar_of, due_day, end_of
from portal.policy.document import Policy
from portal.policy.outages import Failure, failures
from portal.policy.queries import policy_on
from portal.policy.workdays import Workdays
from portal.returns.extension import ExtensionAnswer, ExtensionRequest


class Moved(enum.StrEnum):
    """What moved a due date."""

    EXTENSION = "EXTENSION"
    OUTAGE = "OUTAGE"


@dataclass(frozen=True)
class Move:
    """One reason why a return is due later: ``days`` calendar days (an extension) or working days
    (an outage). ``reason`` is the ISP's coded reason; ``number`` names the request or instrument.
    """

    kind: Moved
    days: int
    number: str
    reason: str | None = None


@dataclass(frozen=True)
class Due:
    """Until when a return is on time, what the calendar alone said, and what moved it."""

    at: datetime
    named_at: datetime
    moves: tuple[Move, ...] = ()


@dataclass(frozen=True)
class Dues:
    """The due dates of one month, for one ISP or for all; the number of queries is fixed."""

    period: Period
    policy: Policy
    calendar: Workdays
    granted: Mapping[int, Sequence[ExtensionRequest]]
    failures: Sequence[Failure]

    @classmethod
    def of(
        cls,
        session: Session,
        period: Period,
        isp_id: int | None = None,
        *,
        seq: int | None = None,
        system_seq: int | None = None,
    ) -> Dues:
        """Fetch what the due dates of a month rest on; raises NoPolicyInForce."""
        policy = policy_on(session, period.last_day, seq=system_seq).policy
        return cls(
            period,
            policy,
            calendar_of(session, policy, system_seq),
            _granted(session, period, isp_id, seq),
            failures(session, period.ends_at(policy.time_zone), seq=system_seq),
        )

    def due(self, isp_id: int) -> Due:
        """Until when one ISP's return is on time.

        First the extensions count, each to the next working day; then every working day up to
        there that an outage took is given back.
        """
        day = named = due_day(self.policy, self.calendar, self.period)
        moves = []
        for request in self.granted.get(isp_id, ()):
            day = self.calendar.on_or_after(day + timedelta(days=request.days))
            number = request_number(request)
            moves.append(Move(Moved.EXTENSION, request.days, number, str(request.reason)))
        given_back, lost = self._lost(isp_id, day)
        day = self.calendar.without(lost).after(day, sum(move.days for move in given_back))
        return Due(end_of(day, self.policy), end_of(named, self.policy), (*moves, *given_back))

    def _lost(self, isp_id: int, until: date) -> tuple[list[Move], set[date]]:
        """The working days an ISP lost up to a day, by outage; and every day it lost at all."""
        moves, lost = [], set[date]()
        for failure in self.failures:
            if not failure.concerns(isp_id):
                continue
            days = failure.lost_days(self.policy.time_zone, self.policy.fair.outage_lost_s)
            new = [day for day in days if day > self.period.last_day and day not in lost]
            lost.update(new)
            counted = sum(day <= until and self.calendar.is_working_day(day) for day in new)
            if counted:
                moves.append(Move(Moved.OUTAGE, counted, failure.instrument))
        return moves, lost


def due(
    session: Session,
    isp_id: int,
    period: Period,
    *,
    seq: int | None = None,
    system_seq: int | None = None,
) -> Due:
    """Until when one ISP's return of a month is on time; raises NoPolicyInForce."""
    return Dues.of(session, period, isp_id, seq=seq, system_seq=system_seq).due(isp_id)


def request_number(request: ExtensionRequest) -> str:
    """What a request for more time is called: month, ISP, number."""
    return f"E-{request.period}-{request.isp_id:04d}-{request.no}"


def _granted(
    session: Session, period: Period, isp_id: int | None, seq: int | None
) -> dict[int, list[ExtensionRequest]]:
    asked = {"period": str(period), "isp_id": isp_id, "seq": seq}
    query = _grants(of_all=isp_id is None, now=seq is None)
    found: dict[int, list[ExtensionRequest]] = {}
    for request in session.scalars(query, asked):
        found.setdefault(request.isp_id, []).append(request)
    return found


@cache
def _grants(*, of_all: bool, now: bool) -> Select[ExtensionRequest]:
    """The requests of a month that were granted; built once, for every return asks it."""
    query = (
        select(ExtensionRequest)
        .join(
            ExtensionAnswer,
            and_(
                ExtensionAnswer.isp_id == ExtensionRequest.isp_id,
                ExtensionAnswer.period == ExtensionRequest.period,
                ExtensionAnswer.no == ExtensionRequest.no,
            ),
        )
        .where(ExtensionRequest.period == bindparam("period"), ExtensionAnswer.granted.is_(True))
        .order_by(ExtensionRequest.no)
    )
    if not of_all:
        query = query.where(ExtensionRequest.isp_id == bindparam("isp_id"))
    return query if now else query.where(ExtensionAnswer.seq <= bindparam("seq"))
