"""Withholding on screen: hidden at once everywhere, two people, and nobody alone with it (C6)."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, func, select, text

from portal.accounts import Membership, Role
from portal.entries.withheld import Withheld, Withholding
from portal.mail import Mail
from portal.redactions.actions import saw
from portal.redactions.model import Sighting
from portal.redactions.places import Target
from portal.trail import Event, verify
from tests.journeys.acts import a_good_month
from tests.town import Town
from tests.visitors import Visitor
from tests.web.test_notices import TYPED, sent

PASTED = "Sok Dara of Street 63 rang"
ENTRY = "/registers/takedowns/entries/"
TICKET = "T-4711"


@pytest.fixture
def pasted(town: Town) -> tuple[Town, str]:
    """A town in which somebody pasted a name into an entry's note; and the entry's address."""
    item = a_good_month(town.visit("chea"))
    officer = town.visit("chea").opens(item).follows("Correct this entry")
    officer.fills_in(note=PASTED, own_ref=TICKET, reason="SELF_REVIEW")
    assert PASTED in officer.text
    return town, item


def entry_of(item: str) -> str:
    return f"TD-{int(item.rpartition('/')[2]):06d}"


def asks(town: Town, item: str, name: str = "chea", *fields: str) -> Visitor:
    asker = town.visit(name).opens(item).follows("Withhold a text")
    assert PASTED not in asker.text
    assert entry_of(item) in asker.text
    assert asker.page.xpath(f"//a[text()='Cancel' and @href='{item}']")
    return asker.fills_in(fields=list(fields) or ["takedown.note"], reason="PERSONAL_DATA")


def test_a_text_is_hidden_at_once_on_every_page_and_in_both_languages(
    pasted: tuple[Town, str],
) -> None:
    town, item = pasted
    asker = asks(town, item)
    assert "Hidden: W-" in asker.text
    assert "Hidden, waits for a second person" in asker.text

    for name in ("chea", "meas"):
        reader = town.visit(name).opens(item)
        assert PASTED not in reader.text
        assert "[withheld]" in reader.text
        reader.follows("Correct this entry")
        assert PASTED not in str(reader.response and reader.response.get_data(as_text=True))
    reader = town.visit("chea").fills_in(form="ខ្មែរ").opens(item)
    assert "[មិនបង្ហាញ]" in reader.text


def test_another_person_destroys_it_after_a_new_proof_and_the_month_stands(
    pasted: tuple[Town, str],
) -> None:
    town, item = pasted
    asks(town, item, "meas", "takedown.note", "takedown.own_ref")

    own = town.visit("meas").opens("/redactions")
    assert not own.page.xpath("//th/a")
    other = town.visit("noun").opens("/redactions")
    other.opens(other.page.xpath("//th/a/@href")[0])
    assert PASTED not in other.text
    assert entry_of(item) in other.text
    assert "meas" in other.text.lower()
    other.presses("Destroy it for good")

    assert "Destroyed: W-" in other.text
    with town.session() as session:
        assert set(session.scalars(select(Withheld.text))) == {None}
        assert verify(session) == []
    assert town.visit("chea").opens(item).text.count("[withheld]") >= 2


def test_nobody_destroys_alone_what_they_asked_for(pasted: tuple[Town, str]) -> None:
    town, item = pasted
    asks(town, item, "meas")
    with town.session() as session:
        asked = session.scalars(select(Withholding)).one()
    own = town.visit("meas").opens(f"/redactions/{asked.isp_id}/{asked.no}")
    token = own.page.xpath("//input[@name='csrf_token']/@value")[0]

    answer = own.client.post(
        f"/redactions/{asked.isp_id}/{asked.no}/destruction", data={"csrf_token": token}
    )

    assert answer.status_code == 409
    assert "Another person destroys it" in answer.get_data(as_text=True)


def test_what_is_refused_shows_again_with_the_reason(pasted: tuple[Town, str]) -> None:
    town, item = pasted
    asks(town, item)
    officer = town.visit("sok").opens("/redactions")
    officer.opens(officer.page.xpath("//th/a/@href")[0])
    officer.fills_in(form="showing", because="NOTHING_OF_THE_KIND")

    assert "It holds nothing of the kind" in officer.text
    assert PASTED in town.visit("chea").opens(item).text


def test_strangers_and_other_isps_withhold_nothing(pasted: tuple[Town, str]) -> None:
    town, item = pasted
    isp, key = town.bodies["mekong-net"], item.rpartition("/")[2]
    for name in ("tep", "uk", "rith"):
        town.visit(name).opens(f"/redactions/takedowns/{isp}/{key}/new", 404)
    for name in ("ly", "kong", "sary"):
        town.visit(name).opens("/redactions", 403)
    asks(town, item)
    assert "W-" not in town.visit("uk").opens("/redactions").text
    town.visit("uk").opens(f"/redactions/{isp}/1", 404)


def test_a_correction_keeps_what_was_withheld(pasted: tuple[Town, str]) -> None:
    town, item = pasted
    asks(town, item)
    officer = town.visit("chea").opens(item).follows("Correct this entry")
    officer.fills_in(media="VIDEO", reason="SELF_REVIEW")
    assert "[withheld]" in officer.text
    with town.session() as session:
        assert PASTED not in list(session.scalars(select(Event.facts)))


def test_who_saw_something_is_asked_nothing_and_helped(pasted: tuple[Town, str]) -> None:
    town, item = pasted
    who = town.visit("chea").opens(item)
    who.follows("I saw or pasted something I should not have")
    assert {"csrf_token", "hide"} == {
        name for form in who.page.forms if "/seen" in (form.action or "") for name in form.fields
    }
    who.presses("Tell the safeguarding officer")
    assert who.heading == "Thank you"
    assert "Child protection hotline" in who.text

    assert PASTED not in town.visit("chea").opens(item).text


def test_who_saw_something_is_promised_nobody_where_there_is_none(town: Town) -> None:
    with town.session() as session:
        [held] = session.scalars(select(Membership).filter_by(role=Role.SAFEGUARDING))
        held.until_on = held.from_on
        session.commit()
    who = town.visit("chea").opens("/seen")
    assert "No safeguarding officer is named at the moment" in who.text
    who.presses("Tell the safeguarding officer")
    assert "knows and will ask" not in who.text
    assert "talk to somebody you trust" in who.text


def test_who_saw_something_is_known_to_the_safeguarding_officer_alone(
    pasted: tuple[Town, str], capsys: pytest.CaptureFixture[str]
) -> None:
    town, item = pasted
    who = town.visit("chea").opens(item)
    capsys.readouterr()
    who.follows("I saw or pasted something I should not have")
    who.presses("Tell the safeguarding officer")

    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines() if '"/seen' in line]
    assert lines
    assert not [line for line in lines if "person" in line]
    with town.session() as session:
        mail = session.scalars(select(Mail).filter_by(kind="SOMETHING_SEEN")).one()
        assert (mail.person_id, mail.params) == (town.actors["sary"].person_id, "{}")
        [event] = session.scalars(select(Event).filter_by(kind="values.hidden"))
        assert (event.person_id, event.role) == (0, "OPERATOR")
        assert "SEEN" not in event.facts
    for name in ("chea", "meas", "noun"):
        assert "W-" not in town.visit(name).opens("/redactions").text
        town.visit(name).opens("/sightings", 403)
    for name in ("sok", "pich"):
        assert "Chea Preparer" not in town.visit(name).opens("/redactions").text
        town.visit(name).opens("/sightings", 403)

    officer = town.visit("sary").opens("/sightings")
    assert "Chea Preparer" in officer.text
    officer.presses("Forget who it was")
    with town.session() as session:
        assert session.scalars(select(Sighting)).all() == []


def test_an_officer_destroys_what_somebody_saw(pasted: tuple[Town, str]) -> None:
    town, item = pasted
    who = town.visit("chea").opens(item)
    who.follows("I saw or pasted something I should not have")
    who.presses("Tell the safeguarding officer")

    officer = town.visit("sok").opens("/redactions")
    officer.opens(officer.page.xpath("//th/a/@href")[0]).presses("Destroy it for good")

    assert "Destroyed" in officer.text


def test_who_saw_something_elsewhere_says_so_from_any_page(town: Town) -> None:
    who = town.visit("rith").opens("/notices")
    who.follows("I saw or pasted something I should not have")
    who.presses("Tell the safeguarding officer")
    with town.session() as session:
        said = session.scalars(select(Sighting)).one()
        assert (said.person_id, said.isp_id) == (town.actors["rith"].person_id, None)


def test_an_officer_leads_to_an_entry_by_its_number(pasted: tuple[Town, str]) -> None:
    town, item = pasted
    officer = town.visit("sok").opens("/redactions")
    officer.fills_in(
        isp=str(town.bodies["mekong-net"]), place="takedowns", key=item.rpartition("/")[2]
    )
    officer.fills_in(fields=["takedown.note"], reason="LOCATOR")
    assert PASTED not in town.visit("chea").opens(item).text


def test_a_sender_hides_its_own_number_and_an_officer_decides(town: Town) -> None:
    sender = sent(town).follows("Withhold a text")
    sender.fills_in(fields=["notice.source_ref"], reason="PERSONAL_DATA")
    assert TYPED["source_ref"] not in town.visit("rith").opens("/notices").text
    assert TYPED["source_ref"] not in town.visit("chea").opens("/received").text

    officer = town.visit("sok").opens("/redactions")
    officer.opens(officer.page.xpath("//th/a/@href")[0]).presses("Destroy it for good")
    assert "[withheld]" in town.visit("chea").opens("/received").text


def test_a_number_that_an_isp_logged_is_an_officers_to_hide_on_both_sides(town: Town) -> None:
    sender = sent(town)
    item = a_good_month(town.visit("chea"))

    sender.follows("Withhold a text")
    sender.fills_in(409, fields=["notice.source_ref"], reason="PERSONAL_DATA")
    assert "Ask an officer of the authority" in sender.text
    officer = town.visit("sok").opens("/redactions")
    key = item.rpartition("/")[2]
    officer.fills_in(isp=str(town.bodies["mekong-net"]), place="takedowns", key=key)
    officer.fills_in(fields=["takedown.source_ref"], reason="PERSONAL_DATA")
    for name, path in (("chea", item), ("chea", "/received"), ("rith", "/notices")):
        assert TYPED["source_ref"] not in town.visit(name).opens(path).text


def waits(engine: Engine) -> bool:
    """Whether somebody waits for a lock; on SQLite the file's own, which cannot be asked."""
    if engine.dialect.name == "sqlite":
        return True
    asked = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    with engine.connect() as connection:
        return bool(connection.scalar(asked))


def test_of_two_who_press_at_once_both_are_heard_and_neither_is_named(
    pasted: tuple[Town, str],
) -> None:
    town, item = pasted
    target = Target("takedowns", town.bodies["mekong-net"], (item.rpartition("/")[2],))
    who = town.visit("chea").opens(item)
    who.follows("I saw or pasted something I should not have")
    with ThreadPoolExecutor(1) as browser:
        with town.session() as session:
            before = session.scalar(select(func.count()).select_from(Event)) or 0
            saw(session, target, by=town.actors["meas"], at=town.now)
            pressed = browser.submit(who.presses, "Tell the safeguarding officer")
            while not waits(town.engine):
                pass
        assert pressed.result().heading == "Thank you"

    with town.session() as session:
        assert {one.person_id for one in session.scalars(select(Sighting))} == {
            town.actors[name].person_id for name in ("chea", "meas")
        }
        assert session.scalar(select(func.count()).select_from(Event)) == before + 1
