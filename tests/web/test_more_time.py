"""More time and outages by page: asked, answered, recorded, and told wherever a due date stands."""

from __future__ import annotations

import json

import pytest

from portal.certificates.actions import issue
from portal.certificates.aside import aside
from portal.certificates.report import render_report
from portal.policy.queries import policy_of
from portal.returns.model import DecisionOutcome, Filing
from portal.returns.queries import read
from portal.returns.statement import schema_bytes
from portal.reviews import decide, open_review
from tests.certificates.reading import text_by_poppler
from tests.town import Town
from tests.web.returns.months import MONTH, OCTOBER, files_a_quiet_month, opens_the_books

MOVED = "17 Nov 2026, 23:59"
WHY = "Due later: 7 more days granted (E-2026-10-"


@pytest.fixture
def opened(town: Town) -> Town:
    """Mekong Net has said that nothing was open when its first month began."""
    opens_the_books(town)
    return town


def asks(town: Town) -> None:
    officer = town.visit("chea").opens(MONTH).follows("Ask for more time")
    assert "At most 15 days at once" in officer.text
    officer.fills_in(reason="OWN_SYSTEM_FAILED", days="7")
    assert "Until the authority answers, the due date stands." in officer.text


def answers(town: Town, reason: str) -> None:
    reviewer = town.visit("sok").opens("/requests").follows("Mekong Net")
    reviewer.fills_in(form="answer", reason=reason)
    assert "Nobody waits for more time." in reviewer.text


def test_an_isp_asks_an_officer_grants_and_every_page_says_why_the_day_moved(opened: Town) -> None:
    asks(opened)
    waiting = opened.visit("chea").opens(MONTH).text
    assert "Not answered yet: the due date stands." in waiting
    assert "Ask for more time" not in waiting
    answers(opened, "REASON_ACCEPTED")
    assert "Request for more time read" in opened.visit("chea").opens("/trail?reads=1").text
    officer = opened.visit("chea").opens(MONTH)
    assert f"Due {MOVED}" in officer.text
    assert WHY in officer.text
    assert "A system of our own failed" in officer.text
    assert f"NOT FILED: October 2026. Due {MOVED}." in officer.text
    assert "17 Nov 2026 · moved" in officer.opens("/returns").text
    queue = opened.visit("sok").opens("/reviews").text
    assert queue.count("due 17 Nov 2026") == 1
    assert queue.count("due 10 Nov 2026") == 2
    assert queue.count(WHY) == 1


def test_a_filing_in_the_time_granted_is_on_time_on_receipt_and_review(opened: Town) -> None:
    asks(opened)
    answers(opened, "REASON_ACCEPTED")
    opened.moves_to("2026-11-16 10:00")
    files_a_quiet_month(opened)
    receipt = opened.visit("meas").opens(f"{MONTH}/filings/1").text
    review = opened.visit("sok").opens("/reviews/mekong-net/2026-10/1").text
    for said in (receipt, review):
        assert MOVED in said
        assert WHY in said
        assert "Filed late" not in said


def test_a_refusal_says_why_and_the_isp_may_ask_again(opened: Town) -> None:
    asks(opened)
    answers(opened, "ASKED_TOO_OFTEN")
    officer = opened.visit("chea").opens(MONTH)
    assert "Refused: asked for too often" in officer.text
    assert "Due 10 Nov 2026, 23:59" in officer.text
    officer.follows("Ask for more time")


def test_what_is_wrong_with_a_request_is_said_and_nothing_is_lost(opened: Town) -> None:
    officer = opened.visit("chea").opens(f"{MONTH}/extension")
    officer.fills_in(409, reason="STAFF_ABSENT", days="16")
    assert officer.errors() == ["Ask for 1 to 15 days at once."]
    assert officer.page.xpath("//input[@name='days']/@value") == ["16"]
    opened.moves_to("2026-11-11 00:00")
    assert "Ask for more time" not in opened.visit("chea").opens(MONTH).text
    late = opened.visit("chea").opens(f"{MONTH}/extension")
    late.fills_in(409, reason="STAFF_ABSENT", days="3")
    assert "More time is asked for before that" in late.errors()[0]


