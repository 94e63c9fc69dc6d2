"""Review by page: the queue, beginning, commenting, deciding, and what the ISP sees when."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.period import Period
from portal.returns.actions import declare_opening, file, prepare
from portal.returns.model import AmendmentReason
from tests.town import Town
from tests.visitors import Visitor

OCTOBER = Period(2026, 10)
QUIET = ("takedowns", "blocklists", "training")
PAGE = "/reviews/mekong-net/2026-10/1"
ASKED = "Which resolver was left out?"


@pytest.fixture
def filed(town: Town) -> Town:
    """Mekong Net has filed a quiet October."""
    with town.session() as session:
        isp, at = town.bodies["mekong-net"], town.now
        declare_opening(session, isp, OCTOBER, 0, by=town.actors["chea"], at=at)
        made = prepare(session, isp, OCTOBER, nils=QUIET, by=town.actors["chea"], at=at)
        file(session, isp, OCTOBER, made.no, by=town.actors["meas"], at=at)
    return town


def begun(town: Town) -> Visitor:
    return town.visit("sok").opens(PAGE).presses("Begin the review")


def test_the_queue_shows_how_every_isp_stands_and_leads_to_what_waits(filed: Town) -> None:
    reviewer = filed.visit("sok").opens("/reviews")
    assert reviewer.heading == "October 2026"
    rows = ["".join(row.itertext()).split() for row in reviewer.page.xpath("//tbody/tr")]
    assert [row[0] for row in rows] == ["Mekong", "Small", "Tonle"]
    reviewer.follows("Mekong Net")
    assert reviewer.path == PAGE
    assert "Begin the review" in reviewer.text
    reviewer.opens("/reviews?period=2026-09").opens("/reviews?period=September", 409)


def test_only_reviewers_act_and_only_the_authority_looks(filed: Town) -> None:
    issuer = filed.visit("chan").opens(PAGE)
    assert "Begin the review" not in issuer.text
    token = issuer.page.xpath("//input[@name='csrf_token']/@value")[0]
    for act in ("review", "comments", "decision"):
        answer = issuer.client.post(f"{PAGE}/{act}", data={"csrf_token": token})
        assert answer.status_code == 403, act
    for name in ("chea", "tep", "ly"):
        filed.visit(name).opens(PAGE, 403)


def test_comments_stay_with_the_officers_until_the_decision(filed: Town) -> None:
    reviewer = begun(filed)
    reviewer.fills_in(form="comments", obligation="SP5-08", text=ASKED)
    assert ASKED in reviewer.text
    officer = filed.visit("meas")
    assert ASKED not in officer.opens("/returns/2026-10/filings/1").text
    assert "Comment drafted" not in officer.opens("/trail").text
    assert "A working step of the authority" in officer.text
    reviewer.fills_in(form="decision", outcome="RETURN_FOR_CORRECTION")
    assert "Decided." in reviewer.text
    assert ASKED in officer.opens("/returns/2026-10/filings/1").text


def test_a_later_version_begins_without_the_comments_of_the_earlier_one(filed: Town) -> None:
    reviewer = begun(filed)
    reviewer.fills_in(form="comments", obligation="SP5-08", text=ASKED)
    reviewer.fills_in(form="decision", outcome="RETURN_FOR_CORRECTION")
    with filed.session() as session:
        isp, at = filed.bodies["mekong-net"], filed.now + timedelta(hours=1)
        why, by = AmendmentReason.CONFIRMED_AS_FILED, filed.actors["chea"]
        made = prepare(session, isp, OCTOBER, nils=QUIET, reason=why, by=by, at=at)
        file(session, isp, OCTOBER, made.no, by=filed.actors["meas"], at=at)
    reviewer.opens("/reviews/mekong-net/2026-10/2")
    drafted = reviewer.page.xpath("//section[@aria-labelledby='comments-title']")
    assert drafted == []
    [others] = reviewer.page.xpath("//section[@aria-labelledby='others-title']")
    assert ASKED in others.text_content()
    assert "cannot be judged any more" in reviewer.opens(PAGE).text


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(filed: Town) -> None:
    """chairs B11: but for what looks like a locator, which is never echoed."""
    reviewer = begun(filed)
    reviewer.fills_in(422, form="decision")
    assert reviewer.errors()
    reviewer.fills_in(409, form="decision", outcome="REJECT_VOID")
    assert any("comment" in error for error in reviewer.errors())
    pasted = "It is still at bad" + ".example/page"
    reviewer.opens(PAGE).fills_in(409, form="comments", obligation="SP5-03", text=pasted)
    assert any("looks like" in error for error in reviewer.errors())
    assert pasted not in reviewer.text
    long = "word " * 101
    reviewer.opens(PAGE).fills_in(422, form="comments", obligation="SP5-03", text=long)
    assert reviewer.page.xpath("//textarea")[0].text.strip() == long.strip()


def test_two_officers_who_decide_at_once_decide_once(filed: Town) -> None:
    first, second = begun(filed), filed.visit("sok").opens(PAGE)
    first.fills_in(form="decision", outcome="ACCEPT")
    second.fills_in(409, form="decision", outcome="ACCEPT")
    assert any("decided" in error for error in second.errors())


def test_an_unknown_isp_month_or_version_is_not_there(filed: Town) -> None:
    reviewer = filed.visit("sok")
    for path in ("nobody/2026-10/1", "mekong-net/2026-09/1", "mekong-net/2026-10/7"):
        reviewer.opens(f"/reviews/{path}", 404)


def test_a_return_sent_back_is_to_be_corrected_in_five_working_days(filed: Town) -> None:
    reviewer = begun(filed)
    reviewer.fills_in(form="comments", obligation="SP5-08", text=ASKED)
    reviewer.fills_in(form="decision", outcome="RETURN_FOR_CORRECTION")
    # Decided on Thursday 5 November; 9 November is a holiday of the computed calendar.
    limit = "13 Nov 2026, 23:59"

    assert f"To be corrected by {limit}." in reviewer.text
    assert "correct by 13 Nov 2026" in reviewer.opens("/reviews").text
    officer = filed.visit("chea")
    assert f"SENT BACK: October 2026 needs a later version. Correct it by {limit}." in officer.text
    for page in ("/returns/2026-10", "/returns/2026-10/filings/1"):
        assert officer.opens(page).text.count(f"Correct it by {limit}.") == 2
    assert "correct by 13 Nov 2026" in officer.opens("/returns").text

    filed.moves_to("2026-11-14 00:00")
    assert f"It was to be corrected by {limit}." in filed.visit("chea").text


@pytest.mark.parametrize(
    ("filed_on", "word"), [("2026-11-10 23:59", "Met"), ("2026-11-11 00:00", "Not met Computed")]
)
def test_once_filed_the_duty_to_file_is_judged_as_the_paper_will_say_it(
    town: Town, filed_on: str, word: str
) -> None:
    officer = town.visit("chea").opens("/returns/2026-10")
    assert "Judged when the return is filed" in row_of(officer, "SP5-15")
    town.moves_to(filed_on)
    with town.session() as session:
        isp = town.bodies["mekong-net"]
        declare_opening(session, isp, OCTOBER, 0, by=town.actors["chea"], at=town.now)
        made = prepare(session, isp, OCTOBER, nils=QUIET, by=town.actors["chea"], at=town.now)
        file(session, isp, OCTOBER, made.no, by=town.actors["meas"], at=town.now)

    for who, page in (
        ("sok", PAGE),
        ("chea", "/returns/2026-10"),
        ("chea", "/returns/2026-10/filings/1"),
    ):
        said = row_of(town.visit(who).opens(page), "SP5-15")
        assert word in said, page
        assert ("Filed late" in said) == (word != "Met"), page


def row_of(visitor: Visitor, obligation: str) -> str:
    """What the table of results says of one obligation."""
    rows = visitor.page.xpath("//tr[th[contains(@class, 'duty')]]")
    [found] = [
        " ".join(row.text_content().split()) for row in rows if obligation in row.text_content()
    ]
    return found
