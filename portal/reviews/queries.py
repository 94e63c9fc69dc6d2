"""Questions of review: what waits, what was said, how a figure went in the months before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import eq
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from portal.accounts import Organisation
from portal.period import Period
from portal.policy.queries import NoPolicyInForce
from portal.returns.hearing import draft_on
from portal.returns.model import Decision, Filing
from portal.returns.queries import decision_of, read
from portal.returns.standing import Standing, StandingCode, standings
from portal.reviews.model import ReviewComment

TREND_MONTHS = 6


@dataclass(frozen=True)
class Waiting:
    """One ISP's month in the queue."""

    isp: Organisation
    standing: Standing

    @property
    def needs_review(self) -> bool:
        """Whether an officer has something to do."""
        return self.standing.code in (StandingCode.FILED, StandingCode.UNDER_REVIEW)


def queue(session: Session, period: Period, now: datetime) -> list[Waiting]:
    """Every licensee's standing for a month, those that wait for review first; nobody's where no
    policy judges the month.
    """
    try:
        rows = [Waiting(isp, stands) for isp, stands in standings(session, period, now)]
    except NoPolicyInForce:
        return []
    return sorted(rows, key=lambda row: (not row.needs_review, row.isp.slug))


def comments(session: Session, filing: Filing, until: int | None = None) -> list[ReviewComment]:
    """The comments that stand on one version, by obligation; or those that stood by a sequence
    number, such as that of a decision.
    """
    later = aliased(ReviewComment)
    replaced = select(later.replaces).where(
        later.isp_id == filing.isp_id,
        later.period == filing.period,
        later.version == filing.version,
        later.replaces.is_not(None),
        *_by(later, until),
    )
    query = (
        _of(filing)
        .where(ReviewComment.no.not_in(replaced), ReviewComment.taken_back.is_(False))
        .where(*_by(ReviewComment, until))
        .order_by(ReviewComment.obligation, ReviewComment.no)
    )
    return list(session.scalars(query))


def comments_for_isp(session: Session, filing: Filing) -> list[ReviewComment]:
    """The comments that an ISP may read: none before it is decided, or a draft was sent."""
    known = decision_of(session, filing) is not None or draft_on(session, filing) is not None
    return comments(session, filing) if known else []


def decisions(session: Session, filing: Filing) -> Sequence[Decision]:
    """Every decision on a filing, those closed by an appeal among them."""
    key = (filing.isp_id, filing.period, filing.version)
    which = (Decision.isp_id, Decision.period, Decision.version)
    return session.scalars(select(Decision).where(*map(eq, which, key))).all()


def last_comment(session: Session, filing: Filing) -> int:
    """The number of the newest comment on a version; 0 when there is none."""
    query = _of(filing).with_only_columns(func.max(ReviewComment.no))
    return session.scalar(query) or 0


def trend(session: Session, isp_id: int, period: Period) -> list[tuple[Period, dict[str, Any]]]:
    """The statements of the newest versions of the months up to a period, oldest first."""
    months = [period]
    while len(months) < TREND_MONTHS:
        months.append(months[-1].previous())
    query = (
        select(Filing)
        .where(Filing.isp_id == isp_id, Filing.period.in_([str(month) for month in months]))
        .order_by(Filing.period, Filing.version)
    )
    newest = {filing.period: filing for filing in session.scalars(query)}
    return [(Period.parse(text), read(filing.statement)) for text, filing in newest.items()]


def decided_by(session: Session, filings: Sequence[Filing]) -> dict[tuple[int, str, int], Decision]:
    """The decisions of some filings, by ISP, month and version."""
    isps = {filing.isp_id for filing in filings}
    rows = session.scalars(
        select(Decision).where(Decision.isp_id.in_(isps), Decision.closed_seq.is_(None))
    )
    return {(row.isp_id, row.period, row.version): row for row in rows}


def _by(table: Any, until: int | None) -> list[Any]:
    # The oldest comments carry no number: they came before every appeal.
    return [] if until is None else [func.coalesce(table.admitted_seq, 0) <= until]


def _of(filing: Filing) -> Any:
    return select(ReviewComment).where(
        ReviewComment.isp_id == filing.isp_id,
        ReviewComment.period == filing.period,
        ReviewComment.version == filing.version,
    )
