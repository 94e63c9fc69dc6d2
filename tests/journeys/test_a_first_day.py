"""A real installation: from an empty database to a certified month by commands and pages alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine

from portal.db import open_engine
from portal.policy import shipped_pack
from tests.engines import PostgreSQL, SQLite, the_app
from tests.journeys.acts import a_good_month, files, opens_the_books, prepares, reviews
from tests.town import PASSWORD, Town

PAGE = Path(__file__).parents[2] / "docs" / "first-day.md"
PEOPLE = (
    ("pich", "regulator", "POLICY_OFFICER"),
    ("sok", "regulator", "REVIEWER"),
    ("chan", "regulator", "ISSUER"),
    ("chea", "mekong-net", "PREPARER"),
    ("meas", "mekong-net", "APPROVER"),
)
PICH = ("--as", "pich@example.org")


@pytest.fixture
def empty(database: SQLite | PostgreSQL, tmp_path: Path) -> Iterator[Town]:
    """A portal in front of a database without a single table, on 28 September 2026."""
    url = f"sqlite:///{tmp_path}/first.sqlite"
    if isinstance(database, PostgreSQL):
        database.add("first")
        url = database.url.replace("/postgres?", "/first?")
    app, engine = the_app.__wrapped__(url, tmp_path), open_engine(url)
    with time_machine.travel("2026-09-28T03:00:00+00:00", tick=False) as clock:
        yield Town(app, engine, clock, {}, {})
    engine.dispose()
    app.extensions["engine"].dispose()


def test_an_empty_database_becomes_a_filed_and_certified_month(empty: Town, tmp_path: Path) -> None:
    _is_founded(empty, _a_confirmed_pack(tmp_path / "pack"))
    for name, *_ in PEOPLE:
        # Their start page is there before any month is judged.
        assert "NOT FILED:" not in empty.visit(name).opens("/").text

    empty.moves_to("2026-11-05 10:00")
    officer = empty.visit("chea")
    assert "NOT FILED: October 2026." in officer.text
    a_good_month(officer)
    opens_the_books(officer)
    prepares(officer)
    assert files(empty.visit("meas")).startswith("R-2026-10-")
    reviews(empty, 1, "ACCEPT", {}, heard=True)
    issuer = empty.visit("chan").opens("/certificates").presses("Issue for mekong-net")
    assert "1 done." in empty.runs("worker", "--once")
    assert "Issued" in empty.stranger().opens(f"/verify/{issuer.heading}").text

    assert "Every chain holds." in empty.runs("trail", "verify")
    assert "1 equal, 0 different" in empty.runs("returns", "reperform", "--all")


def test_nothing_on_the_first_day_needs_a_name_before_there_is_one(empty: Town) -> None:
    _migrates(empty)
    assert "Nothing by that name" in empty.runs("people", "invite", *_invited("pich"), expect=1)
    _founds(empty, "regulator", "AUTHORITY")
    _founds(empty, "audit", "AUDITOR")
    empty.runs("people", "invite", *_invited("pich"))

    assert "Say who acts" in _founds(empty, "mekong-net", "ISP", expect=2)
    _founds(empty, "mekong-net", "ISP", *PICH)
    assert "Every chain holds." in empty.runs("trail", "verify")


def test_the_page_of_the_first_day_names_every_step_of_it() -> None:
    page = PAGE.read_text()
    for step in (
        "db upgrade",
        "organisations found",
        "people invite",
        "policy load",
        "policy adopt",
        "licences open",
        "waivers grant",
    ):
        assert f"flask --app wsgi {step}" in page


def _is_founded(town: Town, pack: Path) -> None:
    _migrates(town)
    _founds(town, "regulator", "AUTHORITY")
    town.runs("people", "invite", *_invited("pich"))
    town.runs("policy", "load", str(pack))
    instrument = ("--instrument", "Prakas 1", "--adopted-on", "2026-09-20", "--signatory", "M.")
    days = ("--effective-from", "2026-10-01")
    town.runs("policy", "adopt", "2026.1", *instrument, *days, *PICH)
    _founds(town, "mekong-net", "ISP", *PICH)
    licence = ("mekong-net", "L-1", "--kind", "FIXED_ISP", "--from", "2026-10-01")
    town.runs("licences", "open", *licence, *PICH)
    for name, *_ in PEOPLE[1:]:
        town.runs("people", "invite", *_invited(name))


def _migrates(town: Town) -> None:
    # `flask` itself opens the app's context round a library's commands; the test runner does not.
    with town.app.app_context():
        town.runs("db", "upgrade")


def _a_confirmed_pack(folder: Path) -> Path:
    """The shipped pack as a country takes it over: somebody has confirmed the plan."""
    folder.mkdir()
    for file in shipped_pack("kh").iterdir():
        if file.name.endswith(".toml"):
            text = file.read_text(encoding="utf-8")
            (folder / file.name).write_text(text.replace("confirmed = false", "confirmed = true"))
    return folder


def _founds(town: Town, slug: str, kind: str, *more: str, expect: int = 0) -> str:
    name = slug.replace("-", " ").title()
    called = ("--name-en", name, "--name-km", f"{name} (KM)", "--registration", f"R-{slug}")
    return town.runs("organisations", "found", slug, "--kind", kind, *called, *more, expect=expect)


def _invited(name: str) -> tuple[str, ...]:
    [(organisation, role)] = [each[1:] for each in PEOPLE if each[0] == name]
    titles = ("--title-en", "Director", "--title-km", "នាយក")
    who = (f"{name}@example.org", "--name", name.title(), "--password", PASSWORD)
    return (*who, "--organisation", organisation, "--role", role, *titles)
