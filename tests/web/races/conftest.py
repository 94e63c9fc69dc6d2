"""One world and two servers on each engine for all races: each race is about things of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
import time_machine
from flask_security import hash_password
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts import Organisation, Person, Role
from portal.returns.actions import declare_opening, prepare
from portal.reviews import open_review
from portal.web.session import session as open_session
from portal.web.signin import add_hashed_account
from portal.web.signin.entrances import Purpose
from portal.web.signin.links import make_link, token_of
from portal.web.signin.model import Account
from tests import build
from tests.engines import the_app
from tests.reviews.build import FILED_AT, OCTOBER, QUIET, REVIEWED_AT
from tests.reviews.quiet import Country
from tests.town import PASSWORD, Town, settle
from tests.web.races.servers import Browser, serving

AT = datetime(2026, 11, 13, 3, tzinfo=UTC)
ACCEPTED = ("quiet-1", "quiet-2", "quiet-3")
"""ISPs whose October waits for its certificate; that of ``quiet-4`` is under review."""
FURTHER = {"sok2": Role.REVIEWER, "chan2": Role.ISSUER}


@dataclass
class Races:
    """A town, and the addresses of two servers in front of it."""

    town: Town
    servers: tuple[str, str]

    def browsers(self, *names: str) -> list[Browser]:
        """Somebody signed in for each name, one after another at the first and second server."""
        return [Browser(self.servers[n % 2]).signs_in(name) for n, name in enumerate(names)]

    def strangers(self, count: int) -> list[Browser]:
        """So many browsers in which nobody signed in, half of them at each server."""
        return [Browser(self.servers[n % 2]) for n in range(count)]


@pytest.fixture(scope="package", params=["sqlite", "postgresql"])
def races(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Races]:
    """Everything made ready, and both servers awake."""
    database = request.getfixturevalue(request.param)
    instance = tmp_path_factory.getbasetemp() / "instance"
    app = the_app(database.app_url, instance)
    with time_machine.travel(build.NOW) as clock, ExitStack() as stack:
        # They wake while the world is made; nobody asks them before.
        servers = [stack.enter_context(serving(database.app_url, instance, AT)) for _ in range(2)]
        town = settle(app, database.engine, clock)
        with app.app_context():
            hashed = hash_password(PASSWORD)
        with town.session() as session:
            _makes_ready(town, session, hashed)
        clock.move_to(AT)
        yield Races(town, (servers[0], servers[1]))
    app.extensions["engine"].dispose()
    database.empty()


def _makes_ready(town: Town, session: Session, hashed: str) -> None:
    office = session.get_one(Organisation, town.bodies["regulator"])
    for name, role in FURTHER.items():
        town.actors[name] = build.an_officer(session, office, role, name)
        person = session.get_one(Person, town.actors[name].person_id)
        add_hashed_account(session, person, f"{name}@example.org", hashed)
    country = Country(session, office, town.actors["sok"])
    for slug in (*ACCEPTED, "quiet-4"):
        isp = country.settles(slug)
        filing = country.files(slug)
        if slug in ACCEPTED:
            country.judges(filing)
        else:
            by = town.actors["sok"]
            open_review(session, isp.id, OCTOBER, filing.version, by=by, at=REVIEWED_AT)
    isp_id, by = town.bodies["mekong-net"], town.actors["chea"]
    declare_opening(session, isp_id, OCTOBER, 0, by=by, at=FILED_AT)
    prepare(session, isp_id, OCTOBER, nils=QUIET, by=by, at=FILED_AT)


def link_for(town: Town, name: str) -> str:
    """A link by which somebody may set a password anew."""
    with town.app.app_context():
        of = Account.person_id == town.actors[name].person_id
        made = make_link(open_session().scalars(select(Account).where(of)).one(), Purpose.RESET)
        open_session().commit()
        return token_of(made)
