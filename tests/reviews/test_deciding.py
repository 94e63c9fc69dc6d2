"""One decision for each filing, with reasons, by somebody who opened it."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from portal.errors import NotThere
from portal.returns.actions import recall
from portal.returns.model import AmendmentReason, DecisionOutcome
from portal.returns.refusals import BeingReviewed
from portal.reviews import comment, comments, comments_for_isp, decide, open_review, queue
from portal.reviews.refusals import (
    AlreadyDecided,
    LooksLikeLocator,
    NeedsReasons,
    NotExcusable,
    NothingWritten,
    NotInForce,
    ReviewNotBegun,
    TooManyWords,
    UnknownObligation,
)
from tests.reviews.build import FILED_AT, OCTOBER, REVIEWED_AT, Office, an_office_for

ACCEPT, RETURN = DecisionOutcome.ACCEPT, DecisionOutcome.RETURN_FOR_CORRECTION
VOID, OBSERVE = DecisionOutcome.REJECT_VOID, DecisionOutcome.ACCEPT_WITH_OBSERVATIONS


def test_deciding_twice_is_refused_whatever_the_second_outcome(
    session: Session, office: Office
) -> None:
    filing = office.decided(office.filed())
    for outcome in (ACCEPT, RETURN):
        with pytest.raises(AlreadyDecided):
            decide(session, filing, outcome, by=office.reviewer, at=REVIEWED_AT)


def test_nothing_is_decided_or_said_before_the_review_begins(
    session: Session, office: Office
) -> None:
    filing = office.filed()
    with pytest.raises(ReviewNotBegun):
        decide(session, filing, ACCEPT, by=office.reviewer, at=REVIEWED_AT)
    with pytest.raises(ReviewNotBegun):
        comment(session, filing, "", "Too early.", by=office.reviewer, at=REVIEWED_AT)


def test_beginning_twice_is_once_and_ends_the_right_to_recall(
    session: Session, office: Office
) -> None:
    filing = office.filed()
    begin = (session, office.isp.id, OCTOBER, filing.version)
    first = open_review(*begin, by=office.reviewer, at=REVIEWED_AT)
    assert open_review(*begin, by=office.issuer, at=FILED_AT) is first
    with pytest.raises(BeingReviewed):
        recall(session, office.isp.id, OCTOBER, 1, by=office.approver, at=REVIEWED_AT)


@pytest.mark.parametrize("outcome", [RETURN, VOID, OBSERVE])
def test_all_but_a_plain_acceptance_need_reasons(
    session: Session, office: Office, outcome: DecisionOutcome
) -> None:
    filing = office.begun(office.filed())
    with pytest.raises(NeedsReasons):
        decide(session, filing, outcome, by=office.reviewer, at=REVIEWED_AT)
    office.says(filing, "SP5-09", "Which test run was counted?")
    office.says(filing, "SP5-09", "")
    with pytest.raises(NeedsReasons):
        decide(session, filing, outcome, by=office.reviewer, at=REVIEWED_AT)
    office.says(filing, "SP5-09", "Which test run was counted?")
    office.heard(filing, outcome)
    decision = decide(session, filing, outcome, by=office.reviewer, at=REVIEWED_AT)
    assert decision.outcome == outcome


def test_only_the_filing_in_force_is_judged(session: Session, office: Office) -> None:
    first = office.filed()
    recall(session, office.isp.id, OCTOBER, 1, by=office.approver, at=FILED_AT)
    again = office.filed(reason=AmendmentReason.RECALLED)
    with pytest.raises(NotInForce):
        open_review(session, office.isp.id, OCTOBER, 1, by=office.reviewer, at=REVIEWED_AT)
    assert office.decided(again).version == first.version + 1
    with pytest.raises(NotThere):
        open_review(session, office.isp.id, OCTOBER, 9, by=office.reviewer, at=REVIEWED_AT)


def test_comments_reach_the_isp_with_the_decision_and_not_before(
    session: Session, office: Office
) -> None:
    filing = office.begun(office.filed())
    office.says(filing, "SP5-08", "One resolver is missing from the scope.")
    assert comments(session, filing)
    assert comments_for_isp(session, filing) == []
    decide(session, filing, RETURN, by=office.reviewer, at=REVIEWED_AT)
    assert [c.obligation for c in comments_for_isp(session, filing)] == ["SP5-08"]


def test_comments_of_a_version_stay_with_that_version(session: Session, office: Office) -> None:
    first = office.decided(office.filed(), RETURN, because="Please check the resolvers.")
    later = office.begun(office.filed(reason=AmendmentReason.CONFIRMED_AS_FILED, at=REVIEWED_AT))
    assert comments(session, later) == []
    office.says(later, "SP5-08", "Confirmed by letter.")
    assert [c.text for c in comments_for_isp(session, first)] == ["Please check the resolvers."]
    assert comments_for_isp(session, later) == []


def test_the_newest_comment_on_an_obligation_stands(session: Session, office: Office) -> None:
    filing = office.begun(office.filed())
    for text in ("First thought.", "Second thought."):
        office.says(filing, "SP5-01", text)
    assert [c.text for c in comments(session, filing)] == ["Second thought."]
    office.says(filing, "SP5-01", "")
    assert comments(session, filing) == []


@pytest.mark.parametrize(
    ("obligation", "text", "refusal"),
    [
        ("SP5-01", "See http" + "://bad.example/page", LooksLikeLocator),
        ("SP5-01", "word " * 101, TooManyWords),
        ("SP5-99", "There is no such obligation.", UnknownObligation),
        ("SP5-01", "   ", NothingWritten),
    ],
)
def test_a_comment_that_cannot_stand_is_refused_and_nothing_is_kept(
    session: Session, office: Office, obligation: str, text: str, refusal: type[Exception]
) -> None:
    filing = office.begun(office.filed())
    with pytest.raises(refusal):
        office.says(filing, obligation, text)
    assert comments(session, filing) == []


def test_only_what_the_statement_calls_excusable_can_be_excused(
    session: Session, office: Office
) -> None:
    filing = office.begun(office.filed())
    with pytest.raises(NotExcusable) as refused:
        decide(session, filing, ACCEPT, excused={"SP5-03"}, by=office.reviewer, at=REVIEWED_AT)
    assert refused.value.params == {"obligation": "SP5-03"}


def test_the_queue_shows_every_licensee_those_that_wait_first(
    session: Session, office: Office
) -> None:
    an_office_for(session, office.authority, "angkor-link")
    office.filed()
    rows = queue(session, OCTOBER, REVIEWED_AT)
    assert [(row.isp.slug, str(row.standing.code)) for row in rows] == [
        ("mekong-net", "FILED"),
        ("angkor-link", "OVERDUE"),
    ]
