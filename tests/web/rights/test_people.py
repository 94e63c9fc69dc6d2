"""Desks are given by an ISP's administrator, never by oneself, and everybody is told."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from portal.accounts import Desk, Membership, Organisation, Person, Role
from portal.accounts.actions import join
from portal.accounts.people import limit
from portal.accounts.refusals import DesksElsewhere, OwnRights
from portal.errors import NotThere
from portal.mail import MailKind
from portal.trail.model import Event
from tests import build
from tests.town import Town
from tests.web.rights.conftest import ISP, Told, sends

CHANGED = "What you may do for Mekong Net was changed."


def membership(town: Town, name: str, role: Role = Role.PREPARER) -> int:
    with town.session() as session:
        held = select(Membership.id).filter_by(person_id=town.actors[name].person_id, role=role)
        return session.scalars(held).one()


def held(town: Town, name: str) -> frozenset[Desk] | None:
    number = membership(town, name)
    with town.session() as session:
        return session.get_one(Membership, number).desks


def test_a_preparer_is_invited_for_some_desks(desks: Town) -> None:
    adam = desks.visit("adam").opens("/people")
    adam.fills_in(
        form="people", name="Dara", address="dara@example.org", role="PREPARER",
        desks=["HR", "NETWORK"],
    )  # fmt: skip

    [row] = adam.page.xpath("//tr[contains(., 'Dara')]")
    assert "Preparer: Network (block lists), Human resources (training, roster)" in " ".join(
        row.text_content().split()
    )
    with desks.session() as session:
        event = session.scalars(
            select(Event).filter_by(kind="membership.given").order_by(Event.seq.desc()).limit(1)
        ).one()
    assert '"desks":["NETWORK","HR"]' in event.facts


@pytest.mark.parametrize(
    ("role", "chosen", "words"),
    [
        ("PREPARER", [], "Desks: enter this."),
        ("APPROVER", ["HR"], "Desks: only a preparer is limited to some. Choose all of them."),
    ],
)
def test_what_does_not_fit_a_role_is_said_at_the_field(
    desks: Town, role: str, chosen: list[str], words: str
) -> None:
    adam = desks.visit("adam").opens("/people")
    adam.fills_in(
        409 if chosen else 422,
        form="people", name="Dara", address="dara@example.org", role=role, desks=chosen,
    )  # fmt: skip

    assert adam.errors() == [words]
    assert "dara@example.org" in adam.response.get_data(as_text=True)  # type: ignore[union-attr]


def test_desks_change_at_once_and_the_person_is_told(desks: Town, told: Told) -> None:
    hang, adam = desks.visit("hang").opens("/registers/roster/entries/new"), desks.visit("adam")
    adam.opens(f"/people/{membership(desks, 'hang')}/desks").fills_in(desks=["NETWORK"])

    assert "Changed: Hang of Mekong." in adam.text
    hang.opens("/registers/roster/entries/new", 403)
    hang.opens("/registers/blocklists/entries/new")
    [(name, words)] = told(MailKind.ACCOUNT_CHANGED)
    assert (name, CHANGED in words) == ("Hang of Mekong", True)
    assert "Somebody's desks changed" in desks.visit("meas").opens("/trail").text


def test_all_desks_are_no_limit(desks: Town) -> None:
    desks.visit("adam").opens(f"/people/{membership(desks, 'hang')}/desks").fills_in(
        desks=[str(desk) for desk in Desk]
    )

    assert held(desks, "hang") is None


def test_who_acts_already_gets_other_desks_by_another_invitation(desks: Town) -> None:
    adam = desks.visit("adam").opens("/people")
    adam.fills_in(
        form="people", name="Hang", address="hang@example.org", role="PREPARER", desks=["NETWORK"]
    )

    assert held(desks, "hang") == {Desk.NETWORK}


def test_an_administrator_does_not_widen_their_own_desks(desks: Town) -> None:
    number = membership(desks, "hang")
    with desks.session() as session:
        hang = session.get_one(Person, desks.actors["hang"].person_id)
        isp = session.get_one(Organisation, desks.bodies[ISP])
        join(
            session, hang, isp, Role.ADMINISTRATOR,
            from_on=build.NOW.date(), by=build.FOUNDER, at=build.NOW,
        )  # fmt: skip
        own = session.get_one(Membership, number)
        by = replace(desks.actors["hang"], role=Role.ADMINISTRATOR, desks=None)
        with pytest.raises(OwnRights):
            limit(session, own, list(Desk), by=by, at=build.NOW)
        assert own.desks == {Desk.HR}


def test_desks_are_for_preparers_of_ones_own_isp_and_the_database_says_so(desks: Town) -> None:
    adam = desks.visit("adam")
    adam.opens(f"/people/{membership(desks, 'tep')}/desks", 404)
    adam.opens(f"/people/{membership(desks, 'meas', Role.APPROVER)}/desks", 404)
    desks.visit("meas").opens(f"/people/{membership(desks, 'hang')}/desks", 403)
    by = desks.actors["adam"]
    numbers = membership(desks, "tep"), membership(desks, "meas", Role.APPROVER)
    with desks.session() as session:
        theirs, approves = (session.get_one(Membership, number) for number in numbers)
        with pytest.raises(NotThere):
            limit(session, theirs, [Desk.HR], by=by, at=build.NOW)
        with pytest.raises(DesksElsewhere):
            limit(session, approves, [Desk.HR], by=by, at=build.NOW)


@pytest.mark.parametrize(
    ("name", "role", "spelled"),
    [("meas", Role.APPROVER, "HR"), ("hang", Role.PREPARER, "HR,EVERYTHING")],
)
def test_the_database_takes_no_desks_but_these(
    desks: Town, name: str, role: Role, spelled: str
) -> None:
    number = membership(desks, name, role)

    with desks.session() as session, pytest.raises(DatabaseError):
        session.execute(
            text("UPDATE membership SET desks = :d WHERE id = :n"), {"d": spelled, "n": number}
        )
    # The failed statement ended the transaction.


def test_an_ended_membership_writes_nothing_and_desks_do_not_come_back_by_themselves(
    desks: Town,
) -> None:
    adam, hang = desks.visit("adam"), desks.visit("hang")
    sends(adam, f"/people/{membership(desks, 'hang')}/ending")

    hang.opens("/registers/roster/entries/new", 403)
    adam.opens("/people").fills_in(
        form="people", name="Hang", address="hang@example.org", role="PREPARER"
    )
    hang.opens("/registers/takedowns/entries/new")


def test_an_operator_limits_by_command(desks: Town) -> None:
    words = ("--name", "Kim", "--organisation", ISP, "--role", "PREPARER", "--desk", "HR")
    desks.runs("people", "invite", "kim@example.org", *words)

    assert "Kim" in desks.visit("adam").opens("/people").text
    with desks.session() as session:
        held = session.scalars(select(Membership).order_by(Membership.id.desc()).limit(1)).one()
        assert held.desks == {Desk.HR}


def test_a_second_invitation_by_command_changes_the_desks_and_says_so_in_the_trail(
    desks: Town,
) -> None:
    words = ("--name", "Hang", "--organisation", ISP, "--role", "PREPARER", "--desk", "NETWORK")
    for _ in range(2):
        desks.runs("people", "invite", "hang@example.org", *words)

    assert held(desks, "hang") == {Desk.NETWORK}
    with desks.session() as session:
        [event] = session.scalars(select(Event).filter_by(kind="membership.limited"))
    assert '"desks":["NETWORK"]' in event.facts
