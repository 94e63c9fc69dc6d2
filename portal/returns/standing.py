"""How a month stands: always asked of what was filed and decided, never stored."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts.model import Organisation
from portal.accounts.queries import is_licensed, licensees
from portal.period import Period
from portal.policy.calendar import corrections_due
from portal.returns.due import Due, Dues, Move
from portal.returns.estimate import Estimate
from portal.returns.model import Decision, DecisionOutcome, Filing, Preparation, Recall, ReviewStart

_DAY = timedelta(days=1)
_TABLES = (Filing, Decision, ReviewStart, Recall, Preparation, Estimate)


class StandingCode(enum.StrEnum):
    """How a month stands for an ISP."""

    NOT_OWED = "NOT_OWED"
    OPEN = "OPEN"
    DUE = "DUE"
    PREPARED = "PREPARED"
    OVERDUE = "OVERDUE"
    DELINQUENT = "DELINQUENT"
    FILED = "FILED"
    UNDER_REVIEW = "UNDER_REVIEW"
    ACCEPTED = "ACCEPTED"
    ACCEPTED_WITH_OBSERVATIONS = "ACCEPTED_WITH_OBSERVATIONS"
    RETURNED = "RETURNED"
    VOID = "VOID"

    @property
    def is_filed(self) -> bool:
        """Whether the authority has a filing that stands."""
        return self in _FILED


_FILED = frozenset(
    {
        StandingCode.FILED,
        StandingCode.UNDER_REVIEW,
        StandingCode.ACCEPTED,
        StandingCode.ACCEPTED_WITH_OBSERVATIONS,
    }
)
_DECIDED = {
    DecisionOutcome.ACCEPT: StandingCode.ACCEPTED,
    DecisionOutcome.ACCEPT_WITH_OBSERVATIONS: StandingCode.ACCEPTED_WITH_OBSERVATIONS,
    DecisionOutcome.RETURN_FOR_CORRECTION: StandingCode.RETURNED,
    DecisionOutcome.REJECT_VOID: StandingCode.VOID,
}


@dataclass(frozen=True)
class Standing:
    """One month of one ISP: its state, when it is due, the filing in force and its decision.

    ``first_filed_at`` decides on lateness: a correction never makes an on-time return late (§3);
    what was recalled or voided was never filed in time. ``due_at`` is the later of what the filing
    froze and what holds now, since an outage may be recorded, or time be granted, when the return
    is in already; ``moves`` say why. ``correct_by`` is the last instant for the correction of a
    filing that was sent back. ``estimate`` is the authority's
    placeholder; a filing ends it.
    """

    code: StandingCode
    isp_id: int
    period: Period
    due_at: datetime
    filing: Filing | None = None
    decision: Decision | None = None
    prepared: Preparation | None = None
    first_filed_at: datetime | None = None
    correct_by: datetime | None = None
    moves: tuple[Move, ...] = ()
    practice: bool = False
    estimate: Estimate | None = None

    @property
    def days_late(self) -> int:
        """Begun days between the due instant and the first filing; 0 when on time or not filed.

        Nothing is late in a month of practice (chairs A4).
        """
        if self.practice or self.first_filed_at is None or self.first_filed_at <= self.due_at:
            return 0
        return -(-(self.first_filed_at - self.due_at) // _DAY)


@dataclass(frozen=True)
class _Rows:
    """What a month's rows say, by ISP and version."""

    filings: Mapping[int, Sequence[Filing]]
    decisions: Mapping[tuple[int, int], Decision]
    opened: frozenset[tuple[int, int]]
    recalled: frozenset[tuple[int, int]]
    preparations: Mapping[int, Preparation]
    estimates: Mapping[int, Estimate]


def standing(session: Session, isp_id: int, period: Period, now: datetime) -> Standing:
    """How one month of one ISP stands now."""
    return history(session, isp_id, [period], now)[0]


def history(
    session: Session, isp_id: int, periods: Sequence[Period], now: datetime
) -> list[Standing]:
    """How each of some months of one ISP stands now; what was filed is asked once for all."""
    rows = _rows(session, periods, isp_id)
    found = [_stand(isp_id, rows[str(p)], Dues.of(session, p, isp_id), now) for p in periods]
    owed = [
        stands
        if stands.filing is not None or is_licensed(session, isp_id, stands.period)
        else Standing(StandingCode.NOT_OWED, isp_id, stands.period, stands.due_at)
        for stands in found
    ]
    return _with_corrections(session, owed)


def standings(
    session: Session, period: Period, now: datetime
) -> list[tuple[Organisation, Standing]]:
    """How a month stands for every licensee, by short name; the number of queries is fixed."""
    rows, dues = _rows(session, [period])[str(period)], Dues.of(session, period)
    isps = licensees(session, period)
    found = _with_corrections(session, [_stand(isp.id, rows, dues, now) for isp in isps])
    return list(zip(isps, found, strict=True))


