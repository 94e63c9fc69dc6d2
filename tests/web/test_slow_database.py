"""A database that is slow or silent: it is said in words and in time, and nothing is half done
(ASVS V16.5.2).
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import OperationalError

from portal.accounts.successions import Succession
from portal.app import create_app
from portal.db import open_engine
from portal.patience import Line, Patience, is_slow_or_away, keep
from tests.engines import PostgreSQL, SQLite
from tests.town import Town
from tests.web.test_successions import DECIDED

SHORT = Patience(connect=2, pool=1, lock=1, statement=2)


@pytest.fixture
def hurried(town: Town) -> Iterator[Town]:
    """The town, where nobody is kept waiting for long."""
    app = create_app(replace(town.app.extensions["settings"], patience=SHORT))
    yield replace(town, app=app)
    app.extensions["engine"].dispose()


@contextmanager
def nobody_writes(engine: Engine) -> Iterator[None]:
    """Somebody else holds what every act takes, for as long as the block runs."""
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.execute(text("LOCK TABLE ledger IN ACCESS EXCLUSIVE MODE"))
        yield


def successions(town: Town) -> int | None:
    with town.session() as session:
        return session.scalar(select(func.count()).select_from(Succession))


def test_an_act_that_cannot_get_its_lock_ends_in_words_and_in_nothing(hurried: Town) -> None:
    pich = hurried.visit("pich").opens("/successions")

    with nobody_writes(hurried.engine):
        began = time.monotonic()
        pich.fills_in(503, form="Record", **DECIDED)
        assert time.monotonic() - began < 10

    assert pich.heading == "The portal is slow just now"
    assert "either there whole or not at all" in pich.text
    assert pich.response is not None
    assert pich.response.headers["Retry-After"] == "60"
    assert successions(hurried) == 0
    assert hurried.app.extensions["engine"].pool.checkedout() == 0

    pich.opens("/successions").fills_in(form="Record", **DECIDED)
    assert successions(hurried) == 1


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_health_says_so_while_it_lasts_and_no_longer(hurried: Town) -> None:
    client = hurried.app.test_client()

    with nobody_writes(hurried.engine):
        answer = client.get("/health/ready")
        assert (answer.status_code, answer.json) == (503, {"ready": False})
        assert client.get("/health/live").status_code == 200

    assert client.get("/health/ready").status_code == 200


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_database_that_says_nothing_costs_no_reader_more_than_its_time(hurried: Town) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://portal@127.0.0.1:{silent.getsockname()[1]}/portal"
        told = replace(hurried.app.extensions["settings"], database_url=url)
        client = create_app(told).test_client()
        began = time.monotonic()
        page = client.get("/verify/KH-2026-000001-X")
        taken = time.monotonic() - began

    assert page.status_code == 503
    assert "The portal is slow just now" in page.text
    assert taken < 10


@pytest.fixture
def watched(postgresql: PostgreSQL) -> Iterator[tuple[Engine, list[bool]]]:
    """An engine with limits, and whether somebody waits for what it is asked."""
    waiting = [True]
    engine = open_engine(postgresql.url, pool_size=1, max_overflow=0, pool_pre_ping=True)
    keep(engine, replace(SHORT, statement=1), is_waited_for=lambda: waiting[0])
    yield engine, waiting
    engine.dispose()


def test_a_statement_is_ended_and_its_line_goes_on(watched: tuple[Engine, list[bool]]) -> None:
    engine, waiting = watched
    with engine.connect() as connection:
        line = connection.connection.driver_connection
        with pytest.raises(OperationalError) as failure:
            connection.execute(text("SELECT pg_sleep(5)"))
    assert is_slow_or_away(failure.value)

    waiting[0] = False
    with engine.connect() as connection:
        assert connection.connection.driver_connection is line
        assert connection.scalar(text("SHOW statement_timeout")) == "0"
        assert connection.scalar(text("SHOW lock_timeout")) == "0"
        assert line.seconds is None

    waiting[0] = True
    with engine.connect() as connection:
        assert connection.scalar(text("SHOW statement_timeout")) == "1s"
        # The line is a second more patient than the server, which says why.
        assert line.seconds == 2


def test_a_line_on_which_nothing_comes_any_more_is_closed_and_another_opened(
    watched: tuple[Engine, list[bool]],
) -> None:
    engine, _ = watched
    with engine.connect() as connection:
        line = connection.connection.driver_connection
        assert isinstance(line, Line)
        # As if the server could not end it.
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        line.seconds = 0.2
        with pytest.raises(OperationalError, match="did not answer in time") as failure:
            connection.execute(text("SELECT pg_sleep(30)"))
    assert is_slow_or_away(failure.value)
    assert line.closed

    with engine.connect() as connection:
        assert connection.connection.driver_connection is not line
        assert connection.scalar(text("SELECT 1")) == 1


def test_a_line_that_broke_while_it_lay_idle_breaks_no_page(
    watched: tuple[Engine, list[bool]], postgresql: PostgreSQL
) -> None:
    engine, _ = watched
    with engine.connect() as connection:
        pid = connection.scalar(text("SELECT pg_backend_pid()"))
    with postgresql.engine.connect() as other:
        other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})

    with engine.connect() as connection:
        assert connection.scalar(text("SELECT pg_backend_pid()")) != pid


def test_what_is_wrong_with_a_statement_is_no_slowness(database: SQLite | PostgreSQL) -> None:
    with (
        database.engine.connect() as connection,
        pytest.raises(Exception, match="nowhere") as fault,
    ):
        connection.execute(text("SELECT 1 FROM nowhere"))

    assert not is_slow_or_away(fault.value)
