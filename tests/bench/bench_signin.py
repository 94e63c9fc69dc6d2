"""Signing in, against the bare password hash; a page through the gate, against its bare view."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from argon2 import PasswordHasher
from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.accounts.queries import actors
from portal.app import create_app
from portal.db import sessions
from portal.settings import read_settings
from portal.web.session import session, today
from portal.web.signin.model import Account
from portal.web.signin.passwords import hashed
from tests.bench.bench_register import signed_in
from tests.bench.harness import Bench, Scale
from tests.bench.multitude import in_town
from tests.engines import PostgreSQL, postgresql_server, the_app
from tests.town import PASSWORD, settle
from tests.visitors import Visitor

BAR = 1.5
# A sign-in takes a tenth of a second, most of it the hash; a page some hundredths.
TIMES, PAGES = 5, 20
ADDRESS = "chea@example.org"
PAGE = "/registers/takedowns"


@dataclass(frozen=True)
class Village:
    """A PostgreSQL with the town of the tests, where next to nothing was recorded yet."""

    @contextmanager
    def open(self) -> Iterator[str]:
        """Start and fill it; gives its address."""
        with postgresql_server() as url, TemporaryDirectory() as instance, in_town() as clock:
            engine = PostgreSQL(url).engine
            app = the_app(url, Path(instance))
            settle(app, engine, clock)
            app.extensions["engine"].dispose()
            engine.dispose()
            yield url


@dataclass(frozen=True)
class Door:
    """The sign-in page as somebody has it before them, and the hash that is kept of them."""

    client: FlaskClient
    cookie: str
    token: str
    kept: str


@contextmanager
def door(url: str) -> Iterator[Door]:
    """The portal with the hashes of real ones, not the quick ones of tests."""
    with TemporaryDirectory() as instance, in_town():
        told = {"DATABASE_URL": url, "INSTANCE": instance, "SECOND_FACTOR": "off"}
        app = create_app(replace(read_settings(told, Path(instance)), sign_in_tries=1000))
        with app.app_context():
            account = session().scalars(select(Account).filter_by(email=ADDRESS)).one()
            account.password = kept = hashed(PASSWORD)
            session().commit()
        visitor = Visitor(app.test_client()).opens("/login")
        token = visitor.page.xpath("//input[@name='csrf_token']/@value")[-1]
        found = visitor.client.get_cookie("session")
        assert found
        yield Door(app.test_client(use_cookies=False), str(found.value), token, kept)
        app.extensions["engine"].dispose()


def sign_in(door: Door) -> None:
    """Send the form some times, each time as the same stranger."""
    typed = {"email": ADDRESS, "password": PASSWORD, "csrf_token": door.token}
    for _ in range(TIMES):
        headers = {"Cookie": f"session={door.cookie}"}
        answer = door.client.post("/login", data=typed, headers=headers)
        assert answer.status_code == 302
        assert "session=" in answer.headers["Set-Cookie"]


def verify(door: Door) -> None:
    """Compare the password with its hash as often, and do nothing else."""
    for _ in range(TIMES):
        assert PasswordHasher().verify(door.kept, PASSWORD)


@dataclass(frozen=True)
class Reader:
    """Somebody's browser, and whom the gate would find."""

    client: FlaskClient
    app: Flask
    account: Account


@contextmanager
def reader(url: str) -> Iterator[Reader]:
    """A preparer, signed in."""
    with TemporaryDirectory() as instance, in_town():
        app = the_app(url, Path(instance))
        client = signed_in(app, "chea")
        with sessions(app.extensions["engine"])() as asking:
            account = asking.scalars(select(Account).filter_by(email=ADDRESS)).one()
        yield Reader(client, app, account)
        app.extensions["engine"].dispose()


def opens(reader: Reader) -> None:
    """Open a page as a browser does: limits, session, account, capacity, permission, headers."""
    for _ in range(PAGES):
        response = reader.client.get(PAGE)
        assert response.status_code == 200
        assert b"chea" in response.get_data().lower()


def calls(reader: Reader) -> None:
    """Call the same view, where it is known already who asks and that they may."""
    view = reader.app.view_functions["registers.index"]
    with reader.app.test_request_context(PAGE):
        mine = actors(session(), reader.account.person_id, today())
    for _ in range(PAGES):
        with reader.app.test_request_context(PAGE):
            g._login_user, g.actors, g.me = reader.account, mine, mine[0]
            g.request_id = ""
            assert b"chea" in view(slug="takedowns").get_data().lower()


def benches(scale: Scale) -> list[Bench]:
    """What stands round a password's hash, and round a view."""
    return [
        Bench("sign-in", TIMES, BAR, Village(), door, sign_in, verify, scale.turns),
        Bench("gate", PAGES, BAR, Village(), reader, opens, calls, scale.turns),
    ]