def _with_corrections(session: Session, found: Sequence[Standing]) -> list[Standing]:
    sent_back = {
        stands.decision.decided_at
        for stands in found
        if stands.decision is not None and stands.code == StandingCode.RETURNED
    }
    due = corrections_due(session, sent_back)
    return [
        replace(stands, correct_by=due.get(stands.decision.decided_at))
        if stands.decision is not None and stands.code == StandingCode.RETURNED
        else stands
        for stands in found
    ]


def _stand(isp_id: int, rows: _Rows, dues: Dues, now: datetime) -> Standing:
    period, due = dues.period, dues.due(isp_id)
    found = Standing(
        StandingCode.OPEN,
        isp_id,
        period,
        due.at,
        moves=due.moves,
        practice=dues.policy.is_practice(period),
    )
    filed = rows.filings.get(isp_id, [])
    standing_filings = [f for f in filed if not _is_gone(f, rows)]
    if standing_filings:
        first, latest = standing_filings[0].filed_at, standing_filings[-1]
        decision = rows.decisions.get((isp_id, latest.version))
        kept = replace(found, due_at=max(latest.due_at, due.at), first_filed_at=first)
        code = _filed_code(latest, decision, rows)
        return replace(kept, code=code, filing=latest, decision=decision)
    prepared = _waiting(rows.preparations.get(isp_id), filed)
    voided = _voided(filed, rows)
    code = StandingCode.VOID if voided else _unfiled_code(prepared, dues, due, now)
    guessed = rows.estimates.get(isp_id)
    return replace(found, code=code, decision=voided, prepared=prepared, estimate=guessed)


def _voided(filed: Sequence[Filing], rows: _Rows) -> Decision | None:
    """The decision that voided the latest filing the ISP did not recall: the month is to be filed
    anew, and "overdue" alone would not say why.
    """
    kept = [f for f in filed if (f.isp_id, f.version) not in rows.recalled]
    return rows.decisions.get((kept[-1].isp_id, kept[-1].version)) if kept else None


def _waiting(prepared: Preparation | None, filed: Sequence[Filing]) -> Preparation | None:
    """The newest preparation, unless it became a filing already."""
    if prepared is None or any(f.preparation_no == prepared.no for f in filed):
        return None
    return prepared


def _is_gone(filing: Filing, rows: _Rows) -> bool:
    at = (filing.isp_id, filing.version)
    decision = rows.decisions.get(at)
    return at in rows.recalled or (
        decision is not None and decision.outcome == DecisionOutcome.REJECT_VOID
    )


def _filed_code(filing: Filing, decision: Decision | None, rows: _Rows) -> StandingCode:
    if decision is not None:
        return _DECIDED[decision.outcome]
    opened = (filing.isp_id, filing.version) in rows.opened
    return StandingCode.UNDER_REVIEW if opened else StandingCode.FILED


def _unfiled_code(
    prepared: Preparation | None, dues: Dues, due: Due, now: datetime
) -> StandingCode:
    policy = dues.policy
    late = now > due.at and not policy.is_practice(dues.period)
    if late and now > due.at + timedelta(days=policy.delinquent_days):
        return StandingCode.DELINQUENT
    if late:
        return StandingCode.OVERDUE
    if prepared is not None:
        return StandingCode.PREPARED
    over = now >= dues.period.ends_at(policy.time_zone)
    return StandingCode.DUE if over else StandingCode.OPEN


def _rows(
    session: Session, periods: Sequence[Period], isp_id: int | None = None
) -> dict[str, _Rows]:
    """What the rows of each month say, of one ISP or of all; six queries however many months."""
    months = [str(period) for period in periods]

    def of(table: Any) -> dict[str, list[Any]]:
        query = select(table).where(table.period.in_(months))
        found: dict[str, list[Any]] = {month: [] for month in months}
        for row in session.scalars(
            query if isp_id is None else query.where(table.isp_id == isp_id)
        ):
            found[row.period].append(row)
        return found

    parts = [of(table) for table in _TABLES]
    return {month: _rows_of([part[month] for part in parts]) for month in months}


def _rows_of(parts: Sequence[list[Any]]) -> _Rows:
    """``parts`` are the rows of each of ``_TABLES``."""
    filed, decided, opened, recalled, prepared, estimated = parts
    filings: dict[int, list[Filing]] = {}
    for filing in sorted(filed, key=lambda f: f.version):
        filings.setdefault(filing.isp_id, []).append(filing)
    return _Rows(
        filings,
        {(d.isp_id, d.version): d for d in decided if d.closed_seq is None},
        frozenset((x.isp_id, x.version) for x in opened),
        frozenset((x.isp_id, x.version) for x in recalled),
        {p.isp_id: p for p in sorted(prepared, key=lambda p: p.no)},
        {e.isp_id: e for e in estimated},
    )
