"""A silent month may be counted as estimated: a mark that a filing ends, and never a return."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from portal.certificates.actions import issue
from portal.certificates.refusals import NotAccepted
from portal.certificates.waiting import months_waiting, waiting
from portal.errors import NotThere
from portal.returns.estimate import EstimateReason
from portal.returns.standing import StandingCode, standing
from portal.reviews import open_review, queue
from portal.reviews.estimating import estimate
from portal.reviews.refusals import AlreadyEstimated, NotDelinquent
from portal.trail import verify
from tests.reviews.build import OCTOBER, Office

# October was due on 10 November; after thirty more days it is long overdue.
OVERDUE, DELINQUENT = datetime(2026, 12, 1, 3, tzinfo=UTC), datetime(2026, 12, 15, 3, tzinfo=UTC)
WHY = EstimateReason.NO_ANSWER


def estimated(session: Session, office: Office, at: datetime = DELINQUENT) -> None:
    estimate(session, office.isp.id, OCTOBER, WHY, by=office.reviewer, at=at)


def test_a_month_is_estimated_once_it_is_long_overdue_and_once(
    session: Session, office: Office
) -> None:
    with pytest.raises(NotDelinquent):
        estimated(session, office, OVERDUE)
    estimated(session, office)
    with pytest.raises(AlreadyEstimated):
        estimated(session, office)
    stands = standing(session, office.isp.id, OCTOBER, DELINQUENT)
    assert (stands.code, stands.filing) == (StandingCode.DELINQUENT, None)
    assert stands.estimate is not None
    [row] = queue(session, OCTOBER, DELINQUENT)
    assert row.standing.estimate is not None
    assert not row.needs_review
    assert verify(session) == []


def test_an_estimate_is_never_reviewed_or_certified(session: Session, office: Office) -> None:
    estimated(session, office)
    with pytest.raises(NotThere):
        open_review(session, office.isp.id, OCTOBER, 1, by=office.reviewer, at=DELINQUENT)
    with pytest.raises(NotAccepted):
        issue(session, office.isp.id, OCTOBER, by=office.issuer, at=DELINQUENT)
    assert (waiting(session, OCTOBER), months_waiting(session)) == ([], [])


def test_a_filing_ends_it(session: Session, office: Office) -> None:
    estimated(session, office)
    office.filed(at=DELINQUENT)
    stands = standing(session, office.isp.id, OCTOBER, DELINQUENT)
    assert (stands.code, stands.estimate) == (StandingCode.FILED, None)
    with pytest.raises(NotDelinquent):
        estimated(session, office)
