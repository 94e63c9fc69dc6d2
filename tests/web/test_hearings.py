"""Hearings, appeals and estimates on screen: who sees them, what is said, nothing typed is lost."""

from __future__ import annotations

import pytest

from portal.returns.hearing import Adverse
from portal.returns.model import Filing
from portal.reviews.hearing import draft_finding
from tests.journeys.acts import is_heard
from tests.town import Town
from tests.visitors import Visitor
from tests.web.returns.months import files_a_quiet_month, opens_the_books, takes_in

REVIEW = "/reviews/mekong-net/2026-10/1"
DRAFT = "/hearings/mekong-net/1"
MEANT = "Nobody acted on three items. What happened?"
SAID = "The mail server was down. We have put it right."


@pytest.fixture
def drafted(town: Town) -> Town:
    """A town in which Mekong Net filed three items that it did not act on, and got a draft."""
    opens_the_books(town)
    takes_in(town, 3)
    files_a_quiet_month(town, ["blocklists", "training"])
    reviewer = begun(town)
    reviewer.follows("Send the ISP a draft first")
    reviewer.fills_in(kind="FINDING", text=MEANT)
    return town


def begun(town: Town) -> Visitor:
    return town.visit("sok").opens(REVIEW).presses("Begin the review")


def test_a_draft_is_for_its_isp_and_for_officers_alone(drafted: Town) -> None:
    for name in ("chea", "meas", "sok", "chan", "pich"):
        assert MEANT in drafted.visit(name).opens(DRAFT).text, name
    for name in ("tep", "uk", "rith", "vann", "ly"):
        drafted.visit(name).opens(DRAFT, 404)
    assert drafted.stranger().opens(DRAFT).path.startswith("/login")


def test_a_preparer_reads_and_an_approver_replies(drafted: Town) -> None:
    preparer = drafted.visit("chea").opens(DRAFT)
    assert "An approver of your organisation replies." in preparer.text
    assert "replies" not in {form.action for form in preparer.page.forms}
    token = preparer.page.xpath("//input[@name='csrf_token']/@value")[0]
    answer = preparer.client.post(
        f"{DRAFT}/replies", data={"csrf_token": token, "text": SAID, "expects": "0"}
    )
    assert answer.status_code == 403
    drafted.visit("meas").opens(DRAFT).fills_in(form="replies", text=SAID)
    assert SAID in drafted.visit("sok").opens(REVIEW).text


def test_a_refused_reply_says_why_and_loses_nothing_but_a_locator(drafted: Town) -> None:
    approver = drafted.visit("meas").opens(DRAFT)
    approver.fills_in(422, form="replies", text="word " * 401)
    assert "2000 characters or fewer" in approver.errors()[0]
    assert approver.page.xpath("//textarea")[0].text.strip() == ("word " * 401).strip()
    pasted = "See www" + ".isp.example"
    approver.opens(DRAFT).fills_in(422, form="replies", text=pasted)
    assert "looks like" in approver.errors()[0]
    assert "isp.example" not in approver.text


def test_two_who_reply_at_once_reply_once(drafted: Town) -> None:
    first = drafted.visit("meas").opens(DRAFT)
    second = drafted.visit("noun").opens(DRAFT)
    first.fills_in(form="replies", text=SAID)
    second.fills_in(409, form="replies", text="Something else.")
    assert "Your reply was sent" in second.errors()[0]
    assert "Something else." in second.page.xpath("//textarea")[0].text
    second.opens(DRAFT)
    assert SAID in second.page.xpath("//textarea")[0].text
    second.fills_in(form="replies", text=f"{SAID} Both of us say so.")
    first.fills_in(409, form="replies", text="Once more.")
    assert "Somebody changed this meanwhile" in first.errors()[0]


def test_a_reply_after_its_day_is_refused_in_words(drafted: Town) -> None:
    approver = drafted.visit("meas").opens(DRAFT)
    drafted.moves_to("2026-11-30 09:00")
    again = drafted.visit("meas").opens(DRAFT)
    assert "No reply, and the day is over" in again.text
    token = approver.page.xpath("//input[@name='csrf_token']/@value")[0]
    again_token = again.page.xpath("//input[@name='csrf_token']/@value")[0]
    assert token
    answer = again.client.post(
        f"{DRAFT}/replies", data={"csrf_token": again_token, "text": SAID, "expects": "0"}
    )
    assert answer.status_code == 409
    assert "The day of the reply was over at" in answer.get_data(as_text=True)


