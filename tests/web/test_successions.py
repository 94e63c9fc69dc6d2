"""Successions by page: entered by who may, read by the authority, told to both ISPs alone."""

from __future__ import annotations

from sqlalchemy import func, select

from portal.accounts.successions import Succession
from portal.registers import REGISTERS
from portal.registers.actions import admit
from tests.build import a_span
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
    [error] = officer.errors()
    assert error.startswith("The ISP that ends: it held no licence on 30 Sep 2026, the day before.")
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


def test_the_successor_takes_people_over_and_nobody_else_may(town: Town) -> None:
    with town.session() as session:
        isp, by = town.bodies["mekong-net"], town.actors["chea"]
        spans = [a_span(session, joined_on="2026-10-01", from_on="2026-10-01")]
        admit(session, isp, REGISTERS["roster"], spans, by=by, at=town.now)
    path = "/predecessors/mekong-net/people"
    town.visit("tep").opens(path, 404)
    town.visit("pich").opens("/successions").fills_in(form="Record", **DECIDED)

    officer = town.visit("tep").opens("/returns").follows("Take people over")
    officer.fills_in(form="Take over", expect=422, there="Sok Dara", here="")
    assert len(officer.errors()) == 2
    officer.fills_in(form="Take over", expect=409, there="S-0999", here="S-1421")
    assert "nobody called so was on its roster on 16 Oct 2026" in officer.text
    officer.opens(path).fills_in(form="Take over", there="S-0421", here="S-1421")
    assert "S-1421 was taken over. Roles: 1; results of training: 0." in officer.text
    assert "S-0421" not in officer.page.xpath("string(//table)")
    for name in ("chea", "small"):
        town.visit(name).opens(path, 404)
    town.visit("sok").opens(path, 403)
