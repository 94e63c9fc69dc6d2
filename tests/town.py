"""A small town: an authority, three ISPs, a policy in force, and people who can sign in."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from importlib.resources.abc import Traversable
from threading import Event
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask import Flask
from flask import session as cookie
from flask_security import hash_password, login_user
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session
from werkzeug.http import parse_cookie

from portal.accounts import Actor, Organisation, OrganisationKind, Person, Role, SizeClass
from portal.accounts.actions import Naming, found
from portal.accounts.queries import isp_named
from portal.db import begin_write, sessions
from portal.notices.codes import SourceType
from portal.notices.notifiers import admit_notifier
from portal.period import Period
from portal.reviews.engagements.actions import confirm, propose
from portal.reviews.engagements.proposal import Proposal
from portal.web.running import drain
from portal.web.session import session as request_session
from portal.web.signin import Account, add_hashed_account
from tests import build
from tests.engines import PostgreSQL, SQLite, the_app
from tests.visitors import Visitor

PASSWORD = "correct horse battery staple"
PHNOM_PENH = ZoneInfo("Asia/Phnom_Penh")

LICENSED_ON = date(2026, 10, 1)
"""October is the first month that anybody in town owes."""

# Who can sign in: short name, the organisation's, role, name as shown.
PEOPLE = (
    ("chea", "mekong-net", Role.PREPARER, "Chea Preparer"),
    ("meas", "mekong-net", Role.APPROVER, "Meas Approver"),
    ("noun", "mekong-net", Role.APPROVER, "Noun Approver"),
    ("tep", "tonle-net", Role.PREPARER, "Tep Preparer"),
    ("uk", "tonle-net", Role.APPROVER, "Uk Approver"),
    ("small", "small-net", Role.PREPARER, "Som Preparer"),
    ("boss", "small-net", Role.APPROVER, "Bun Approver"),
    ("sok", "regulator", Role.REVIEWER, "Sok Reviewer"),
    ("chan", "regulator", Role.ISSUER, "Chan Issuer"),
    ("pich", "regulator", Role.POLICY_OFFICER, "Pich Policy"),
    ("sary", "regulator", Role.SAFEGUARDING, "Sary Safeguarding"),
    ("ly", "audit", Role.AUDITOR, "Ly Auditor"),
    ("rith", "hotline", Role.NOTIFIER, "Rith Hotline"),
    ("vann", "police", Role.NOTIFIER, "Vann Police"),
    ("kong", "council", Role.OBSERVER, "Kong Council"),
)
NOTIFIERS = {"hotline": SourceType.HOTLINE_NATIONAL, "police": SourceType.POLICE}


@dataclass
class Town:
    """Everybody in it by short name, and the app in front of them. Time stands until it moves."""

    app: Flask
    engine: Engine
    clock: time_machine.Coordinates
    bodies: dict[str, int]
    actors: dict[str, Actor]

    def visit(self, name: str) -> Visitor:
        """A new browser in which this person has just signed in.

        Not by the page for it, which has tests of its own and costs more than most other tests.
        """
        visitor = Visitor(self.app.test_client(), arrives=True)
        with self.app.test_request_context("/login", method="POST"):
            db = request_session()
            account = db.scalars(select(Account).filter_by(email=f"{name}@example.org")).one()
            login_user(account, authn_via=["password"])
            db.commit()
            response = self.app.response_class()
            self.app.session_interface.save_session(self.app, cookie, response)
        [kept] = response.headers.getlist("Set-Cookie")
        [(called, value)] = parse_cookie(kept.partition(";")[0]).items()
        visitor.client.set_cookie(called, value)
        return visitor

    def signs_in(self, name: str) -> Visitor:
        """A new browser in which this person has signed in by the page for it."""
        return self.stranger().signs_in(f"{name}@example.org", PASSWORD)

    def stranger(self) -> Visitor:
        """A browser in which nobody has signed in."""
        return Visitor(self.app.test_client())

    def moves_to(self, text: str) -> datetime:
        """Move the clock to a time of the town, such as ``2026-11-06 10:00``."""
        moment = datetime.fromisoformat(text).replace(tzinfo=PHNOM_PENH)
        self.clock.move_to(moment)
        return moment.astimezone(UTC)

    @property
    def now(self) -> datetime:
        return datetime.now(UTC)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session for a look into the database, or for acts that need no browser."""
        with sessions(self.engine)() as session:
            begin_write(session)
            yield session
            session.commit()

    def engages(
        self, *slugs: str, first: str = "2026-10", last: str = "2026-10", days: int = 30
    ) -> int:
        """Two officers let Ly look at some ISPs and months from today on; gives the number."""
        ly, today = self.actors["ly"], self.now.astimezone(PHNOM_PENH).date()
        with self.session() as session:
            asked = Proposal(
                ly.organisation_id, [ly.person_id], [isp_named(session, s).id for s in slugs],
                "Mandate 7", Period.parse(first), Period.parse(last), today,
                today + timedelta(days=days),
            )  # fmt: skip
            made = propose(session, asked, by=self.actors["pich"], at=self.now)
            confirm(session, made.no, by=self.actors["chan"], at=self.now)
            return made.no

    @contextmanager
    def queries(self) -> Iterator[list[str]]:
        """What the app asks its database in the block."""
        asked: list[str] = []

        def note(*args: object) -> None:
            asked.append(str(args[2]))

        engine = self.app.extensions["engine"]
        event.listen(engine, "before_cursor_execute", note)
        yield asked
        event.remove(engine, "before_cursor_execute", note)

    def works(self) -> int:
        """Let a worker do what is due, here and now; how many jobs that were."""
        with self.app.app_context():
            return drain(Event())

    def runs(self, *words: str, expect: int = 0) -> str:
        """Run a command of ``flask`` and give what it says; its exit code must be the expected."""
        result = self.app.test_cli_runner().invoke(args=list(words))
        assert result.exit_code == expect, f"{result.exit_code}: {result.output} {result.exception}"
        return str(result.output)


