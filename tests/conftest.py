"""What every test can ask for: an empty database on each of the two engines, and a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile

import pytest
from hypothesis import settings
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from portal.db import open_engine, sessions
from tests.engines import build_schema, empty, postgresql_server

settings.register_profile("house", derandomize=True, deadline=None, database=None)
settings.load_profile("house")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database file with the whole schema, copied for each test."""
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite"
    engine = open_engine(f"sqlite:///{path}")
    build_schema(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Engine]:
    """This process's own PostgreSQL, with the whole schema."""
    with postgresql_server() as url:
        engine = open_engine(url)
        build_schema(engine)
        yield engine
        engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty database with the whole schema; the test runs once on each engine."""
    if request.param == "sqlite":
        path = copyfile(request.getfixturevalue("sqlite_template"), tmp_path / "portal.sqlite")
        engine = open_engine(f"sqlite:///{path}")
        yield engine
        engine.dispose()
    else:
        engine = request.getfixturevalue("postgresql")
        yield engine
        empty(engine)


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A real session on that engine; what a test commits is gone with the test."""
    with sessions(engine)() as session:
        yield session


@pytest.fixture(autouse=True)
def _push_request_context() -> None:
    """Undo pytest-flask's context round every test: it leaks one browser's user to the next."""
