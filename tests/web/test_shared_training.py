"""Sessions held, page by page: the trainer enters once, each ISP confirms its own people."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from portal.registers.actions import admit
from portal.registers.codes import Provider
from portal.registers.register import REGISTERS
from portal.registers.shared.trainers import admit_trainer
from tests.build import a_span
from tests.town import Town
from tests.visitors import Visitor

HELD: dict[str, Any] = {
    "session_ref": "HT-2026-31",
    "held_on": "2026-10-06",
    "modules": ["NTD_PROCEDURE"],
    "level": "REFRESHER",
    "mode": "CLASSROOM",
    "language": "KM",
    "minutes": "90",
    "funded_by": "DONOR",
    "isps": ["mekong-net", "tonle-net"],
}
PEOPLE = ("S-0421", "S-0422")


@pytest.fixture
def school(town: Town) -> Town:
    """The hotline of the town is a trainer, and Mekong Net has two people on its roster."""
    began = datetime(2025, 9, 1, 2, tzinfo=UTC)
    with town.session() as session:
        admit_trainer(
            session, town.bodies["hotline"], Provider.HOTLINE, from_on=began.date(),
            by=town.actors["pich"], at=began,
        )  # fmt: skip
        rows = [a_span(session, staff_ref=who) for who in PEOPLE]
        isp, by = town.bodies["mekong-net"], town.actors["chea"]
        admit(session, isp, REGISTERS["roster"], rows, by=by, at=town.now)
    return town


def held(school: Town, **over: Any) -> Visitor:
    """The hotline has entered a session; its officer looks at it."""
    return school.visit("rith").opens("/sessions/new").fills_in(**{**HELD, **over})


def test_a_trainer_enters_a_session_and_the_isp_confirms_with_one_tap(school: Town) -> None:
    officer = held(school)
    assert officer.heading == "TS-000001"
    assert "Mekong Net – ○ not confirmed yet" in officer.text.replace("▲", "○")

    preparer = school.visit("chea")
    assert "A training session waits for you" in preparer.opens("/returns").text
    preparer.follows("TS-000001")
    assert "Your roster on" in preparer.text
    preparer.fills_in(form="Confirm", people=list(PEOPLE))
    assert "2 entries recorded." in preparer.text

    assert "waits for you" not in preparer.opens("/returns").text
    assert "TR-000003" in preparer.opens("/registers/training").text
    text = officer.opens("/sessions/1").text
    assert "confirmed fewer than 5" in text
    assert "S-0421" not in text


def test_somebody_may_have_come_to_another_result(school: Town) -> None:
    held(school)
    preparer = school.visit("chea").opens("/trainings/1")
    preparer.fills_in(form="Confirm", people=list(PEOPLE), result_S_0422="FAILED")

    cells = [row.text_content().split() for row in preparer.page.xpath("//tbody/tr")]
    assert [row[-1] for row in cells] == ["Passed", "Failed"]


def test_nobody_ticked_is_said_at_the_field(school: Town) -> None:
    held(school)
    preparer = school.visit("chea").opens("/trainings/1").fills_in(409, form="Confirm")

    assert preparer.errors() == ["Choose at least one."]


def test_sending_the_same_confirmation_twice_changes_nothing(school: Town) -> None:
    held(school)
    one, two = (school.visit("chea").opens("/trainings/1") for _ in range(2))
    one.fills_in(form="Confirm", people=["S-0421", "S-0422"])
    two.fills_in(409, form="Confirm", people=["S-0421", "S-0422"])

    assert "S-0421 is recorded already: TR-000003." in two.text
    assert "TR-000005" not in two.opens("/trainings/1").text


def test_more_than_counted_is_shown_to_both(school: Town) -> None:
    officer = held(school).follows("How many people were there").fills_in(count_mekong_net="1")
    assert "Mekong Net 1" in officer.text
    preparer = school.visit("chea").opens("/trainings/1")
    assert "The trainer counted 1 person of yours." in preparer.text
    preparer.fills_in(form="Confirm", people=list(PEOPLE))

    assert "You confirmed 2 people, the trainer counted 1." in preparer.text
    assert "more than you counted" in officer.opens("/sessions/1").text


def test_a_correction_is_followed_with_one_tap(school: Town) -> None:
    officer = held(school)
    preparer = (
        school.visit("chea").opens("/trainings/1").fills_in(form="Confirm", people=["S-0421"])
    )
    officer.follows("Correct this session").fills_in(minutes="120", reason="TYPING_ERROR")

    assert "differs" in preparer.opens("/trainings/1").text
    preparer.presses("Correct my entries")
    assert "1 entry corrected." in preparer.text
    assert "differs" not in preparer.text
    assert "120" in preparer.opens("/registers/training/entries/3").text
    assert preparer.follows("TS-000001").heading == "TS-000001"


def test_a_session_is_entered_for_further_isps(school: Town) -> None:
    officer = held(school, isps=["mekong-net"])
    school.visit("tep").opens("/trainings/1", 404)
    officer.fills_in(form="Enter it", isps=["tonle-net"])

    assert "Tonle Net" in officer.text
    tonle = school.visit("tep").opens("/trainings/1")
    assert "Nobody stands on your roster on that day." in tonle.text


def test_nobody_else_sees_or_acts_on_a_session(school: Town) -> None:
    held(school, isps=["mekong-net"])
    for path in ("/sessions/1", "/sessions/1/corrections/new", "/sessions/1/counts/new"):
        school.visit("vann").opens(path, 404)
        school.visit("sok").opens(path, 404)
        for name in ("chea", "ly", "chan"):
            school.visit(name).opens(path, 403)
    for name in ("rith", "sok", "ly"):
        school.visit(name).opens("/trainings/1", 403)
    stranger = school.visit("tep").opens("/trainings")
    assert "TS-000001" not in stranger.text
    token = stranger.page.xpath("//input[@name='csrf_token']/@value")[0]
    for act in ("people", "corrections"):
        answer = stranger.client.post(f"/trainings/1/{act}", data={"csrf_token": token})
        assert answer.status_code == 404, act


def test_who_is_not_admitted_is_told_so_and_refused(school: Town) -> None:
    police = school.visit("vann").opens("/sessions")
    assert "not admitted as a trainer" in police.text
    police.opens("/sessions/new").fills_in(422, **HELD)


def test_everything_wrong_is_said_at_once(school: Town) -> None:
    wrong = {"session_ref": "https://example.org/x", "minutes": "5", "held_on": "2026-12-01"}
    officer = school.visit("rith").opens("/sessions/new").fills_in(422, **{**HELD, **wrong})

    assert len(officer.errors()) == 3
    assert "example.org" not in officer.text
    officer = held(school)
    again = school.visit("rith").opens("/sessions/new").fills_in(409, **HELD)
    assert "TS-000001" in again.text


def test_the_month_says_what_waits_and_review_what_stands_on_both_sides(school: Town) -> None:
    held(school)
    preparer = school.visit("chea").opens("/returns/2026-10")
    assert "of which you confirmed nobody yet: 1." in preparer.text


def test_a_page_of_a_session_asks_as_much_for_many_isps_as_for_one(school: Town) -> None:
    officer = held(school, isps=["mekong-net"])
    with school.queries() as few:
        officer.opens("/sessions/1")
    held(school, session_ref="HT-2", isps=["mekong-net", "tonle-net", "small-net"])
    with school.queries() as many:
        officer.opens("/sessions/2")

    assert len(many) == len(few)
