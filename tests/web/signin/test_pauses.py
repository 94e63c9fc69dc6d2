"""The pause after wrong tries holds however many try at once, and at whichever server."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from portal.web.signin import Account
from tests.engines import PostgreSQL, SQLite, the_app
from tests.town import PASSWORD, Town
from tests.visitors import Visitor
from tests.web.signin.conftest import signs_in


@pytest.fixture
def servers(
    town: Town, database: SQLite | PostgreSQL, tmp_path: Path
) -> Iterator[tuple[Flask, Flask]]:
    """Two servers in front of the town's one database."""
    second = the_app.__wrapped__(database.app_url, tmp_path)
    yield town.app, second
    second.extensions["engine"].dispose()


def at_once(servers: tuple[Flask, Flask], count: int, name: str = "chea") -> None:
    """So many wrong passwords at the same time, half of them at each server."""
    visitors = [Visitor(servers[no % 2].test_client()).opens("/login") for no in range(count)]

    def tries(visitor: Visitor) -> None:
        visitor.fills_in(form="Sign in", email=f"{name}@example.org", password="wrong")

    with ThreadPoolExecutor(count) as threads:
        list(threads.map(tries, visitors))


def failures(town: Town) -> int:
    with town.session() as session:
        return session.scalars(select(Account.failures).filter_by(email="chea@example.org")).one()


def test_every_try_is_counted(town: Town, servers: tuple[Flask, Flask]) -> None:
    at_once(servers, 4)

    assert failures(town) == 4


def test_after_many_tries_at_once_the_right_password_waits(servers: tuple[Flask, Flask]) -> None:
    at_once(servers, 8)

    for server in servers:
        visitor = signs_in(Visitor(server.test_client()), "chea")
        assert visitor.heading == "Sign in"


def test_nobody_else_waits_with_them(town: Town, servers: tuple[Flask, Flask]) -> None:
    at_once(servers, 8)

    assert town.signs_in("meas").opens("/account").heading == "My account"


def test_names_that_nobody_has_are_refused_in_the_same_words(
    town: Town, servers: tuple[Flask, Flask]
) -> None:
    at_once(servers, 6, name="nobody")

    stranger = signs_in(town.stranger(), "nobody", PASSWORD)
    assert "After 5 wrong tries sign-in pauses for 15 minutes." in stranger.text
