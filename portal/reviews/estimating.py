"""The verb of estimates: a silent month is counted by a placeholder, until it is filed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from portal.accounts import Actor
from portal.ledger import take
from portal.period import Period
from portal.returns.estimate import Estimate, EstimateReason
from portal.returns.standing import StandingCode, standing
from portal.reviews.refusals import AlreadyEstimated, NotDelinquent
from portal.trail import append


def estimate(
    session: Session,
    isp_id: int,
    period: Period,
    reason: EstimateReason,
    *,
    by: Actor,
    at: datetime,
) -> Estimate:
    """Count a long overdue month as estimated; raises NotDelinquent and AlreadyEstimated."""
    book = take(session, isp_id)
    if standing(session, isp_id, period, at).code != StandingCode.DELINQUENT:
        raise NotDelinquent("period", period=period)
    if session.get(Estimate, (isp_id, str(period))) is not None:
        raise AlreadyEstimated("period", period=period)
    facts = {"reason": str(reason)}
    seq = append(session, book, "return.estimated", by=by, at=at, subject=str(period), **facts)
    made = Estimate(
        isp_id=isp_id,
        period=str(period),
        reason=reason,
        estimated_by=by.person_id,
        estimated_at=at,
        seq=seq,
    )
    session.add(made)
    session.flush()
    return made
