"""What an ISP still owes: months that are over and not filed, months that were sent back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from portal.accounts.model import Licence, LicenceStatus
from portal.accounts.queries import as_of
from portal.period import Period
from portal.policy.queries import policies_in_force, practice_months
from portal.returns.model import ACCEPTED, Decision, DecisionOutcome, Filing, Recall


@dataclass(frozen=True)
class Owing:
    """Months of one ISP that need somebody, oldest first."""

    unfiled: Sequence[Period]
    sent_back: Sequence[Period]

    @property
    def first(self) -> Period | None:
        """The month to see to first: what was never filed goes before what needs correcting."""
        return next(iter((*self.unfiled, *self.sent_back)), None)


def owing(session: Session, isp_id: int, until: Period) -> Owing:
    """What an ISP owes of the months up to one, that one included; two queries and policies."""
    filed = _filed(session, isp_id)
    # A month of practice is asked for while it is the newest; nobody owes an older one.
    practice = practice_months(session) - {until}
    owed = [month for month in owed_months(session, isp_id, until) if month not in practice]
    return Owing(
        [period for period in owed if period not in filed],
        sorted(
            period
            for period, outcome in filed.items()
            if outcome == DecisionOutcome.RETURN_FOR_CORRECTION
        ),
    )


def accepted_months(session: Session, isp_id: int) -> set[Period]:
    """The months whose filing in force was accepted, with or without observations."""
    return {period for period, told in _filed(session, isp_id).items() if told in ACCEPTED}


def owed_months(session: Session, isp_id: int, until: Period) -> list[Period]:
    """The months up to one that a licence touches, from the first on that a policy judges whole."""
    spans = session.execute(
        select(Licence.from_on, Licence.until_on).where(
            Licence.isp_id == isp_id,
            as_of(Licence, None),
            Licence.status != LicenceStatus.SUSPENDED,
        )
    ).all()
    months = {period for span in spans for period in _months(span.from_on, span.until_on, until)}
    since = judged_since(session)
    return sorted(period for period in months if since is not None and period.first_day >= since)


def judged_since(session: Session) -> date | None:
    """The first day that any policy judges; None before one was adopted."""
    found = policies_in_force(session, date.min, date.max)
    return found[0].from_on if found else None


def _filed(session: Session, isp_id: int) -> dict[Period, DecisionOutcome | None]:
    """How the filing in force of each month was judged (None: not yet)."""
    rows = session.execute(
        select(Filing.period, Decision.outcome)
        .outerjoin(Decision, and_(_of_filing(Decision), Decision.closed_seq.is_(None)))
        .outerjoin(Recall, _of_filing(Recall))
        .where(Filing.isp_id == isp_id, Recall.version.is_(None))
        .order_by(Filing.version)
    )
    return {
        Period.parse(row.period): row.outcome
        for row in rows
        if row.outcome != DecisionOutcome.REJECT_VOID
    }


def _of_filing(table: type[Decision | Recall]) -> ColumnElement[bool]:
    return and_(
        table.isp_id == Filing.isp_id,
        table.period == Filing.period,
        table.version == Filing.version,
    )


def _months(from_on: date, until_on: date | None, until: Period) -> list[Period]:
    last = until if until_on is None else min(until, Period.on(until_on))
    months, period = [], Period.on(from_on)
    while period <= last:
        months.append(period)
        period = period.next()
    return months
