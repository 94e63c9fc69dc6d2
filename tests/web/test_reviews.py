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
    reviewer = begun(filed)
    reviewer.fills_in(422, form="decision")
    assert reviewer.errors()
    reviewer.fills_in(409, form="decision", outcome="REJECT_VOID")
    assert any("comment" in error for error in reviewer.errors())
    pasted = "It is still at bad" + ".example/page"
    reviewer.opens(PAGE).fills_in(409, form="comments", obligation="SP5-03", text=pasted)
    assert any("looks like" in error for error in reviewer.errors())
    # What looks like a locator is never echoed (chairs B11).
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
