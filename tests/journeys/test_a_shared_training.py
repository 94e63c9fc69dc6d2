"""A hotline trains two ISPs in one room; each confirms its own people, and a month stands on it."""

from __future__ import annotations

from portal.trail import verify
from tests.build import SPAN
from tests.journeys.acts import files, opens_the_books, prepares, records
from tests.town import Town
from tests.visitors import Visitor
from tests.web.test_shared_training import HELD

PEOPLE = ("S-0421", "S-0422", "S-0423")


def confirms(officer: Visitor, *people: str, **results: str) -> None:
    """Follow the to-do of the first page, tick one's people, one tap."""
    officer.opens("/returns").follows("TS-000001")
    officer.fills_in(form="Confirm", people=list(people), **results)


def test_one_session_is_entered_once_and_each_isp_confirms_its_own_people(town: Town) -> None:
    """Chairs B8: entered once by the trainer's organisation, each ISP confirms its own people."""
    town.runs(
        "training",
        "admit",
        "hotline",
        "HOTLINE",
        "--from",
        "2026-11-05",
        "--as",
        "pich@example.org",
    )
    mekong, tonle = town.visit("chea"), town.visit("tep")
    for who in PEOPLE:
        records(mekong, "roster", SPAN, staff_ref=who)
    records(tonle, "roster", SPAN, staff_ref="T-01")

    # The trainer enters the session once, counts heads, and names nobody.
    trainer = town.visit("rith").opens("/sessions").follows("Enter a session")
    trainer.fills_in(**HELD)
    trainer.follows("How many people were there").fills_in(
        count_mekong_net="2", count_tonle_net="1"
    )

    # Each ISP has a to-do on its first page. One of Mekong Net's people failed.
    confirms(mekong, "S-0421", "S-0422", result_S_0422="FAILED")
    confirms(tonle, "T-01")
    trainer.opens("/sessions/1")
    assert trainer.text.count("confirmed fewer than 5") == 2
    assert "more than you counted" not in trainer.text

    # A third one was there, too: told to both, refused to nobody.
    mekong.opens("/trainings/1").fills_in(form="Confirm", people=["S-0423"])
    assert "You confirmed 3 people, the trainer counted 2." in mekong.text
    assert "more than you counted" in trainer.opens("/sessions/1").text

    # The trainer mistyped the minutes: nothing moves until the ISP follows.
    trainer.follows("Correct this session").fills_in(minutes="120", reason="TYPING_ERROR")
    assert mekong.opens("/trainings/1").text.count("differs") == 3
    mekong.presses("Correct my entries")
    assert "differs" not in mekong.text

    # The month is filed, and review sees that all three stand on both sides.
    opens_the_books(mekong)
    prepares(mekong, nils=["takedowns", "blocklists"])
    files(town.visit("meas"))
    reviewer = town.visit("sok").opens("/reviews/mekong-net/2026-10/1")
    assert "Completions of a session that its trainer entered: 3 of 3" in reviewer.text
    with town.session() as session:
        assert verify(session) == []
