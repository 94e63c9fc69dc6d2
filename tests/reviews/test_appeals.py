"""An appeal is recorded, another officer decides it, and what follows is asked of that (C8)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.accounts import Actor, Role
from portal.returns.hearing import Adverse
from portal.returns.model import AmendmentReason, DecisionOutcome, Filing
from portal.returns.queries import decision_of, in_force
from portal.returns.standing import standing
from portal.reviews import decide
from portal.reviews.appeal import Appeal, Ruling
from portal.reviews.appealing import appeal_decision, rule
from portal.reviews.refusals import (
    AlreadyAppealed,
    AppealDecided,
    AppealNotYours,
    AppealTooLate,
    LooksLikeLocator,
    NotAppealable,
    NothingSetAside,
    OwnDecision,
    ReplyNotYours,
)
from portal.trail import verify
from tests import build
from tests.reviews.build import OCTOBER, REVIEWED_AT, Office
from tests.reviews.test_reply import NOBODY, VOID, late

GROUNDS = "The item was acted on in time; our entry named the wrong day."
REASONS = "The log of the mail server shows it."
# Thirty days after 12 November is a Saturday: the Monday after it.
APPEAL_UNTIL = datetime(2026, 12, 14, 16, 59, 59, tzinfo=UTC)


@pytest.fixture
def other(session: Session, office: Office) -> Actor:
    """A second reviewer at the authority."""
    return build.an_officer(session, office.authority, Role.REVIEWER, "Keo Reviewer")


def found_against(office: Office) -> Filing:
    return office.decided(late(office))


def appealed(office: Office, filing: Filing, at: datetime = REVIEWED_AT) -> Appeal:
    return appeal_decision(office.session, filing, GROUNDS, by=office.approver, at=at)


def test_an_appeal_has_the_authoritys_own_clock(office: Office) -> None:
    made = appealed(office, found_against(office))
    # Twenty working days after Thursday 12 November, the Water Festival left out.
    assert made.due_at == datetime(2026, 12, 15, 16, 59, 59, tzinfo=UTC)
    assert (made.kind, made.against_by) == (Adverse.FINDING, office.reviewer.person_id)
    assert made.text == GROUNDS
    assert verify(office.session) == []


def test_an_appeal_comes_within_its_days_and_their_last_one_is_a_working_day(
    office: Office,
) -> None:
    filing = found_against(office)
    with pytest.raises(AppealTooLate) as refused:
        appealed(office, filing, APPEAL_UNTIL + timedelta(seconds=1))
    assert refused.value.params == {"due": APPEAL_UNTIL}
    appealed(office, filing, APPEAL_UNTIL)


def test_an_appeal_is_made_once(office: Office) -> None:
    filing = found_against(office)
    appealed(office, filing)
    with pytest.raises(AlreadyAppealed):
        appealed(office, filing)


def test_only_an_approver_of_that_isp_appeals(session: Session, office: Office) -> None:
    filing = found_against(office)
    for by in (office.preparer, office.reviewer):
        with pytest.raises(ReplyNotYours):
            appeal_decision(session, filing, GROUNDS, by=by, at=REVIEWED_AT)


def test_only_what_is_adverse_is_appealed_against(office: Office) -> None:
    filing = office.filed()
    with pytest.raises(NotAppealable):
        appealed(office, filing)
    office.decided(filing)
    with pytest.raises(NotAppealable):
        appealed(office, filing)


def test_grounds_name_no_place(session: Session, office: Office) -> None:
    filing = found_against(office)
    with pytest.raises(LooksLikeLocator):
        appeal_decision(session, filing, "See www.isp.example", by=office.approver, at=REVIEWED_AT)


def test_who_decided_first_does_not_decide_the_appeal(
    session: Session, office: Office, other: Actor
) -> None:
    made = appealed(office, found_against(office))
    with pytest.raises(OwnDecision):
        rule(session, made, REASONS, allowed=False, by=office.reviewer, at=REVIEWED_AT)
    with pytest.raises(AppealNotYours):
        rule(session, made, REASONS, allowed=False, by=office.approver, at=REVIEWED_AT)
    rule(session, made, REASONS, allowed=False, by=other, at=REVIEWED_AT)
    with pytest.raises(AppealDecided):
        rule(session, made, REASONS, allowed=True, by=other, at=REVIEWED_AT)


def test_the_database_too_wants_another_officer(session: Session, office: Office) -> None:
    made = appealed(office, found_against(office))
    first = made.against_by
    row = {
        "isp_id": made.isp_id, "appeal": made.no, "allowed": False, "set_aside": "",
        "first_by": first, "recorded_by": first, "recorded_at": REVIEWED_AT,
        "admitted_seq": made.admitted_seq + 1, "digest": bytes(32),
    }  # fmt: skip
    with pytest.raises(IntegrityError, match="four_eyes"):
        session.execute(insert(Ruling), [row])


def test_upheld_the_decision_stands(session: Session, office: Office, other: Actor) -> None:
    filing = found_against(office)
    first = decision_of(session, filing)
    rule(session, appealed(office, filing), REASONS, allowed=False, by=other, at=REVIEWED_AT)
    assert decision_of(session, filing) is first


def test_allowed_the_findings_named_are_set_aside_by_a_second_decision(
    session: Session, office: Office, other: Actor
) -> None:
    filing = found_against(office)
    made = appealed(office, filing)
    for wrong in ((), ("SP5-01",)):
        with pytest.raises(NothingSetAside):
            rule(session, made, REASONS, allowed=True, set_aside=wrong, by=other, at=REVIEWED_AT)
    rule(session, made, REASONS, allowed=True, set_aside=("SP5-03",), by=other, at=REVIEWED_AT)
    second = decision_of(session, filing)
    assert second is not None
    assert (second.no, second.set_aside, second.decided_by) == (2, "SP5-03", other.person_id)
    assert standing(session, office.isp.id, OCTOBER, REVIEWED_AT).decision is second
    # One finding is left, so the second decision can be appealed against, too.
    assert appealed(office, filing).decision_no == 2


def test_allowed_a_void_filing_is_under_review_again(
    session: Session, office: Office, other: Actor
) -> None:
    filing = late(office)
    voided = office.decided(filing, VOID, because="It is of another month.")
    seq = decision_of(session, voided).seq  # type: ignore[union-attr]
    assert in_force(session, office.isp.id, OCTOBER) is None
    rule(session, appealed(office, filing), REASONS, allowed=True, by=other, at=REVIEWED_AT)
    assert in_force(session, office.isp.id, OCTOBER) is filing
    # As of the first decision it was void, and still is.
    assert in_force(session, office.isp.id, OCTOBER, seq) is None
    assert str(standing(session, office.isp.id, OCTOBER, REVIEWED_AT).code) == "UNDER_REVIEW"
    office.heard(filing)
    again = decide(session, filing, DecisionOutcome.ACCEPT, by=office.reviewer, at=REVIEWED_AT)
    assert again.no == 2


def test_a_later_version_stands_whatever_came_of_the_appeal(
    session: Session, office: Office, other: Actor
) -> None:
    filing = late(office)
    office.decided(filing, VOID, because="It is of another month.")
    made = appealed(office, filing)
    reason = AmendmentReason.RETURNED_BY_AUTHORITY
    anew = office.filed(reason=reason, nils=NOBODY, at=REVIEWED_AT)
    rule(session, made, REASONS, allowed=True, by=other, at=REVIEWED_AT)
    assert in_force(session, office.isp.id, OCTOBER) is anew


def test_an_officer_of_the_isp_is_nobody_to_decide(session: Session, office: Office) -> None:
    made = appealed(office, found_against(office))
    posing = replace(office.approver, role=Role.PREPARER)
    with pytest.raises(AppealNotYours):
        rule(session, made, REASONS, allowed=True, by=posing, at=REVIEWED_AT)
