"""An office on each engine, founded once a module; what a test does there is undone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from portal.db import begin_write, sessions
from tests.engines import PostgreSQL, SQLite
from tests.returns.office import Office, same_salts


class Base:
    """An authority, a policy and an ISP on one engine."""

    def __init__(self, database: SQLite | PostgreSQL, **isp: Any) -> None:
        self.make = sessions(database.engine)
        with self.make() as session:
            self.office = Office.opened(session, **isp)
            session.commit()

    @contextmanager
    def again(self) -> Iterator[Office]:
        """The office as it was founded, for as long as the block runs."""
        with self.make() as session:
            begin_write(session)
            session.info["entropy"] = same_salts()
            self.office.session, self.office.noticed = session, 0
            yield self.office.at("2026-11-05 10:00")
            session.rollback()


@pytest.fixture(scope="module")
def bases(sqlite: SQLite, postgresql: PostgreSQL) -> Iterator[dict[str, Base]]:
    """Both engines' bases, by name."""
    yield {"sqlite": Base(sqlite), "postgresql": Base(postgresql)}
    sqlite.empty()
    postgresql.empty()


@pytest.fixture(params=["sqlite", "postgresql"])
def office(request: pytest.FixtureRequest, bases: dict[str, Base]) -> Iterator[Office]:
    """An ISP's office on the fifth of November 2026; the test runs once on each engine."""
    with bases[request.param].again() as office:
        yield office
