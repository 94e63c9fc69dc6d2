"""What earlier versions of a month fix for later ones, and when a later one may come."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.period import Period
from portal.returns import queries
from portal.returns.hearing import draft_on
from portal.returns.model import AmendmentReason, Filing, ReviewStart
from portal.returns.refusals import BeingReviewed, ReasonMissing


@dataclass(frozen=True)
class Frozen:
    """What an earlier version of the month fixed for all later ones."""

    first: Filing | None
    latest: Filing | None


def frozen(session: Session, isp_id: int, period: Period) -> Frozen:
    """The first and the latest version of a month."""
    known = queries.filings(session, isp_id, period)
    return Frozen(known[0] if known else None, known[-1] if known else None)


def must_be_amendable(session: Session, latest: Filing, reason: AmendmentReason | None) -> None:
    """A later version names its reason and waits for a review that has begun, unless a draft of
    something adverse was sent: then it is one of the ways to answer (chairs C8).
    """
    if reason is None:
        raise ReasonMissing("reason", version=latest.version)
    opened = session.get(ReviewStart, (latest.isp_id, latest.period, latest.version))
    undecided = opened is not None and queries.decision_of(session, latest) is None
    if undecided and draft_on(session, latest) is None:
        raise BeingReviewed("period", receipt=latest.receipt)
