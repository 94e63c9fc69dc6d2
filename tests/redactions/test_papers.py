"""A paper that prints what was withheld goes with it; words of the authority are its own (B5)."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from portal.certificates.actions import issue
from portal.certificates.model import Certificate, Paper, PaperKind
from portal.entries.codes import ShownAgainReason, WithholdingReason
from portal.entries.entry import is_withheld
from portal.errors import NotThere
from portal.redactions.actions import ask, destroy, show_again
from portal.redactions.papers import is_paper_withheld
from portal.redactions.places import Target
from portal.returns.hearing import Adverse, FindingReply
from portal.returns.model import DecisionOutcome
from portal.reviews import ReviewComment, decide
from portal.reviews.hearing import draft_finding, reply
from tests.reviews.build import ISSUED_AT, OCTOBER, REVIEWED_AT, Office, an_office

DATA = WithholdingReason.PERSONAL_DATA


@pytest.fixture
def heard(session: Session) -> Office:
    """An office whose ISP replied to a draft, in words; decided, with a certificate's number."""
    office = an_office(session)
    filing = office.begun(office.filed())
    office.says(filing, "", "Sok Dara told us so")
    draft = draft_finding(
        session, filing, Adverse.VOID, "Ask Sok Dara", by=office.reviewer, at=REVIEWED_AT
    )
    reply(session, draft, "Sok Dara is ill", by=office.approver, at=REVIEWED_AT)
    decide(session, filing, DecisionOutcome.ACCEPT, by=office.reviewer, at=REVIEWED_AT)
    issue(session, office.isp.id, OCTOBER, by=office.issuer, at=ISSUED_AT)
    for kind in PaperKind:
        paper = Paper(serial=1, kind=kind, sha256=bytes(32), pdf=b"%PDF-", made_at=ISSUED_AT)
        session.add(paper)
    session.flush()
    return office


def test_a_report_that_prints_a_withheld_reply_is_not_handed_out_and_goes_with_it(
    heard: Office, session: Session
) -> None:
    certificate = session.get_one(Certificate, 1)
    replies = Target("replies", heard.isp.id, ("1",))
    fields = ["finding_reply.text"]
    assert not is_paper_withheld(session, certificate)

    shown = ask(session, replies, fields, reason=DATA, by=heard.approver, at=ISSUED_AT)
    assert is_paper_withheld(session, certificate)
    why = ShownAgainReason.STILL_NEEDED
    show_again(session, shown.isp_id, shown.no, because=why, by=heard.reviewer, at=ISSUED_AT)
    assert not is_paper_withheld(session, certificate)
    assert session.get_one(Paper, (1, PaperKind.REPORT)).pdf == b"%PDF-"

    asked = ask(session, replies, fields, reason=DATA, by=heard.approver, at=ISSUED_AT)
    destroy(session, asked.isp_id, asked.no, by=heard.reviewer, at=ISSUED_AT)
    session.expire_all()
    assert is_paper_withheld(session, certificate)
    assert session.get_one(Paper, (1, PaperKind.REPORT)).pdf == b""
    assert session.get_one(Paper, (1, PaperKind.CERTIFICATE)).pdf == b"%PDF-"
    assert is_withheld(session.scalars(select(FindingReply)).one().text)


def test_the_database_empties_no_paper_without_that(heard: Office, session: Session) -> None:
    assert heard.isp.id
    for kind in PaperKind:
        with pytest.raises(DatabaseError), session.begin_nested():
            session.execute(text("UPDATE paper SET pdf = '' WHERE kind = :kind"), {"kind": kind})


def test_a_comment_is_the_authoritys_to_withhold(heard: Office, session: Session) -> None:
    comment = session.scalars(select(ReviewComment)).one()
    target = Target("comments", heard.isp.id, (comment.period, "1", "1"))
    fields = ["review_comment.text"]

    with pytest.raises(NotThere):
        ask(session, target, fields, reason=DATA, by=heard.approver, at=ISSUED_AT)
    asked = ask(session, target, fields, reason=DATA, by=heard.reviewer, at=ISSUED_AT)
    assert is_withheld(comment.text)
    with pytest.raises(NotThere):
        destroy(session, asked.isp_id, asked.no, by=heard.approver, at=ISSUED_AT)
