"""A database in which every table has a row of each of two ISPs, and the app's role in front."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Column, Engine, Table, TextClause, TypeDecorator, text
from sqlalchemy.orm import Session, sessionmaker

from portal.db import Base, open_engine, sessions
from portal.wall import guard
from tests.engines import PostgreSQL, as_role, build_schema

MINE, OTHERS = 1, 2
# What is kept by chain: an ISP's acts, who read of it, and the system's.
CHAINS = {"ledger", "event", "checkpoint_leaf"}
NO_CHECKS = """
DO $$ DECLARE found record; BEGIN
  FOR found IN SELECT conname, conrelid::regclass AS of FROM pg_constraint
      WHERE contype = 'c' AND connamespace = 'public'::regnamespace LOOP
    EXECUTE 'ALTER TABLE ' || found.of || ' DROP CONSTRAINT ' || quote_ident(found.conname);
  END LOOP;
END $$
"""
_DAY, _AT = date(2026, 10, 10), datetime(2026, 10, 10, tzinfo=UTC)
_VALUES: dict[type, Callable[[int], Any]] = {
    int: int,
    bool: lambda _: False,
    bytes: lambda number: b"%d" % number,
    date: lambda number: _DAY + timedelta(days=number),
    datetime: lambda number: _AT + timedelta(days=number),
}


def row_of(table: Table, number: int) -> dict[str, Any]:
    """A row in which every number is this one, so that whatever it refers to is of the same ISP."""
    return {column.name: _VALUES.get(kind_of(column), str)(number) for column in table.columns}


def kind_of(column: Column[Any]) -> type:
    """What a column holds; codes and lists of words are texts here."""
    kind = column.type
    inner = kind.impl_instance if isinstance(kind, TypeDecorator) else kind
    return inner.python_type


def insertion(table: Table) -> TextClause:
    """Said as text: what is a list of codes to the model may stand here as any word."""
    names = [column.name for column in table.columns]
    blanks = ", ".join(f":{name}" for name in names)
    return text(f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({blanks})")  # noqa: S608


@pytest.fixture(scope="session")
def owners(postgresql: PostgreSQL) -> Iterator[Engine]:
    """The filled database as its owner sees it: two rows in each table, four more in the chains."""
    postgresql.add("walled")
    engine = open_engine(postgresql.url.replace("/postgres?", "/walled?"))
    build_schema(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql(NO_CHECKS)
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        for table in Base.metadata.sorted_tables:
            for number in (MINE, OTHERS):
                connection.execute(insertion(table), row_of(table, number))
                if table.name in CHAINS:
                    connection.execute(insertion(table), row_of(table, -number))
            if table.name in CHAINS:
                connection.execute(insertion(table), row_of(table, 0))
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def engine_of_app(owners: Engine) -> Iterator[Engine]:
    """The app's own connections to it: one, so that each transaction gets the former's."""
    url = owners.url.render_as_string(hide_password=False).replace("+psycopg", "")
    engine = open_engine(as_role(url), pool_size=1, max_overflow=0)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def maker(engine_of_app: Engine) -> sessionmaker[Session]:
    """Sessions as the app makes them."""
    made = sessions(engine_of_app)
    guard(made)
    return made


@pytest.fixture
def session(maker: sessionmaker[Session]) -> Iterator[Session]:
    """One of them; nothing is kept."""
    with maker() as session:
        yield session
        session.rollback()
