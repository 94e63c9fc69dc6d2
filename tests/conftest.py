"""What every test can ask for: an empty database on each of the two engines, an app, a browser."""

from __future__ import annotations

import gc
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from portal.db import sessions
from tests.engines import PostgreSQL, SQLite, the_app
from tests.town import town
from tests.visitors import Visitor

__all__ = ["town"]

settings.register_profile("house", derandomize=True, deadline=None, database=None)
settings.load_profile("house")


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: the collector need not walk it again."""
    gc.collect()
    gc.freeze()


@event.listens_for(Engine, "connect")
def _no_order_by_luck(connection: Any, _record: Any) -> None:
    """Rows that nobody sorted come backwards, so that neither a page nor a test leans on luck."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA reverse_unordered_selects=ON")


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> SQLite:
    """This process's own SQLite file, with the whole schema."""
    return SQLite(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """This process's own PostgreSQL, with the whole schema."""
    with PostgreSQL.started() as database:
        yield database


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[SQLite | PostgreSQL]:
    """An empty database with the whole schema; the test runs once on each engine."""
    database = request.getfixturevalue(request.param)
    yield database
    database.empty()


@pytest.fixture
def engine(database: SQLite | PostgreSQL) -> Engine:
    """The engine of that database."""
    return database.engine


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A real session on that engine; what a test commits is gone with the test."""
    with sessions(engine)() as session:
        yield session


@pytest.fixture
def app(database: SQLite | PostgreSQL, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The app on that database, made once for each engine; what tests put into its config stays."""
    app = the_app(database.app_url, tmp_path_factory.getbasetemp() / "instance")
    yield app
    app.extensions["engine"].dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A bare browser without a context that stays open (pytest-flask's would)."""
    return app.test_client()


@pytest.fixture
def browser(app: Flask) -> Callable[[], Visitor]:
    """Opens another browser: `officer, approver = browser(), browser()`."""
    return lambda: Visitor(app.test_client())


@pytest.fixture
def visitor(browser: Callable[[], Visitor]) -> Visitor:
    """Somebody at a browser: opens pages, fills in forms (CSRF and all), reads what is there."""
    return browser()


@pytest.fixture(autouse=True)
def _push_request_context() -> None:
    """Undo pytest-flask's context round every test: it leaks one browser's user to the next."""
