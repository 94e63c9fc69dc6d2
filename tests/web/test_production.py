"""A real portal holds what it needs to run and nothing for trying out (ASVS V15.2.3)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from setuptools import find_packages

from portal.app import create_app
from portal.settings import read_settings
from portal.web.session import DEMO_LOGINS
from tests.engines import SQLite
from tests.house.sources import HOUSE
from tests.visitors import Visitor

LOGIN = {
    "email": "dara@example.org",
    "password": "try-the-portal",
    "name": "Dara",
    "role": "PREPARER",
    "organisation": "Alpha Net",
}


@pytest.fixture
def real(sqlite: SQLite, tmp_path: Path) -> Iterator[Flask]:
    """A portal in production; the logins of a demonstration were left in its folder."""
    told = {"DATABASE_URL": sqlite.url, "SECRET_KEY": "test " * 8, "INSTANCE": str(tmp_path)}
    (tmp_path / DEMO_LOGINS).write_text(json.dumps([LOGIN]))
    app = create_app(replace(read_settings(told, tmp_path), production=True))
    # What a real portal asks of its database, and this file could not answer, is tried elsewhere.
    app.extensions["second-wall"] = True
    yield app
    app.extensions["engine"].dispose()


@pytest.mark.parametrize("words", [["demo"], ["demo", "logins"], ["demo", "--if-empty"]])
def test_a_real_portal_has_no_command_that_makes_inventions(real: Flask, words: list[str]) -> None:
    said = real.test_cli_runner().invoke(args=words)

    assert (said.exit_code, "No such command 'demo'" in said.output) == (2, True)


def test_a_real_portal_shows_nobody_of_a_demonstration(real: Flask) -> None:
    page = Visitor(real.test_client()).opens("/login")

    assert "Demonstration" not in page.text
    assert "dara@example.org" not in page.text


def test_a_real_portal_has_no_page_for_trying_out(real: Flask) -> None:
    addresses = [rule.rule for rule in real.url_map.iter_rules()]

    assert len(addresses) > 100
    odd = ("demo", "test", "sample", "debug", "console")
    assert [rule for rule in addresses if any(word in rule.split("/") for word in odd)] == []


def test_of_what_libraries_bring_along_only_what_pages_name_is_served(real: Flask) -> None:
    client = real.test_client()
    for name, status in {
        "css/bootstrap.min.css": 200,
        "css/bootstrap.min.css.map": 404,
        "js/bootstrap.min.js": 404,
        "umd/popper.min.js.map": 404,
    }.items():
        with client.get(f"/bootstrap/static/{name}") as answer:
            assert (name, answer.status_code) == (name, status)


def test_a_wheel_holds_no_tests_and_no_maps_of_sources() -> None:
    packages = find_packages(str(HOUSE), include=["portal", "portal.*"])

    assert [name for name in packages if "test" in name or "bench" in name] == []
    beside = [path.name for top in ("static", "templates") for path in (HOUSE / top).rglob("*")]
    assert [name for name in beside if name.endswith((".map", ".py", ".orig", ".bak"))] == []
