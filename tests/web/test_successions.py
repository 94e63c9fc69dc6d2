"""Successions by page: entered by who may, read by the authority, told to both ISPs alone."""

from __future__ import annotations

from sqlalchemy import func, select

from portal.accounts.successions import Succession
from tests.town import Town
from tests.web.returns.months import takes_in

DECIDED = {
    "predecessor": "mekong-net",
    "successor": "tonle-net",
    "first_day": "2026-10-17",
    "kind": "MERGER",
    "reference": "MPTC/2026/88",
}


def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(town: Town) -> None:
    officer = town.visit("pich").opens("/successions")
    officer.fills_in(form="Record", expect=422, **{**DECIDED, "first_day": "", "reference": "a@b"})
    assert len(officer.errors()) == 2
    assert officer.page.xpath("//select[@name='successor']/option[@selected]/@value") == [
        "tonle-net"
    ]
    officer.fills_in(form="Record", expect=409, **{**DECIDED, "first_day": "2026-10-01"})
    assert officer.errors() == [
        "The ISP that ends: it held no licence on 30 Sep 2026, the day before. Name the day"
        " after its last one."
    ]
    assert officer.page.xpath("//input[@name='reference']/@value") == ["MPTC/2026/88"]
    with town.session() as session:
        assert session.scalar(select(func.count()).select_from(Succession)) == 0


def test_a_reviewer_reads_successions_and_others_do_not(town: Town) -> None:
    town.visit("pich").opens("/successions").fills_in(form="Record", **DECIDED)

    reviewer = town.visit("sok").opens("/requests").follows("Successions")
    assert "MPTC/2026/88" in reviewer.text
    assert "Record a succession" not in reviewer.text
    token = reviewer.page.xpath("//input[@name='csrf_token']/@value")[0]
    for path in ("/successions", "/successions/mekong-net/items"):
        answer = reviewer.client.post(path, data={**DECIDED, "csrf_token": token})
        assert answer.status_code == 403
    for name in ("chea", "rith", "ly"):
        town.visit(name).opens("/successions", 403)


def test_what_is_open_again_is_handed_over_by_one_button(town: Town) -> None:
    officer = town.visit("pich").opens("/successions").fills_in(form="Record", **DECIDED)
    assert "0 open items went over." in officer.text
    takes_in(town, 1)

    officer.opens("/successions").presses("Hand over")

    assert "1 open item went over." in officer.text
    assert "Hand over" not in officer.text
    came = town.visit("tep").opens("/registers/takedowns/entries/1")
    assert "Came from Mekong Net on 17 Oct 2026" in came.text
    assert not came.page.xpath("//a[contains(@href, 'mekong')]")
