"""A town in which Mekong Net has a preparer for every desk, and an administrator beside them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask_security import hash_password
from sqlalchemy import select

from portal.accounts import Actor, Desk, Organisation, Person, Role
from portal.accounts.actions import enrol, join
from portal.mail import Mail, MailKind
from portal.web.mails import reader_of, words_of
from portal.web.signin import add_hashed_account
from tests import build
from tests.town import PASSWORD, Town
from tests.visitors import Visitor

ISP = "mekong-net"
# Who can sign in besides: short name, role, desks.
STAFF = {
    "abel": (Role.PREPARER, {Desk.ABUSE_DESK}),
    "nary": (Role.PREPARER, {Desk.NETWORK}),
    "hang": (Role.PREPARER, {Desk.HR}),
    "codi": (Role.PREPARER, {Desk.COMPLIANCE}),
    "adam": (Role.ADMINISTRATOR, None),
}
Told = Callable[[MailKind], list[tuple[str, str]]]


@pytest.fixture
def desks(town: Town) -> Town:
    """The town with the staff above."""
    with town.app.app_context():
        hashed = hash_password(PASSWORD)
    with town.session() as session:
        isp = session.get_one(Organisation, town.bodies[ISP])
        for name, (role, held) in STAFF.items():
            person = enrol(session, f"{name.title()} of Mekong")
            kept = None if held is None else frozenset(held)
            join(
                session, person, isp, role, desks=kept,
                from_on=date(2025, 8, 1), by=build.FOUNDER, at=build.START,
            )  # fmt: skip
            add_hashed_account(session, person, f"{name}@example.org", hashed)
            town.actors[name] = Actor(person.id, person.name, role, isp.id, kept)
    return town


@pytest.fixture
def told(town: Town) -> Told:
    """Who is written to in mails of a kind, and what the mails say, oldest first."""

    def read(kind: MailKind) -> list[tuple[str, str]]:
        with town.app.test_request_context(), town.session() as session:
            found = []
            for mail in session.scalars(select(Mail).filter_by(kind=kind).order_by(Mail.id)):
                assert reader_of(mail) is not None
                name = session.get_one(Person, mail.person_id).name
                found.append((name, "\n".join(words_of(mail, name))))
            return found

    return read


def sends(visitor: Visitor, path: str, expect: int = 303) -> None:
    """Press a button that sends nothing but where it leads to."""
    token = visitor.opens("/account").page.xpath("//input[@name='csrf_token']/@value")[0]
    assert visitor.client.post(path, data={"csrf_token": token}).status_code == expect
