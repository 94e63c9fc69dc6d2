"""Holds by page: an officer sets, looks again and lifts; nothing that an ISP sees moves."""

from __future__ import annotations

from sqlalchemy import select

from portal.entries.withheld import Withheld
from tests.town import Town
from tests.web.test_redactions import PASTED, asks, pasted

__all__ = ["pasted"]

PAGES_OF_AN_ISP = ("/", "/registers", "/trail", "/trail?reads=1", "/policy", "/hearings")


def places(town: Town, **over: str) -> None:
    asked = {"isp": "mekong-net", "ground": "POLICE_REQUEST", "reference": "PC-77/2026"}
    asked |= {"from_on": "2026-11-05", **over}
    town.visit("pich").opens("/holds").fills_in(form="Set the hold", **asked)


def test_a_hold_is_set_looked_at_again_and_lifted(town: Town) -> None:
    places(town, first_month="2026-10")
    town.moves_to("2027-05-05 09:00")
    officer = town.visit("pich")
    assert "1 hold is to be looked at again." in officer.opens("/reviews").text
    assert "PC-77/2026" in officer.opens("/holds").text
    officer.follows("Hold 1").presses("Still needed")
    assert "Looked at again: still needed" in officer.text
    assert "to be looked at again" not in officer.opens("/reviews").text
    officer.opens("/holds/1").fills_in(form="Lift the hold", reason="CASE_ENDED")
    assert "Hold 1 is lifted." in officer.text
    assert "Still needed" not in officer.text
    assert "Ended" in officer.opens("/holds").text


def test_what_is_wrong_with_a_hold_is_said_at_its_field_and_nothing_is_lost(town: Town) -> None:
    officer = town.visit("pich").opens("/holds")
    asked = {"isp": "mekong-net", "ground": "AUDIT", "reference": "A-1", "from_on": "2026-11-05"}
    officer.fills_in(422, form="Set the hold", **asked, entry="XX-1", first_month="October")
    assert len(officer.errors()) == 2
    officer.fills_in(409, form="Set the hold", entry="TD-000001", first_month="2026-10")
    assert officer.errors() == ["Only this entry: name either months or one entry, not both."]
    officer.fills_in(409, form="Set the hold", entry="", first_month="", last_month="2026-10")
    assert officer.errors() == ["Only from this month on: enter this."]
    officer.fills_in(409, form="Set the hold", last_month="", until_on="2026-11-04")
    assert officer.page.xpath("//input[@name='reference']/@value") == ["A-1"]
    officer.opens("/holds/9", 404)


def test_no_page_of_the_isp_and_nobody_else_knows_of_a_hold(town: Town) -> None:
    member = town.visit("meas")
    before = [(member.opens(path).text, member.path) for path in PAGES_OF_AN_ISP]
    places(town)
    town.visit("pich").opens("/holds/1")
    assert [(member.opens(path).text, member.path) for path in PAGES_OF_AN_ISP] == before
    for name in ("meas", "sok", "chan", "ly", "rith", "kong"):
        town.visit(name).opens("/holds", 403).opens("/holds/1", 403)


def test_two_people_of_an_isp_destroy_a_held_text_and_its_last_copy_goes_after_the_hold(
    town: Town, pasted: tuple[Town, str]
) -> None:
    _town, item = pasted
    places(town)
    asks(town, item, "meas")
    other = town.visit("noun").opens("/redactions")
    other.opens(other.page.xpath("//th/a/@href")[0]).presses("Destroy it for good")
    assert "Destroyed: W-" in other.text
    assert PASTED not in town.visit("chea").opens(item).text
    with town.session() as session:
        assert session.scalar(select(Withheld.text)) == PASTED
    town.visit("pich").opens("/holds/1").fills_in(form="Lift the hold", reason="CASE_ENDED")
    assert "Last copies that were kept longer: 1" in town.runs("retention", "run", "--as", "SYSTEM")
    with town.session() as session:
        assert session.scalar(select(Withheld.text)) is None


def test_an_isp_reads_how_long_its_rows_are_kept(town: Town) -> None:
    said = town.visit("chea").opens("/registers").text
    assert "disappear from here 60 months after the last month of an entry" in said
    assert "left 12 months after they left" in said
    assert "60 months after their last month" in town.visit("meas").opens("/policy/2026.1").text