def test_the_isp_answers_with_a_later_version(drafted: Town) -> None:
    takes_in(drafted, 1, "IHC-2026-0900")
    officer = drafted.visit("chea").opens("/returns/2026-10")
    officer.fills_in(form="preparations", reason="LATE_ENTRY", nils=["blocklists", "training"])
    drafted.visit("meas").opens("/returns/2026-10").fills_in(form="filings")
    assert "answered with a later version" in drafted.visit("meas").opens(DRAFT).text
    assert "No draft is out." in drafted.visit("sok").opens("/requests").text
    reviewer = drafted.visit("sok").opens(REVIEW)
    assert "cannot be judged any more" in reviewer.text


def test_what_is_not_adverse_is_not_drafted_or_appealed_against(town: Town) -> None:
    opens_the_books(town)
    files_a_quiet_month(town)
    reviewer = begun(town).follows("Send the ISP a draft first")
    reviewer.fills_in(409, kind="FINDING", text=MEANT)
    assert "decide it without a draft" in reviewer.errors()[0]
    assert MEANT in reviewer.page.xpath("//textarea")[0].text
    reviewer.opens(REVIEW).fills_in(form="decision", outcome="ACCEPT")
    approver = town.visit("meas").opens("/returns/2026-10/filings/1")
    assert "Appeal against this" not in approver.text
    approver.opens("/appeals/decisions/2026-10/1", 404)


def test_an_appeal_is_for_its_isp_and_for_officers_alone(drafted: Town) -> None:
    drafted.visit("meas").opens(DRAFT).fills_in(form="replies")
    drafted.visit("sok").opens(REVIEW).fills_in(form="decision", outcome="ACCEPT")
    approver = drafted.visit("meas").opens("/returns/2026-10/filings/1")
    approver.follows("Appeal against this").fills_in(text="It was not so.")
    path = approver.path
    for name in ("tep", "rith", "ly"):
        drafted.visit(name).opens(path, 404)
    assert "Appeal against this" not in drafted.visit("chea").opens(
        "/returns/2026-10/filings/1"
    ).text  # fmt: skip
    drafted.visit("chea").opens("/appeals/decisions/2026-10/1", 403)
    assert "Decide the appeal" not in drafted.visit("sok").opens(path).text
    assert "Decide the appeal" in drafted.visit("chan").opens(path).text


def test_a_silent_month_is_estimated_by_page(town: Town) -> None:
    town.moves_to("2026-12-20 09:00")
    reviewer = town.visit("sok").opens("/reviews?period=2026-10")
    reviewer.follows("Estimate Mekong Net")
    reviewer.fills_in(422, form="mekong-net/2026-10".rpartition("/")[2])
    reviewer.fills_in(form="2026-10", reason="NO_ANSWER")
    assert "Estimated" in reviewer.opens("/reviews?period=2026-10").text
    assert "Estimated" in town.visit("chea").opens("/returns").text
    reviewer.opens("/estimates/mekong-net/2026-10").fills_in(
        409, form="2026-10", reason="NO_ANSWER"
    )
    assert "is estimated already" in reviewer.errors()[0]


def test_a_void_filing_is_drafted_by_page(drafted: Town) -> None:
    reviewer = drafted.visit("sok").opens(REVIEW)
    reviewer.fills_in(form="comments", obligation="ALL", text="It is of another month.")
    reviewer.fills_in(409, form="decision", outcome="REJECT_VOID")
    reviewer.opens(REVIEW)
    is_heard(drafted, reviewer, "VOID")
    reviewer.fills_in(form="decision", outcome="REJECT_VOID")
    assert "Decided." in reviewer.text


@pytest.mark.parametrize("page", ["/hearings", "/returns", "/requests", "/reviews?period=2026-10"])
def test_a_page_asks_as_much_for_two_as_for_one(drafted: Town, page: str) -> None:
    who = "chea" if page in {"/hearings", "/returns"} else "sok"
    visitor = drafted.visit(who).opens(page)
    with drafted.queries() as of_one:
        visitor.opens(page)
    drafted.visit("meas").opens(DRAFT).fills_in(form="replies", text=SAID)
    with drafted.session() as session:
        filing = session.get_one(Filing, (drafted.bodies["mekong-net"], "2026-10", 1))
        by = drafted.actors["sok"]
        draft_finding(session, filing, Adverse.VOID, MEANT, by=by, at=drafted.now)
    with drafted.queries() as of_two:
        visitor.opens(page)
    assert len(of_two) == len(of_one)


def test_an_officer_who_reads_a_draft_with_its_reply_is_named_to_the_isp(drafted: Town) -> None:
    drafted.visit("chan").opens("/hearings/mekong-net/1")
    drafted.visit("meas").opens("/hearings/mekong-net/1")
    said = drafted.visit("chea").opens("/trail?reads=1").text
    assert "Draft and reply read" in said
    assert "Chan Issuer" in said
    assert "Meas" not in said.partition("Who read what")[2]