def test_only_those_who_may_ask_answer_and_record(opened: Town) -> None:
    asks(opened)
    for name in ("meas", "tep", "ly"):
        opened.visit(name).opens("/requests", 403).opens("/outages", 403)
    opened.visit("chan").opens("/requests").opens("/requests/mekong-net/2026-10/1", 403)
    opened.visit("sok").opens(f"{MONTH}/extension", 403)
    opened.visit("sok").opens("/requests/mekong-net/2026-10/2", 404)
    reviewer = opened.visit("sok").opens("/outages")
    assert "Record an outage" not in reviewer.text
    token = reviewer.page.xpath("//input[@name='csrf_token']/@value")[0]
    answer = reviewer.client.post("/outages/1/withdrawal", data={"csrf_token": token})
    assert answer.status_code == 403


def test_a_recorded_outage_moves_the_day_of_those_it_kept_from_filing(opened: Town) -> None:
    officer = opened.visit("pich").opens("/requests").follows("Outages")
    officer.fills_in(
        form="Record", from_at="2026-11-03T00:00", until_at="2026-11-05T00:00",
        instrument="O-2026/7", isps=["mekong-net"],
    )  # fmt: skip
    assert "Recorded: O-2026/7." in officer.text
    said = opened.visit("chea").opens(MONTH).text
    assert "Due later: 2 working days lost in an outage (O-2026/7)." in said
    assert "Due 12 Nov 2026, 23:59" in said
    assert "Due 10 Nov 2026, 23:59" in opened.visit("tep").opens(MONTH).text
    officer.presses("Take back")
    assert "Due 10 Nov 2026, 23:59" in opened.visit("chea").opens(MONTH).text
    assert "Taken back" in officer.text


def test_an_address_is_no_letters_number_and_an_outage_to_come_is_none(opened: Town) -> None:
    officer = opened.visit("pich").opens("/outages")
    pasted = "bad" + ".example/letter"
    officer.fills_in(
        422, form="Record", from_at="2026-11-03T00:00", until_at="2026-11-04T00:00",
        instrument=pasted,
    )  # fmt: skip
    assert pasted not in officer.text
    officer.opens("/outages").fills_in(
        409, form="Record", from_at="2026-11-05T00:00", until_at="2026-11-06T00:00",
        instrument="O-1",
    )  # fmt: skip
    assert officer.errors() == ["The outage is not over yet. Record it when it is."]


def test_the_report_prints_why_and_the_public_attestation_only_that(opened: Town) -> None:
    asks(opened)
    answers(opened, "REASON_ACCEPTED")
    opened.moves_to("2026-11-16 10:00")
    files_a_quiet_month(opened)
    with opened.session() as session:
        isp, at = opened.bodies["mekong-net"], opened.now
        open_review(session, isp, OCTOBER, 1, by=opened.actors["sok"], at=at)
        filing = session.get_one(Filing, (isp, str(OCTOBER), 1))
        decide(session, filing, DecisionOutcome.ACCEPT, by=opened.actors["sok"], at=at)
        made = issue(session, isp, OCTOBER, by=opened.actors["chan"], at=at)
        attested = json.loads(made.attestation)
        report = render_report(
            attested, read(filing.statement), filing.statement, schema_bytes(),
            policy_of(session, "2026.1"), qr_url="https://portal.example/verify/1",
            aside=aside(session, filing, attested),
        )  # fmt: skip
    number = f"E-2026-10-{isp:04d}-1"
    assert attested["filing"]["moves"] == [{"kind": "EXTENSION", "days": 7, "number": number}]
    assert "OWN_SYSTEM_FAILED" not in made.attestation.decode()
    text = " ".join(text_by_poppler(report).split())
    assert number in text
    assert "Its own system failed" in text
    assert "17 November 2026" in text
