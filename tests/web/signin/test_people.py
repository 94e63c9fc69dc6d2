"""Who lets people in: an ISP's administrator, and two officers where there is none (chairs A8)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DatabaseError

from portal.accounts import Membership, Organisation, Person, Role
from portal.accounts.actions import join
from portal.accounts.bindings import ask_binding
from portal.accounts.people import give, leave
from portal.accounts.refusals import LastAdministrator, OwnRights
from portal.accounts.staff import administrators
from portal.errors import NotThere
from portal.mail import MailKind
from tests import build
from tests.town import PASSWORD, Town
from tests.visitors import Visitor
from tests.web.signin.conftest import Sent, signs_in
from tests.web.signin.test_sessions import is_out

TODAY = build.NOW.date()
LETTER = "MN-2026-44"
Mails = Callable[[], list[Sent]]


@pytest.fixture
def managed(town: Town) -> Town:
    """Chea, a preparer of Mekong Net, manages its people as well."""
    with town.session() as session:
        person = session.get_one(Person, town.actors["chea"].person_id)
        isp = session.get_one(Organisation, town.bodies["mekong-net"])
        join(
            session, person, isp, Role.ADMINISTRATOR,
            from_on=TODAY, by=build.FOUNDER, at=town.now,
        )  # fmt: skip
    return town


def manager(town: Town) -> Visitor:
    """Chea in the capacity of administrator."""
    chea = town.visit("chea")
    [choice] = [
        button for button in chea.page.xpath("//button[@name='capacity']")
        if "Administrator" in button.text_content()
    ]  # fmt: skip
    token = chea.page.xpath("//input[@name='csrf_token']/@value")[0]
    chea.client.post("/capacity", data={"csrf_token": token, "capacity": choice.get("value")})
    return chea.opens("/people")


def invites(visitor: Visitor, name: str, role: str = "PREPARER", expect: int = 200) -> Visitor:
    visitor.opens("/people")
    return visitor.fills_in(
        expect, form="people", name=name.title(), address=f"{name}@example.org", role=role
    )


def accepts(town: Town, path: str, password: str = PASSWORD) -> Visitor:
    return town.stranger().opens(path).fills_in(password=password)


def test_an_administrator_invites_and_the_person_chooses_a_password(
    managed: Town, mails: Mails
) -> None:
    invites(manager(managed), "dara")
    [sent] = mails()
    assert (sent.to, sent.kind) == ("dara@example.org", MailKind.ACCOUNT_INVITED)

    dara = accepts(managed, sent.path)

    assert "Welcome." in dara.text
    assert "Dara · Preparer" in signs_in(dara, "dara").text


@pytest.mark.parametrize("how", ["used", "expired", "forged", "superseded"])
def test_a_link_that_is_good_no_more_says_the_same_whatever_is_wrong(
    managed: Town, mails: Mails, how: str
) -> None:
    chea = invites(manager(managed), "dara")
    path = mails()[0].path
    if how == "used":
        accepts(managed, path)
    elif how == "expired":
        managed.clock.shift(7 * 24 * 3600 + 1)
    elif how == "forged":
        path = path[:-4] + "AAAA"
    else:
        chea.opens("/people").presses("Invite again")

    stranger = managed.stranger().opens(path, 404)

    assert stranger.heading == "This link is good no more"
    assert "works once and for a limited time" in stranger.text


def test_a_form_opened_before_the_link_was_used_sets_no_second_password(
    managed: Town, mails: Mails
) -> None:
    invites(manager(managed), "dara")
    early = managed.stranger().opens(mails()[0].path)
    accepts(managed, mails()[0].path)

    early.fills_in(404, password="another long password")

    assert signs_in(managed.stranger(), "dara", "another long password").heading == "Sign in"


def test_no_link_can_be_made_from_the_database_alone(managed: Town, mails: Mails) -> None:
    invites(manager(managed), "dara")
    token = mails()[0].path.rpartition("/")[2]

    with managed.session() as session:
        everything = [
            str(value)
            for table in ("mailed_link", "outbox")
            for row in session.execute(text(f"SELECT * FROM {table}"))  # noqa: S608
            for value in row
        ]
    assert not [value for value in everything if token in value]


def test_nobody_can_sign_in_before_they_chose_a_password(managed: Town) -> None:
    invites(manager(managed), "dara")

    assert signs_in(managed.stranger(), "dara", "").heading == "Sign in"
    assert signs_in(managed.stranger(), "dara").heading == "Sign in"


def test_who_has_an_account_gets_the_role_and_is_told(managed: Town, mails: Mails) -> None:
    invites(manager(managed), "tep")

    [sent] = mails()
    assert sent.kind == MailKind.ACCOUNT_CHANGED
    assert "What you may do for Mekong Net was changed." in sent.text
    assert "Mekong Net" in managed.visit("tep").opens("/").text


def test_nobody_raises_their_own_rights(managed: Town) -> None:
    chea = invites(manager(managed), "chea", "APPROVER", expect=409)

    assert "Nobody gives rights to themselves" in chea.text


def test_the_last_administrator_cannot_leave(managed: Town) -> None:
    chea = manager(managed)
    mine = chea.page.xpath("//tr[contains(., 'Administrator')]//form[contains(@action, '/ending')]")
    path = mine[-1].action

    token = chea.page.xpath("//input[@name='csrf_token']/@value")[0]
    sent = chea.client.post(path, data={"csrf_token": token})

    assert sent.status_code == 409
    assert "Nobody would be left to manage your people." in sent.get_data(as_text=True)


def test_with_another_administrator_one_may_leave(managed: Town, mails: Mails) -> None:
    invites(manager(managed), "meas", "ADMINISTRATOR")
    with managed.session() as session:
        isp = managed.bodies["mekong-net"]
        [held] = session.scalars(
            select(Membership).where(
                Membership.organisation_id == isp,
                Membership.role == Role.ADMINISTRATOR,
                Membership.person_id == managed.actors["chea"].person_id,
            )
        )
        by = managed.actors["meas"].__class__(
            managed.actors["meas"].person_id, "Meas", Role.ADMINISTRATOR, isp
        )
        leave(session, held, on=TODAY, by=by, at=managed.now)
        assert [p.name for p in administrators(session, isp, TODAY)] == ["Meas Approver"]
    assert {one.to for one in mails()} == {"meas@example.org", "chea@example.org"}


def test_a_disabled_administrator_does_not_count_as_one(managed: Town) -> None:
    invites(manager(managed), "meas", "ADMINISTRATOR")
    managed.runs("people", "disable", "meas@example.org")

    with managed.session() as session:
        isp = managed.bodies["mekong-net"]
        chea = managed.actors["chea"]
        [held] = session.scalars(
            select(Membership).filter_by(person_id=chea.person_id, role=Role.ADMINISTRATOR)
        )
        by = chea.__class__(chea.person_id, chea.name, Role.ADMINISTRATOR, isp)
        with pytest.raises(LastAdministrator):
            leave(session, held, on=TODAY, by=by, at=managed.now)


def test_an_ended_membership_is_over_at_once_and_may_begin_again(managed: Town) -> None:
    chea, noun = manager(managed), managed.visit("noun")
    *_, form = chea.page.xpath("//tr[contains(., 'Noun')]//form[contains(@action, '/ending')]")
    token = chea.page.xpath("//input[@name='csrf_token']/@value")[0]
    chea.client.post(form.action, data={"csrf_token": token})

    noun.opens("/registers", 403)
    invites(chea, "noun", "APPROVER")
    noun.opens("/registers")


def test_an_administrator_signs_somebody_out(managed: Town) -> None:
    noun, tep = managed.visit("noun"), managed.visit("tep")
    chea = manager(managed)
    [path] = chea.page.xpath("//tr[contains(., 'Noun')]//form/@action[contains(., 'sessions')]")
    token = chea.page.xpath("//input[@name='csrf_token']/@value")[0]

    chea.client.post(path, data={"csrf_token": token})

    assert is_out(noun)
    assert not is_out(tep)


def test_nobody_manages_the_people_of_another_isp(managed: Town) -> None:
    chea = manager(managed)
    with managed.session() as session:
        [theirs] = session.scalars(
            select(Membership.id).filter_by(person_id=managed.actors["tep"].person_id)
        )
        by = managed.actors["chea"].__class__(1, "x", Role.ADMINISTRATOR, managed.bodies["audit"])
        with pytest.raises(NotThere):
            give(
                session,
                session.get_one(Person, managed.actors["tep"].person_id),
                session.get_one(Organisation, managed.bodies["tonle-net"]),
                Role.APPROVER,
                from_on=TODAY,
                by=by,
                at=managed.now,
            )
    token = chea.page.xpath("//input[@name='csrf_token']/@value")[0]
    for deed in ("ending", "sessions/endings", "invitations"):
        sent = chea.client.post(f"/people/{theirs}/{deed}", data={"csrf_token": token})
        assert sent.status_code == 404


def proposes(town: Town, officer: str = "sok", name: str = "kim") -> Visitor:
    visitor = town.visit(officer).opens("/administrators")
    return visitor.fills_in(
        form="administrators",
        isp="mekong-net",
        name=name.title(),
        address=f"{name}@example.org",
        reference=LETTER,
    )


def test_two_officers_give_an_isp_its_administrator(town: Town, mails: Mails) -> None:
    sok = proposes(town)
    assert "Mekong Net" in sok.text
    assert mails() == []

    pich = town.visit("pich").opens("/administrators").presses("Confirm")

    assert "Confirmed: Kim." in pich.text
    accepts(town, mails()[0].path)
    assert "Kim · Administrator" in signs_in(town.stranger(), "kim").text


def test_the_officer_who_proposed_does_not_confirm(town: Town) -> None:
    sok = proposes(town).opens("/administrators").presses("Confirm", 409)

    assert "another officer confirms it" in sok.text


def test_the_database_itself_wants_four_eyes(town: Town) -> None:
    proposes(town)
    sok = town.actors["sok"].person_id

    with town.session() as session, pytest.raises(DatabaseError):
        session.execute(text(f"UPDATE administrator_binding SET confirmed_by = {sok}"))  # noqa: S608
    # The failed statement ended the transaction.


def test_an_officer_does_not_propose_themselves(town: Town) -> None:
    with town.session() as session, pytest.raises(OwnRights):
        ask_binding(
            session,
            session.get_one(Person, town.actors["sok"].person_id),
            session.get_one(Organisation, town.bodies["mekong-net"]),
            LETTER,
            by=town.actors["sok"],
            at=town.now,
        )


def test_officers_see_which_isps_nobody_manages(managed: Town) -> None:
    sok = managed.visit("sok").opens("/administrators")
    [listed] = sok.page.xpath("//section[.//h2[contains(., 'without')]]/ul")

    assert [item.text for item in listed] == ["Small Net", "Tonle Net"]


def test_the_others_are_told_of_another_administrator(managed: Town, mails: Mails) -> None:
    proposes(managed)
    managed.visit("pich").opens("/administrators").presses("Confirm")

    told = {one.to: one.text for one in mails()}
    assert "Mekong Net has another administrator." in told["chea@example.org"]


def test_the_name_of_who_was_disabled_stays_in_the_trail(managed: Town) -> None:
    invites(manager(managed), "dara")
    managed.runs("people", "disable", "chea@example.org")

    assert "Chea Preparer" in managed.visit("meas").opens("/trail").text


def test_an_operator_invites_by_command(town: Town, mails: Mails) -> None:
    said = town.runs(
        "people", "invite", "kim@example.org", "--name", "Kim", "--organisation", "regulator",
        "--role", "REVIEWER",
    )  # fmt: skip

    assert "A mail waits in the outbox." in said
    accepts(town, mails()[0].path)
    assert "Kim · Reviewing officer" in signs_in(town.stranger(), "kim").text


def test_a_disabled_person_stays_out_of_old_sessions_when_let_in_again(town: Town) -> None:
    chea = town.visit("chea")
    town.runs("people", "disable", "chea@example.org")
    with town.session() as session:
        session.execute(update(Person).where(Person.name == "Chea Preparer").values(active=True))

    assert is_out(chea)