@pytest.fixture
def town(database: SQLite | PostgreSQL, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A town on the morning of 5 November 2026; October is the month to file."""
    app = the_app(database.app_url, tmp_path_factory.getbasetemp() / "instance")
    with time_machine.travel(build.NOW, tick=False) as clock:
        yield _as_settled(app, database, clock)
    app.extensions["engine"].dispose()
    # The notes of checkpoints lie beside the database, and speak of this town's alone.
    shutil.rmtree(app.extensions["settings"].instance / "checkpoints", ignore_errors=True)


_SETTLED: dict[str, tuple[Any, Town]] = {}


def _as_settled(app: Flask, database: SQLite | PostgreSQL, clock: time_machine.Coordinates) -> Town:
    """The town as it was settled first on this database: settled once, then brought back."""
    if database.url not in _SETTLED:
        settled = settle(app, database.engine, clock)
        _SETTLED[database.url] = (database.keep(), settled)
        return settled
    kept, settled = _SETTLED[database.url]
    database.bring_back(kept)
    return replace(settled, app=app, clock=clock)


def settle(
    app: Flask, engine: Engine, clock: time_machine.Coordinates, pack: Traversable | None = None
) -> Town:
    """Fill an empty database with the town, under the shipped policy or another pack's."""
    with app.app_context():
        hashed = hash_password(PASSWORD)
    with sessions(engine)() as session:
        begin_write(session)
        bodies = _found(session, pack)
        actors = {name: _enrol(session, bodies, name, hashed) for name, *_ in PEOPLE}
        _admit(session, bodies, actors["pich"])
        session.commit()
        ids = {slug: body.id for slug, body in bodies.items()}
    return Town(app, engine, clock, ids, actors)


def _found(session: Session, pack: Traversable | None) -> dict[str, Organisation]:
    regulator = build.an_authority(session, pack=pack)
    auditor = Naming("Fictional Audit Office", "ការិយាល័យសវនកម្មសាកល្បង", "A-2")
    council = Naming("Fictional Council for Children", "ក្រុមប្រឹក្សាកុមារសាកល្បង", "O-1")
    by, at = build.FOUNDER, build.START
    return {
        "regulator": regulator,
        "audit": found(session, OrganisationKind.AUDITOR, "audit", auditor, by=by, at=at),
        "mekong-net": build.an_isp(session, "mekong-net", from_on=LICENSED_ON),
        "tonle-net": build.an_isp(session, "tonle-net", from_on=LICENSED_ON),
        "small-net": build.an_isp(session, "small-net", size=SizeClass.SMALL, from_on=LICENSED_ON),
        **{slug: _notifier(session, slug) for slug in NOTIFIERS},
        "council": found(session, OrganisationKind.OBSERVER, "council", council, by=by, at=at),
    }


def _notifier(session: Session, slug: str) -> Organisation:
    naming = Naming(f"Fictional {slug.title()}", f"{slug} (KM)", f"N-{slug}")
    by, at = build.FOUNDER, build.START
    return found(session, OrganisationKind.NOTIFIER, slug, naming, by=by, at=at)


def _admit(session: Session, bodies: dict[str, Organisation], officer: Actor) -> None:
    """The notifiers send through the portal, and by letters, too."""
    began = datetime(2025, 9, 1, 2, tzinfo=UTC)
    for slug, source in NOTIFIERS.items():
        admit_notifier(
            session, bodies[slug].id, source, from_on=began.date(), sole=False,
            by=officer, at=began,
        )  # fmt: skip


def _enrol(session: Session, bodies: dict[str, Organisation], name: str, hashed: str) -> Actor:
    [(slug, role, shown)] = [each[1:] for each in PEOPLE if each[0] == name]
    actor = build.an_officer(session, bodies[slug], role, shown)
    person = session.get_one(Person, actor.person_id)
    person.title_en, person.title_km = "Director", "នាយក"
    add_hashed_account(session, person, f"{name}@example.org", hashed)
    return actor
