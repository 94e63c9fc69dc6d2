"""Order rounds by page: the sender's table of all ISPs, and three taps on an ISP's phone."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from portal.registers.takedowns import Takedown, TakedownEvent
from tests.town import Town
from tests.visitors import Visitor, said
from tests.web.test_notices import TYPED

ORDER: dict[str, Any] = {
    **TYPED,
    "source_type": "POLICE",
    "source_ref": "ACD-2026-77",
    "items": "2",
    "instrument": "ORDER",
    "assessed_by": "POLICE",
    "service_role": "ACCESS",
    "hosting_country": "NL",
    "issued_at": "2026-11-05T09:30",
    "everybody": True,
    "isps": [],
}


def ordered(town: Town, **over: Any) -> Visitor:
    """The police have sent an order to all licensees; their officer looks at the round."""
    return town.visit("vann").opens("/notices/new").fills_in(**{**ORDER, **over})


def rows(officer: Visitor) -> list[str]:
    """The rows of the round as text."""
    return [said(row) for row in officer.page.xpath("//tbody/tr")]


def answered(town: Town, name: str, answer: str, **typed: Any) -> Visitor:
    """Somebody at an ISP taps an answer and sends it."""
    visitor = town.visit(name).opens("/received/1").follows(answer)
    return visitor.fills_in(form="Send the answer", **typed)


def test_an_order_goes_to_all_licensees_with_one_tick(town: Town) -> None:
    # chairs A3
    officer = ordered(town)

    assert officer.path == "/orders/1"
    assert len(rows(officer)) == 3
    assert all("✖ Silent" in row and "48.0 h left" in row for row in rows(officer))
    assert officer.response.headers["Refresh"] == "60"


def test_somebody_must_be_addressed(town: Town) -> None:
    officer = town.visit("vann").opens("/notices/new")
    officer.fills_in(409, **{**ORDER, "everybody": False})
    assert "Choose at least one ISP." in officer.text


def test_three_taps_answer_an_order_from_the_page_where_an_isp_begins(town: Town) -> None:
    ordered(town)
    officer = town.visit("chea").opens("/")
    assert "1 order to answer" in officer.text
    officer.follows("N-000001 Fictional Police ACD-2026-77").follows("Applied")
    officer.presses("Send the answer")

    assert "Answered for 2 items." in officer.text
    assert "✔ Applied" in officer.text
    assert "order to answer" not in officer.opens("/").text
    with town.session() as session:
        assert session.scalar(select(func.count()).select_from(Takedown)) == 2
        assert session.scalar(select(func.count()).select_from(TakedownEvent)) == 6


def test_the_round_says_who_answered_what_and_who_is_silent_first(town: Town) -> None:
    ordered(town)
    answered(town, "chea", "Applied")
    answered(town, "tep", "Cannot, because", because="CLARIFICATION")
    town.moves_to("2026-11-07 10:30")
    silent, cannot, applied = rows(town.visit("vann").opens("/orders/1"))

    assert silent.startswith("Small Net")
    assert "✖ Silent" in silent
    assert "over by 0.5 h" in silent
    assert "The order is not clear; the sender is asked" in cannot
    assert "Chea Preparer" in applied
    assert "In time" in applied


def test_the_round_is_narrowed_without_scripts(town: Town) -> None:
    ordered(town)
    answered(town, "chea", "Received")
    officer = town.visit("vann").opens("/orders/1").follows("2 Silent")
    assert len(rows(officer)) == 2
    assert [said(a) for a in officer.page.xpath("//a[@aria-current]")][-1] == "2 Silent"
    officer.follows("1 Received")
    assert [row.split(" ● ")[0] for row in rows(officer)] == ["Mekong Net"]
    assert "No ISP stands so." in officer.opens("/orders/1?state=LATE").text
    assert len(rows(officer.opens("/orders/1?state=NONSENSE&after=-7"))) == 3
    assert rows(officer.opens("/orders/1?after=50")) == []


def test_a_table_of_many_isps_comes_in_slices(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.web.orders.SHOWN", 2)
    officer = ordered(town)

    assert len(rows(officer)) == 2
    officer.follows("Further ISPs")
    assert len(rows(officer)) == 1


def test_only_the_sender_sees_the_round_and_takes_it_back(town: Town) -> None:
    ordered(town)
    for path in ("/orders/1", "/orders/1/withdrawal/new"):
        town.visit("rith").opens(path, 404)
        town.visit("sok").opens(path, 404)
        for name in ("chea", "ly", "chan"):
            town.visit(name).opens(path, 403)
    stranger = town.visit("rith").opens("/notices/new")
    token = stranger.page.xpath("//input[@name='csrf_token']/@value")[0]
    answer = stranger.client.post("/orders/1/withdrawal", data={"csrf_token": token})
    assert answer.status_code == 404


def test_a_notice_that_is_no_order_has_no_round_and_no_answers(town: Town) -> None:
    town.visit("rith").opens("/notices/new").fills_in(**TYPED)
    town.visit("rith").opens("/orders/1", 404)
    officer = town.visit("chea").opens("/received/1")
    assert "Your answer" not in officer.text
    officer.opens("/received/1/answers/new?answer=APPLIED", 404)
    officer.opens("/received/1/answers/new?answer=PERHAPS", 404)


def test_an_answer_to_an_order_of_others_is_not_there(town: Town) -> None:
    ordered(town, everybody=False, isps=["mekong-net"])
    town.visit("tep").opens("/received/1/answers/new?answer=APPLIED", 404)
    town.visit("sok").opens("/received/1/answers/new?answer=APPLIED", 403)


def test_what_is_wrong_with_an_answer_is_said_in_words(town: Town) -> None:
    ordered(town)
    officer = town.visit("chea").opens("/received/1/answers/new?answer=APPLIED")
    officer.fills_in(409, occurred_at="2026-11-05T09:00", received_at="2026-11-05T09:00")
    assert len(officer.errors()) == 2
    assert "This lies before the notice was issued" in officer.errors()[0]
    officer.fills_in(422, occurred_at="2026-11-06T09:00", received_at="2026-11-05T09:40")
    assert len(officer.errors()) == 1
    officer.fills_in(occurred_at="2026-11-05T09:50")
    again = officer.opens("/received/1/answers/new?answer=APPLIED")
    again.fills_in(409, occurred_at="2026-11-05T09:50")
    assert "You answered this order before." in again.text


def test_a_withdrawn_order_is_lifted_where_it_was_applied(town: Town) -> None:
    ordered(town)
    answered(town, "chea", "Applied")
    officer = town.visit("vann").opens("/orders/1").follows("Take this order back")
    officer.presses("Take back")
    assert "Taken back at 3 ISPs." in officer.text
    first, *others = rows(officer)
    assert "▲ To be lifted" in first
    assert "24.0 h left" in first
    assert all("○ Taken back" in row for row in others)
    assert "Take this order back" not in officer.text

    mekong = town.visit("chea").opens("/")
    assert "▲ To be lifted" in mekong.text
    town.moves_to("2026-11-05 12:00")
    answered(town, "chea", "Lifted")
    assert "order to answer" not in town.visit("tep").opens("/").text
    assert "✔ Lifted" in rows(officer.opens("/orders/1"))[0]
    late = town.visit("tep").opens("/received/1/answers/new?answer=APPLIED")
    assert "This order is taken back" in late.presses("Send the answer", 409).text


def test_an_emergency_says_first_to_call_on_every_page_of_it(town: Town) -> None:
    # chairs C5
    officer = ordered(town, priority="P1_CHILD_IN_DANGER")
    first = "A child may be in danger: call first."
    assert first in officer.text
    assert all("1.0 h left" in row for row in rows(officer))
    mekong = town.visit("chea")
    for path in ("/", "/received", "/received/1", "/received/1/answers/new?answer=APPLIED"):
        [main] = mekong.opens(path).page.xpath("//main")
        assert said(main).startswith(first), path
    answered(town, "chea", "Applied")
    assert first not in mekong.opens("/returns").text


def test_an_order_about_a_whole_domain_asks_for_a_second(town: Town) -> None:
    # chairs C3
    ordered(town, locator_kind="DOMAIN")
    officer = town.visit("chea").opens("/received/1/answers/new?answer=APPLIED")
    officer.fills_in(409, handled_by="S-0421")
    assert officer.errors()


@pytest.mark.parametrize("answer", ["RECEIVED", "APPLIED", "CANNOT"])
def test_an_answer_page_asks_little(town: Town, answer: str) -> None:
    ordered(town)
    officer = town.visit("chea").opens(f"/received/1/answers/new?answer={answer}")
    fields = {f.get("name") for f in officer._form("Send the answer").inputs if f.get("name")}

    asked = fields - {"csrf_token", "answer"}
    assert asked <= {"occurred_at", "received_at", "handled_by", "because"}


def test_the_round_asks_as_much_for_few_isps_as_for_one(town: Town) -> None:
    ordered(town)
    ordered(town, source_ref="ACD-2", everybody=False, isps=["mekong-net"])
    officer = town.visit("vann")
    with town.queries() as of_three:
        officer.opens("/orders/1")
    with town.queries() as of_one:
        officer.opens("/orders/2")

    assert len(of_three) == len(of_one)
