"""Nothing adverse is decided before the ISP could reply to a draft of exactly that (chairs C8)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts import Role
from portal.entries.entry import line_digest
from portal.entries.refusals import ChangedMeanwhile
from portal.errors import NotThere
from portal.mail import Mail, MailKind
from portal.policy.codes import DayKind
from portal.policy.workdays import Workdays
from portal.returns.actions import recall
from portal.returns.hearing import Adverse, FindingDraft, FindingReply, draft_on, reply_to
from portal.returns.model import AmendmentReason, Decision, DecisionOutcome, Filing
from portal.returns.refusals import BeingReviewed
from portal.reviews import comments_for_isp, decide
from portal.reviews.adverse import findings_of
from portal.reviews.hearing import Intended, draft_finding, reply, send_draft
from portal.reviews.refusals import (
    AlreadyDecided,
    AlreadyDrafted,
    AlreadyReplied,
    LooksLikeLocator,
    NothingAdverse,
    NothingSaid,
    NotInForce,
    NotYetHeard,
    ReplyNotYours,
    ReplyOpen,
    ReplyTooLate,
    ReviewNotBegun,
    TooManyWords,
)
from portal.trail import verify
from tests.reviews.build import FILED_AT, OCTOBER, REVIEWED_AT, Office

ACCEPT, VOID = DecisionOutcome.ACCEPT, DecisionOutcome.REJECT_VOID
NOBODY: frozenset[str] = frozenset({"blocklists", "training"})
MEANT = "Two core obligations are not met. Please say what happened."
SAID = "The mail server was down for two days. We have put it right."
# Ten working days after Thursday 12 November, the Water Festival (23 to 25) left out.
UNTIL = datetime(2026, 12, 1, 16, 59, 59, tzinfo=UTC)
_SECOND = timedelta(seconds=1)


def late(office: Office) -> Filing:
    """October with an item that nobody acted on: two core obligations are not met."""
    office.entry("LATE-1")
    return office.begun(office.filed(nils=NOBODY, at=FILED_AT + timedelta(days=3)))


def drafted(office: Office, filing: Filing, kind: Adverse = Adverse.FINDING) -> FindingDraft:
    by = office.reviewer
    return draft_finding(office.session, filing, kind, MEANT, by=by, at=REVIEWED_AT)


def replied(
    office: Office, draft: FindingDraft, text: str | None = SAID, *, expects: int = 0
) -> FindingReply:
    by = office.approver
    return reply(office.session, draft, text, expects=expects, by=by, at=REVIEWED_AT)


def decided(office: Office, filing: Filing, at: datetime = REVIEWED_AT) -> None:
    decide(office.session, filing, ACCEPT, by=office.reviewer, at=at)


def test_a_finding_is_not_decided_before_a_draft_was_sent(office: Office) -> None:
    filing = late(office)
    with pytest.raises(NotYetHeard) as refused:
        decided(office, filing)
    assert refused.value.params == {"codes": "SP5-03 SP5-05"}
    assert draft_on(office.session, filing) is None


def test_a_draft_names_what_would_be_found_and_the_day_by_the_calendar(office: Office) -> None:
    draft = drafted(office, late(office))
    assert (draft.obligations, draft.due_at) == ("SP5-03 SP5-05", UNTIL)


def test_a_finding_is_decided_with_the_reply_or_when_its_day_is_over(office: Office) -> None:
    filing = late(office)
    drafted(office, filing)
    for at in (REVIEWED_AT, UNTIL):
        with pytest.raises(ReplyOpen) as refused:
            decided(office, filing, at)
        assert refused.value.params == {"due": UNTIL}
    decided(office, filing, UNTIL + _SECOND)


@pytest.mark.parametrize("text", [SAID, None])
def test_a_reply_or_word_that_there_is_none_ends_the_waiting(
    office: Office, text: str | None
) -> None:
    filing = late(office)
    said = replied(office, drafted(office, filing), text)
    assert (said.silent, said.text) == (text is None, text)
    decided(office, filing)


def test_a_reply_is_sealed_and_its_event_carries_its_digest(
    session: Session, office: Office
) -> None:
    said = replied(office, drafted(office, late(office)))
    row = {c.name: getattr(said, c.name) for c in FindingReply.__table__.columns}
    assert line_digest(FindingReply, row) == said.digest
    other = line_digest(FindingReply, row | {"text_salt": bytes(16)})
    assert other != said.digest
    assert verify(session) == []


def test_a_second_reply_is_a_correction_until_the_day_or_nothing(office: Office) -> None:
    draft = drafted(office, late(office))
    first = replied(office, draft)
    with pytest.raises(AlreadyReplied):
        replied(office, draft, "Another word.")
    second = replied(office, draft, "A better word.", expects=first.version)
    with pytest.raises(ChangedMeanwhile):
        replied(office, draft, "A third word.", expects=first.version)
    stands = reply_to(office.session, draft)
    assert stands is second
    with pytest.raises(ReplyTooLate):
        reply(office.session, draft, "Late.", expects=2, by=office.approver, at=UNTIL + _SECOND)


def test_a_reply_after_the_decision_is_refused(office: Office) -> None:
    filing = late(office)
    draft = drafted(office, filing)
    replied(office, draft)
    decided(office, filing)
    with pytest.raises(AlreadyDecided):
        replied(office, draft, "One more thing.", expects=1)


def test_only_an_approver_of_that_isp_replies(session: Session, office: Office) -> None:
    draft = drafted(office, late(office))
    for by in (office.preparer, office.reviewer):
        with pytest.raises(ReplyNotYours):
            reply(session, draft, SAID, by=by, at=REVIEWED_AT)
    assert reply_to(session, draft) is None


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("See http" + "://isp.example/page", LooksLikeLocator),
        ("word " * 401, TooManyWords),
        ("  ", NothingSaid),
    ],
)
def test_words_that_cannot_stand_are_refused_and_nothing_is_kept(
    session: Session, office: Office, text: str, refusal: type[Exception]
) -> None:
    filing = late(office)
    with pytest.raises(refusal):
        draft_finding(session, filing, Adverse.FINDING, text, by=office.reviewer, at=REVIEWED_AT)
    draft = drafted(office, filing)
    with pytest.raises(refusal):
        replied(office, draft, text)
    assert reply_to(session, draft) is None


def test_a_void_filing_needs_a_draft_of_its_own(session: Session, office: Office) -> None:
    filing = late(office)
    office.says(filing, "", "It is of another month.")
    replied(office, drafted(office, filing))
    with pytest.raises(NotYetHeard):
        decide(session, filing, VOID, by=office.reviewer, at=REVIEWED_AT)
    again = drafted(office, filing, Adverse.VOID)
    with pytest.raises(ReplyOpen):
        decide(session, filing, VOID, by=office.reviewer, at=REVIEWED_AT)
    replied(office, again)
    assert decide(session, filing, VOID, by=office.reviewer, at=REVIEWED_AT).outcome == VOID


def test_the_same_draft_is_sent_once_and_a_replaced_one_takes_no_reply(office: Office) -> None:
    filing = late(office)
    first = drafted(office, filing)
    with pytest.raises(AlreadyDrafted):
        drafted(office, filing)
    drafted(office, filing, Adverse.VOID)
    with pytest.raises(NotThere):
        replied(office, first)


def test_nothing_is_drafted_where_nothing_is_adverse_or_open(office: Office) -> None:
    filing = office.filed()
    with pytest.raises(ReviewNotBegun):
        drafted(office, filing)
    office.begun(filing)
    with pytest.raises(NothingAdverse):
        drafted(office, filing)
    office.decided(filing)
    with pytest.raises(AlreadyDecided):
        drafted(office, filing, Adverse.VOID)


def test_what_the_draft_did_not_name_the_isp_was_not_heard_on(
    session: Session, office: Office
) -> None:
    filing = late(office)
    named, _unnamed = sorted(findings_of(session, filing, REVIEWED_AT))
    meant = Intended(Adverse.FINDING, filing.receipt, filing, frozenset({named}))
    send_draft(session, meant, MEANT, by=office.reviewer, at=REVIEWED_AT)

    with pytest.raises(NotYetHeard):
        decide(session, filing, ACCEPT, by=office.reviewer, at=UNTIL + _SECOND)


def test_sending_back_needs_no_draft(session: Session, office: Office) -> None:
    back = DecisionOutcome.RETURN_FOR_CORRECTION
    office.decided(late(office), back, because="An action seems to be missing.")

    assert session.scalars(select(Decision.outcome)).all() == [back]


def test_the_isp_reads_the_comments_with_the_draft(session: Session, office: Office) -> None:
    filing = late(office)
    office.says(filing, "SP5-03", "One item was never acknowledged.")
    assert comments_for_isp(session, filing) == []
    drafted(office, filing)
    assert [one.obligation for one in comments_for_isp(session, filing)] == ["SP5-03"]


def test_a_draft_may_be_answered_with_a_later_version(session: Session, office: Office) -> None:
    filing = late(office)
    office.corrects_its_ticket("LATE-2")
    with pytest.raises(BeingReviewed):
        office.filed(reason=AmendmentReason.CORRECTION, nils=NOBODY, at=REVIEWED_AT)
    draft = drafted(office, filing)
    later = office.filed(reason=AmendmentReason.CORRECTION, nils=NOBODY, at=REVIEWED_AT)
    with pytest.raises(NotInForce):
        decided(office, filing)
    recall(session, office.isp.id, OCTOBER, later.version, by=office.approver, at=REVIEWED_AT)
    with pytest.raises(ReplyOpen):
        decided(office, filing)
    assert draft_on(session, filing) is draft


def test_both_sides_are_written_to(session: Session, office: Office) -> None:
    replied(office, drafted(office, late(office)))
    kinds = (MailKind.FINDING_DRAFTED, MailKind.FINDING_REPLIED)
    rows = session.execute(
        select(Mail.kind, Mail.person_id).where(Mail.kind.in_(kinds)).order_by(Mail.id)
    ).all()
    told = {kind: {row.person_id for row in rows if row.kind == kind} for kind in kinds}
    isp = {office.preparer.person_id, office.approver.person_id}
    assert told[MailKind.FINDING_DRAFTED] == isp
    assert {office.reviewer.person_id, office.issuer.person_id} <= told[MailKind.FINDING_REPLIED]
    assert not isp & told[MailKind.FINDING_REPLIED]
    assert office.reviewer.role == Role.REVIEWER


_BEGIN = datetime(2026, 1, 1, tzinfo=UTC).date()


@given(st.integers(0, 700), st.integers(1, 40), st.sets(st.integers(0, 760), max_size=40))
def test_the_day_of_a_reply_leaves_exactly_so_many_working_days(
    day: int, count: int, holidays: set[int]
) -> None:
    days = {_BEGIN + timedelta(days=n): DayKind.HOLIDAY for n in holidays}
    calendar = Workdays("KH", frozenset({6, 7}), days)
    sent = _BEGIN + timedelta(days=day)
    until = calendar.after(sent, count)
    between = [sent + timedelta(days=n) for n in range(1, (until - sent).days + 1)]
    assert sum(map(calendar.is_working_day, between)) == count
    assert calendar.is_working_day(until)
