"""Receipts, decisions and drafts as papers: for both sides, the same bytes each time, recorded."""

from __future__ import annotations

import json

import pypdfium2
import pytest
from sqlalchemy import select

from portal.returns.actions import recall
from portal.returns.hearing import Adverse
from portal.returns.model import DecisionOutcome, Filing
from portal.reviews.actions import comment, decide, open_review
from portal.reviews.hearing import draft_finding, reply
from portal.trail.model import Event
from tests.certificates.reading import breaches, pages_of, text_by_poppler
from tests.town import Town
from tests.web.returns.months import OCTOBER, files_a_quiet_month, opens_the_books

FILED = "/filings/mekong-net/2026-10/1"
ASKED = "Which resolver was left out?"


@pytest.fixture
def filed(town: Town) -> Town:
    """Mekong Net has filed a quiet October."""
    opens_the_books(town)
    files_a_quiet_month(town)
    return town


def judged(town: Town, outcome: DecisionOutcome) -> None:
    """An officer comments on the filing and decides; what is adverse, after a hearing."""
    with town.session() as session:
        isp, sok, at = town.bodies["mekong-net"], town.actors["sok"], town.now
        open_review(session, isp, OCTOBER, 1, by=sok, at=at)
        filing = session.get_one(Filing, (isp, "2026-10", 1))
        comment(session, filing, "SP5-08", ASKED, by=sok, at=at)
        if outcome is DecisionOutcome.REJECT_VOID:
            draft = draft_finding(
                session, filing, Adverse.VOID, "It is of two ISPs.", by=sok, at=at
            )
            reply(session, draft, None, by=town.actors["meas"], at=at)
        decide(session, filing, outcome, by=sok, at=at)


def inside(pdf: bytes) -> dict[str, bytes]:
    with pypdfium2.PdfDocument(pdf) as document:
        files = [document.get_attachment(at) for at in range(document.count_attachments())]
        return {file.get_name(): bytes(file.get_data()) for file in files}


def plain(pdf: bytes) -> str:
    """Its text on one line, without what only breaks lines."""
    return " ".join(text_by_poppler(pdf).replace("\u200b", "").split())


def test_the_receipt_says_what_was_filed_when_and_in_time_and_holds_the_statement(
    filed: Town,
) -> None:
    approver = filed.visit("meas").opens("/returns/2026-10/filings/1").follows("Receipt (PDF)")
    assert approver.path == f"{FILED}/receipt.pdf"
    assert approver.response.mimetype == "application/pdf"
    pdf = approver.response.data
    with filed.session() as session:
        filing = session.get_one(Filing, (filed.bodies["mekong-net"], "2026-10", 1))
        statement, digest = filing.statement, filing.statement_digest.hex()

    files = inside(pdf)
    assert files["statement.json"] == statement
    assert json.loads(files["receipt.json"])["statement_digest"] == digest
    text = plain(pdf)
    for words in (
        "Receipt of a Monthly Return", digest, "✔ ទាន់ពេល · in time", "October 2026",
        "prepared and approved by two people", "trail as number",
    ):  # fmt: skip
        assert words in text
    assert (pages_of(pdf), breaches(pdf)) == (1, [])
    for who in ("chea", "sok", "chan"):
        assert filed.visit(who).opens(f"{FILED}/receipt.pdf").response.data == pdf


def test_it_is_recorded_who_took_a_paper_out(filed: Town) -> None:
    filed.visit("sok").opens(f"{FILED}/receipt.pdf").opens(f"{FILED}/receipt.pdf")

    with filed.session() as session:
        reads = session.scalars(select(Event).where(Event.kind == "read.receipt")).all()
    assert [(one.person_name, one.subject) for one in reads] == [
        ("Sok Reviewer", f"R-2026-10-{filed.bodies['mekong-net']:04d}-1")
    ]


def test_a_receipt_stays_as_it_was_but_says_when_its_version_was_recalled(filed: Town) -> None:
    visitor = filed.visit("chea")
    before = visitor.opens(f"{FILED}/receipt.pdf").response.data
    filed.moves_to("2026-11-30 10:00")
    assert filed.visit("chea").opens(f"{FILED}/receipt.pdf").response.data == before
    with filed.session() as session:
        isp, by = filed.bodies["mekong-net"], filed.actors["meas"]
        recall(session, isp, OCTOBER, 1, by=by, at=filed.now)

    after = filed.visit("chea").opens(f"{FILED}/receipt.pdf").response.data
    assert "Recalled by the provider: this version does not stand" in plain(after)


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        ("ACCEPT_WITH_OBSERVATIONS", ["Acceptance of a Monthly Return", "with observations"]),
        ("RETURN_FOR_CORRECTION", ["Return for Correction", "To be corrected by", "November 2026"]),
        ("REJECT_VOID", ["Declaration that a Return is Void", "Appeal until"]),
    ],
)
def test_a_decision_is_a_letter_with_its_reasons_and_days(
    filed: Town, outcome: str, said: list[str]
) -> None:
    judged(filed, DecisionOutcome(outcome))
    officer = filed.visit("sok").opens("/reviews/mekong-net/2026-10/1")
    pdf = officer.follows("Decision as a letter (PDF)").response.data
    text = plain(pdf)
    for words in [*said, ASKED, "SP5-08"]:
        assert words in text
    assert (pages_of(pdf), breaches(pdf)) == (1, [])
    approver = filed.visit("meas").opens("/returns/2026-10/filings/1")
    assert approver.follows("Decision as a letter (PDF)").response.data == pdf


def test_a_draft_is_a_letter_for_both_sides_and_nobody_else(filed: Town) -> None:
    judged(filed, DecisionOutcome.REJECT_VOID)
    approver = (
        filed.visit("meas").opens("/hearings/mekong-net/1").follows("Draft as a letter (PDF)")
    )
    text = plain(approver.response.data)
    for words in ("Draft: nothing is decided", "To declare the filing void", "It is of two ISPs."):
        assert words in text
    path = approver.path
    assert filed.visit("sok").opens(path).response.data == approver.response.data
    for who in ("tep", "ly", "kong"):
        filed.visit(who).opens(path, 404)


def test_an_auditor_has_the_papers_of_months_that_an_engagement_covers(filed: Town) -> None:
    filed.visit("ly").opens(f"{FILED}/receipt.pdf", 404)
    filed.engages("mekong-net")
    auditor = filed.visit("ly").opens("/audits/mekong-net/2026-10/1").follows("Receipt (PDF)")
    assert auditor.response.mimetype == "application/pdf"
    filed.visit("ly").opens("/filings/tonle-net/2026-10/1/receipt.pdf", 404)


def test_a_paper_that_never_was_is_not_there(filed: Town) -> None:
    visitor = filed.visit("chea")
    for path in (f"{FILED}/decision-1.pdf", "/filings/mekong-net/2026-10/2/receipt.pdf"):
        visitor.opens(path, 404)
