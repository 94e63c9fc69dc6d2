"""An ISP with a preparer who can sign in, another ISP, and a reviewer; a policy in force."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask_security import hash_password
from sqlalchemy.orm import Session

from portal.accounts import Actor, Organisation, Person, Role
from portal.db import begin_write, sessions
from portal.registers import REGISTERS
from portal.registers.actions import admit
from portal.web.signin import add_hashed_account
from tests.build import a_takedown, an_authority, an_isp, an_officer
from tests.engines import PostgreSQL, SQLite
from tests.visitors import Visitor

PASSWORD = "correct horse battery staple"
NOW = datetime.now(UTC).replace(second=0, microsecond=0)
LONG_AGO = {"issued_at": "2026-10-12 09:00", "received_at": "2026-10-12 09:10"}


@dataclass
class House:
    """What stands when a test begins; ``session`` is there to prepare with, and commits."""

    session: Session
    isp: Organisation
    dara: Actor
    other: Organisation

    def records(self, count: int = 1, **over: Any) -> list[int]:
        """Takedown items of the ISP."""
        begin_write(self.session)
        rows = [a_takedown(self.session, at=NOW, item_no=n + 1, **over) for n in range(count)]
        made = admit(self.session, self.isp.id, REGISTERS["takedowns"], rows, by=self.dara, at=NOW)
        self.session.commit()
        return list(made.keys)


@pytest.fixture
def house(app: Flask, database: SQLite | PostgreSQL) -> Iterator[House]:
    with app.app_context():
        hashed = hash_password(PASSWORD)
    with sessions(database.engine)() as session:
        begin_write(session)
        authority = an_authority(session)
        isp, other = an_isp(session), an_isp(session, "other-net")
        people = {
            "dara": an_officer(session, isp),
            "vanna": an_officer(session, other, Role.PREPARER, "Vanna"),
            "sophea": an_officer(session, authority, Role.REVIEWER, "Keo Sophea"),
        }
        for name, actor in people.items():
            person = session.get_one(Person, actor.person_id)
            add_hashed_account(session, person, f"{name}@example.org", hashed)
        session.commit()
        yield House(session, isp, people["dara"], other)


@pytest.fixture
def dara(house: House, visitor: Visitor) -> Visitor:
    """The ISP's preparer, signed in."""
    assert house.isp.id
    return visitor.signs_in("dara@example.org", PASSWORD)


@pytest.fixture
def vanna(house: House, browser: Any) -> Visitor:
    """The preparer of another ISP, signed in."""
    assert house.other.id
    return browser().signs_in("vanna@example.org", PASSWORD)


def local(back: timedelta = timedelta()) -> str:
    """A time before now, as a browser's field writes it."""
    return (NOW - back).astimezone(UTC).__add__(timedelta(hours=7)).strftime("%Y-%m-%dT%H:%M")
