"""People, and a sample view, for the tests of the shell."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest
from flask import Blueprint, Flask, flash, redirect, url_for
from flask_security import hash_password
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from portal.accounts import Actor, Membership, OrganisationKind, Permission, Role
from portal.accounts.actions import Naming, begin, enrol, found
from portal.db import sessions
from portal.errors import Refusal
from portal.web import gate
from portal.web.forms import form_for
from portal.web.gate import allow, me, my_isp
from portal.web.pages import page
from portal.web.signin import add_hashed_account
from tests.engines import PostgreSQL, SQLite, the_app
from tests.visitors import Visitor

PASSWORD = "correct horse battery staple"
T0 = datetime(2026, 11, 1, tzinfo=UTC)
FOUNDER = Actor(0, "founder", Role.POLICY_OFFICER, 0)


class Colour(enum.StrEnum):
    """A long list of codes."""

    POLICE = "POLICE"
    COURT = "COURT"
    NOTICE = "NOTICE"
    ORDER = "ORDER"
    HOTLINE = "HOTLINE"
    NCMEC = "NCMEC"


class Answer(enum.StrEnum):
    """A short list of codes."""

    YES = "YES"
    NO = "NO"


class Sample(BaseModel):
    """One of every kind of field."""

    source_ref: str = Field(title="The sender's reference", description="Never an address.")
    source: Colour = Field(title="Who sent the notice")
    stop_page: Answer = Field(title="Stop page")
    received_at: datetime = Field(title="Notice received")
    held_on: date | None = Field(None, title="Held on")
    entries: int = Field(title="Entries", ge=0)
    modules: list[Answer] = Field(title="Modules", default_factory=list)
    everywhere: bool = Field(default=False, title="Live everywhere")
    tested: bool | None = Field(None, title="Tested")
    note: str | None = Field(
        None, title="Note", max_length=300, json_schema_extra={"x-widget": "textarea"}
    )


class TooMany(Refusal):
    """A rule for trying out."""

    code = "name-taken"


samples = Blueprint("samples", __name__, url_prefix="/samples")
kept: list[Sample] = []


@samples.get("/new")
@allow(Permission.RETURN_PREPARE)
def new():
    """Show the form."""
    return page("sample.html", form=form_for(Sample)(), isp=my_isp())


@samples.post("")
@allow(Permission.RETURN_PREPARE)
def record():
    """Take the form."""
    isp, form = my_isp(), form_for(Sample)()
    value = form.checked("sample.html", isp=isp)
    if value.entries == 13:
        raise TooMany("entries", slug=me().name)
    kept.append(value)
    flash("Kept.")
    return redirect(url_for(".new"), 303)


@cache
def sample_app(url: str, instance: Path) -> Flask:
    """An app with the sample view."""
    app: Flask = the_app.__wrapped__(url, instance)
    app.jinja_loader.searchpath.append(str(Path(__file__).parent / "templates"))
    app.register_blueprint(samples)
    gate.check(app)
    return app


@pytest.fixture
def app(database: SQLite | PostgreSQL, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The app with the sample view, made once for each engine."""
    app = sample_app(database.app_url, tmp_path_factory.getbasetemp() / "samples")
    kept.clear()
    yield app
    app.extensions["engine"].dispose()


@pytest.fixture
def fresh_app(database: SQLite | PostgreSQL, tmp_path: Path) -> Iterator[Flask]:
    """One that nobody has asked yet, for what changes it for good."""
    app = sample_app.__wrapped__(database.app_url, tmp_path)
    yield app
    app.extensions["engine"].dispose()


@pytest.fixture
def people(app: Flask, database: SQLite | PostgreSQL) -> dict[str, int]:
    """A preparer of two ISPs, a reviewer and an operator; their sign-ins."""
    with app.app_context():
        hashed = hash_password(PASSWORD)
    with sessions(database.engine)() as session:
        begin(session)
        ids = _enrol(session, hashed)
        session.commit()
    return ids


def _enrol(session: Session, hashed: str) -> dict[str, int]:
    names = {
        "alpha": OrganisationKind.ISP,
        "beta": OrganisationKind.ISP,
        "authority": OrganisationKind.AUTHORITY,
    }
    bodies = {
        slug: found(
            session, kind, slug, Naming(f"{slug.title()} Net", f"{slug} km", "1"), by=FOUNDER, at=T0
        )
        for slug, kind in names.items()
    }
    roles = {
        "dara": [("alpha", Role.PREPARER), ("beta", Role.APPROVER)],
        "sok": [("authority", Role.REVIEWER)],
        "rith": [("authority", Role.OPERATOR)],
        "nobody": [],
    }
    for name, capacities in roles.items():
        person = enrol(session, name.title())
        add_hashed_account(session, person, f"{name}@example.org", hashed)
        for slug, role in capacities:
            session.add(
                Membership(
                    person_id=person.id,
                    organisation_id=bodies[slug].id,
                    role=role,
                    from_on=date(2026, 1, 1),
                )
            )
    session.flush()
    return {slug: body.id for slug, body in bodies.items()}


def enters(visitor: Visitor, name: str = "dara", expect: int = 200) -> Visitor:
    """Sign in on the way to the sample page (a role's own start may need more than a shell)."""
    visitor.opens("/samples/new")
    return visitor.fills_in(expect, form="Sign in", email=f"{name}@example.org", password=PASSWORD)


@pytest.fixture
def dara(people: dict[str, int], visitor: Visitor) -> Visitor:  # noqa: ARG001 - must exist
    """The preparer, signed in."""
    return enters(visitor)
