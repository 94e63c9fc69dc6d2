"""Which accepted months wait for a certificate."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from portal.certificates.actions import issue
from portal.certificates.model import RevocationReason
from portal.certificates.waiting import months_waiting, waiting
from portal.returns.actions import recall
from portal.returns.model import AmendmentReason, DecisionOutcome
from tests.reviews.build import ISSUED_AT, OCTOBER, REVIEWED_AT, Office, an_office, an_office_for

NOBODY = frozenset({"blocklists", "training"})
LATE = AmendmentReason.LATE_ENTRY


@pytest.fixture
def office(session: Session) -> Office:
    return an_office(session)


def keys(session: Session) -> list[str]:
    return [each.key for each in waiting(session, OCTOBER)]


def test_a_month_waits_from_its_acceptance_to_its_certificate(
    session: Session, office: Office
) -> None:
    other = an_office_for(session, office.authority, "angkor-link")
    other.decided(other.filed(), DecisionOutcome.RETURN_FOR_CORRECTION, because="Which test?")
    filing = office.begun(office.filed())
    assert (keys(session), months_waiting(session)) == ([], [])
    office.decided(filing)
    assert keys(session) == ["mekong-net 2026-10"]
    assert months_waiting(session) == [(OCTOBER, 1)]
    issue(session, office.isp.id, OCTOBER, by=office.issuer, at=ISSUED_AT)
    assert (keys(session), months_waiting(session)) == ([], [])
    third = an_office_for(session, office.authority, "tonle-net")
    third.decided(third.filed())
    assert keys(session) == ["tonle-net 2026-10"]
    office.revoked(1, RevocationReason.ISSUED_IN_ERROR)
    assert keys(session) == ["tonle-net 2026-10"]


def test_an_amendment_waits_when_it_is_accepted_and_changes_a_figure(
    session: Session, office: Office
) -> None:
    office.decided(office.filed())
    issue(session, office.isp.id, OCTOBER, by=office.issuer, at=ISSUED_AT)
    office.entry("LATE-1")
    later = office.filed(reason=LATE, nils=NOBODY, at=REVIEWED_AT)
    assert keys(session) == []
    office.decided(later)
    assert keys(session) == ["mekong-net 2026-10"]
    issue(session, office.isp.id, OCTOBER, by=office.issuer, at=ISSUED_AT)
    office.corrects_its_ticket("LATE-2")
    office.decided(office.filed(reason=LATE, nils=NOBODY, at=ISSUED_AT), at=ISSUED_AT)
    assert keys(session) == []


def test_an_accepted_month_with_a_later_version_under_way_waits_for_that(
    session: Session, office: Office
) -> None:
    office.decided(office.filed())
    office.entry("LATE-1")
    later = office.filed(reason=LATE, nils=NOBODY, at=REVIEWED_AT)
    assert keys(session) == []
    by = office.approver
    recall(session, office.isp.id, OCTOBER, later.version, by=by, at=REVIEWED_AT)
    assert keys(session) == ["mekong-net 2026-10"]
