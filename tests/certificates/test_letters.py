"""What receipts and letters say when it is not the ordinary case."""

from __future__ import annotations

from portal.certificates.decided import render_decision, render_draft
from portal.certificates.receipt import render_receipt
from tests.certificates.letters import a_decision, a_draft, a_receipt
from tests.certificates.reading import pages_of, text_by_poppler
from tests.certificates.samples import POLICY, a_sample_statement, frozen


def read(pdf: bytes) -> str:
    """The text on one line, without what only breaks lines."""
    return " ".join(text_by_poppler(pdf).replace("\u200b", "").split())


def receipt(**changes: object) -> str:
    statement = a_sample_statement()
    return read(render_receipt(a_receipt(**changes), statement, frozen(statement), POLICY))


def test_a_receipt_says_how_many_days_late_by_a_word_and_a_sign() -> None:
    said = receipt(first_filed_at="2026-11-12T03:00:00Z", waived=True, demo=False)
    assert "✖ យឺត ២ ថ្ងៃ · late, 2 d" in said
    assert "by one person, under a waiver" in said
    assert "DEMO" not in said


def test_a_later_version_is_in_time_when_the_first_was_and_nothing_is_late_in_practice() -> None:
    later = {"version": 2, "reason": "CORRECTION", "filed_at": "2026-12-24T03:00:00Z"}
    assert "✔ ទាន់ពេល · in time" in receipt(**later)
    practice = receipt(first_filed_at="2026-12-24T03:00:00Z", practice=True)
    assert "month of practice: nothing is late" in practice


def test_a_decision_that_an_appeal_put_aside_says_so_and_withdrawn_words_stay_away() -> None:
    reasons = [{"obligation": "SP5-08", "text": None}]
    facts = a_decision("ACCEPT", closed=True, set_aside=["SP5-03"], reasons=reasons)
    said = read(render_decision(facts, POLICY))
    for words in (
        "Set aside on appeal: this decision does not stand any more", "The words were withdrawn.",
        "Findings set aside on appeal: SP5-03.",
    ):  # fmt: skip
        assert words in said


def test_the_longest_reasons_take_more_pages_and_a_draft_of_a_revocation_names_its_reason() -> None:
    reasons = [{"obligation": one.code, "text": "Long. " * 80} for one in POLICY.obligations]
    assert pages_of(render_decision(a_decision("ACCEPT", reasons=reasons), POLICY)) > 1
    revoking = a_draft(kind="REVOCATION", reason="ISSUED_IN_ERROR", obligations=[])
    assert "Issued in error" in read(render_draft(revoking, POLICY))
