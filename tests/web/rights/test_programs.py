"""Programs: an administrator says how far one reaches, an approver makes its keys, all are told."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from portal.accounts import Desk, Organisation, Person, Program, Role
from portal.accounts.actions import join
from portal.accounts.bearers import use_key
from portal.accounts.keys import make_key, name_program
from portal.accounts.refusals import KeyUnknown, RoleElsewhere
from portal.errors import NotThere
from portal.mail import MailKind
from portal.web.signin import Account
from tests import build
from tests.town import Town
from tests.visitors import Visitor
from tests.web.rights.conftest import ISP, Told, sends

TODAY = build.NOW.date()


def names(town: Town, name: str = "Ticket system", expect: int = 200) -> Visitor:
    """Adam names a program of the abuse desk."""
    adam = town.visit("adam").opens("/programs")
    return adam.fills_in(expect, form="programs", name=name, desks=["ABUSE_DESK"])


def number_of(town: Town) -> int:
    with town.session() as session:
        newest = select(Program.person_id).order_by(Program.person_id.desc()).limit(1)
        return session.scalars(newest).one()


def key_from(visitor: Visitor, number: int, **typed: str) -> str:
    """The key that an approver makes."""
    visitor.opens(f"/programs/{number}/keys/new").fills_in(form="keys", **typed)
    [key] = visitor.page.xpath("//*[@id='program-key']/text()")
    return str(key)


def test_a_key_is_shown_once_and_kept_nowhere(desks: Town) -> None:
    names(desks)
    meas, number = desks.visit("meas"), number_of(desks)
    key = key_from(meas, number)

    secret = key.split("_", 2)[2]
    assert secret not in meas.opens("/programs").text
    assert key.split("_")[1] in meas.text
    with desks.session() as session:
        everything = [
            str(value)
            for table in ("program", "program_key", "event", "outbox")
            for row in session.execute(text(f"SELECT * FROM {table}"))  # noqa: S608
            for value in row
        ]
        assert use_key(session, f" {key}\n", on=TODAY).name == "Ticket system"
    assert not [value for value in everything if secret in value]


def test_who_names_a_program_makes_no_key_and_who_makes_keys_names_none(desks: Town) -> None:
    adam = names(desks)
    number = number_of(desks)

    adam.opens(f"/programs/{number}/keys/new", 403)
    assert "Make a key" not in adam.opens("/programs").text
    assert "Name a program" not in desks.visit("meas").opens("/programs").text
    for name in ("chea", "hang", "sok", "ly"):
        desks.visit(name).opens("/programs", 403)
    with desks.session() as session:
        isp = session.get_one(Organisation, desks.bodies[ISP])
        act = {"by": desks.actors["adam"], "at": build.NOW}
        with pytest.raises(NotThere):
            make_key(session, isp.id, number, TODAY, on=TODAY, **act)
        with pytest.raises(NotThere):
            name_program(session, isp, "Other", [Desk.HR], by=desks.actors["meas"], at=build.NOW)


def test_another_isps_program_is_not_there(desks: Town) -> None:
    names(desks)
    number = number_of(desks)
    key_from(desks.visit("meas"), number)
    uk = desks.visit("uk")

    assert "Ticket system" not in uk.opens("/programs").text
    uk.opens(f"/programs/{number}/keys/new", 404)
    for deed in ("keys", "keys/1/revocation"):
        sends(uk, f"/programs/{number}/{deed}", 404)


def test_two_keys_at_a_time_and_a_year_at_most(desks: Town) -> None:
    names(desks)
    meas, number = desks.visit("meas"), number_of(desks)
    long = str(TODAY + timedelta(days=367))
    meas.opens(f"/programs/{number}/keys/new").fills_in(409, form="keys", until_on=long)
    assert "Good until: enter a day from today on, 6 Nov 2027 at the latest." in meas.text

    old = key_from(meas, number, until_on=str(TODAY + timedelta(days=366)))
    new = key_from(meas, number)
    meas.opens(f"/programs/{number}/keys/new").fills_in(409, form="keys")
    assert "Two keys of this program are good already" in meas.text

    with desks.session() as session:
        assert {use_key(session, key, on=TODAY).person_id for key in (old, new)} == {number}
    sends(meas, f"/programs/{number}/keys/1/revocation")
    assert f"Revoked: the key {old.split('_')[1]} is good no more." in meas.opens("/programs").text
    key_from(meas, number)


def test_everybody_who_keeps_programs_is_told_of_each_change(desks: Town, told: Told) -> None:
    names(desks)
    meas, number = desks.visit("meas"), number_of(desks)
    key_from(meas, number)
    sends(meas, f"/programs/{number}/keys/1/revocation")
    sends(desks.visit("adam"), f"/programs/{number}/ending")

    mails = told(MailKind.PROGRAM_CHANGED)
    assert [name for name, _ in mails].count("Adam of Mekong") == 4
    assert {name for name, _ in mails} == {"Adam of Mekong", "Meas Approver", "Noun Approver"}
    assert "Mekong Net: a program or its key was changed." in mails[0][1]
    trail = meas.opens("/trail").text
    for words in (
        "A program may write registers", "Key of a program made",
        "Key of a program revoked", "A program acts no more",
    ):  # fmt: skip
        assert words in trail


def test_a_key_that_ends_soon_is_told_of_once_unless_another_follows(
    desks: Town, told: Told
) -> None:
    names(desks)
    meas, number = desks.visit("meas"), number_of(desks)
    key_from(meas, number, until_on=str(TODAY + timedelta(days=20)))
    desks.runs("mail", "due", "--as", "SYSTEM")
    assert told(MailKind.KEY_ENDING) == []

    desks.moves_to("2026-11-11 10:00")
    for _ in range(2):
        desks.runs("mail", "due", "--as", "SYSTEM")
    mails = told(MailKind.KEY_ENDING)
    assert [name for name, _ in mails] == ["Meas Approver", "Noun Approver", "Adam of Mekong"]
    assert "is good until 25 Nov 2026" in mails[0][1]
    assert "Ends soon" in desks.visit("meas").opens("/programs").text


def test_no_reminder_where_the_next_key_is_made_already(desks: Town, told: Told) -> None:
    names(desks)
    meas, number = desks.visit("meas"), number_of(desks)
    key_from(meas, number, until_on=str(TODAY + timedelta(days=5)))
    key_from(meas, number)
    desks.runs("mail", "due", "--as", "SYSTEM")

    assert told(MailKind.KEY_ENDING) == []


def test_a_program_cannot_sign_in_or_become_a_member(desks: Town) -> None:
    names(desks)
    number = number_of(desks)

    with desks.session() as session:
        person = session.get_one(Person, number)
        assert not person.active
        assert session.scalar(select(Account).filter_by(person_id=number)) is None
        isp = session.get_one(Organisation, desks.bodies[ISP])
        with pytest.raises(RoleElsewhere):
            join(
                session, person, isp, Role.PROGRAM,
                from_on=TODAY, by=build.FOUNDER, at=build.NOW,
            )  # fmt: skip
    stranger = desks.stranger().opens("/login").fills_in(email="Ticket system", password="x" * 20)
    assert stranger.heading == "Sign in"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"name": "Ticket system", "desks": ["HR"]}, "another program or a person of yours has"),
        ({"name": "chea preparer", "desks": ["HR"]}, "another program or a person of yours has"),
        ({"name": "Other", "desks": []}, "Desks: enter this."),
        ({"name": "Other", "desks": ["COMPLIANCE"]}, "Desks: choose"),
    ],
)
def test_what_is_wrong_with_a_program_is_said_in_words(
    desks: Town, typed: dict[str, object], words: str
) -> None:
    adam = names(desks)
    token = adam.opens("/programs").page.xpath("//input[@name='csrf_token']/@value")[0]
    sent = adam.client.post("/programs", data={"csrf_token": token, **typed})

    assert sent.status_code in {409, 422}
    assert words in sent.get_data(as_text=True)


def test_what_was_written_of_keys_stays(desks: Town) -> None:
    names(desks)
    key_from(desks.visit("meas"), number_of(desks))

    for change in (
        "UPDATE program_key SET until_on = '2099-01-01'",
        "UPDATE program SET desks = 'HR'",
        "DELETE FROM program_key",
    ):
        with desks.session() as session, pytest.raises(DatabaseError):
            session.execute(text(change))


def test_a_key_counts_for_its_whole_last_day_and_no_other_text_does(desks: Town) -> None:
    names(desks)
    key = key_from(desks.visit("meas"), number_of(desks), until_on="2026-11-30")

    with desks.session() as session:
        actor = use_key(session, key, on=date(2026, 11, 30))
        assert (actor.role, actor.desks) == (Role.PROGRAM, {Desk.ABUSE_DESK})
        for other in ("", key[:-1], key.upper(), f"{key}x", "ispkey_aaaaaaaa_" + "A" * 43):
            with pytest.raises(KeyUnknown):
                use_key(session, other, on=TODAY)
