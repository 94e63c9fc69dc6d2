"""An office whose licence lasted for October and November 2026, on each engine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from tests.engines import PostgreSQL, SQLite
from tests.returns.conftest import Base
from tests.returns.office import Office


@pytest.fixture(scope="module")
def bases(sqlite: SQLite, postgresql: PostgreSQL) -> Iterator[dict[str, Base]]:
    """Both engines' bases, by name."""
    span = {"from_on": date(2026, 10, 1), "until_on": date(2026, 11, 30)}
    yield {"sqlite": Base(sqlite, **span), "postgresql": Base(postgresql, **span)}
    sqlite.empty()
    postgresql.empty()


@pytest.fixture(params=["sqlite", "postgresql"])
def office(request: pytest.FixtureRequest, bases: dict[str, Base]) -> Iterator[Office]:
    """That office; what a test does is undone."""
    with bases[request.param].again() as office:
        yield office
