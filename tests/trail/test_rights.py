"""On PostgreSQL the portal runs under a role that cannot rewrite anything, whatever it is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import Engine, delete, null, text, update
from sqlalchemy.exc import DBAPIError

from portal.append_only import append_only_tables, rights_ddl
from portal.db import open_engine
from tests import build
from tests.engines import PostgreSQL, the_app
from tests.journeys import test_a_month as a_month
from tests.town import Town, settle

ROLE = "portal_app"


@pytest.fixture
def url(postgresql: PostgreSQL) -> Iterator[str]:
    """The address of a database with a role that may use the portal, as that role."""
    with postgresql.engine.begin() as connection:
        connection.execute(text(f"CREATE ROLE {ROLE}"))
        for statement in rights_ddl(ROLE):
            connection.execute(text(statement))
    yield f"{postgresql.url}&options=-crole%3D{ROLE}"
    postgresql.empty()
    with postgresql.engine.begin() as connection:
        connection.execute(text(f"DROP OWNED BY {ROLE}"))
        connection.execute(text(f"DROP ROLE {ROLE}"))


@pytest.fixture
def restricted(url: str) -> Iterator[Engine]:
    engine = open_engine(url)
    yield engine
    engine.dispose()


def refused(engine: Engine, statement: str) -> str:
    with engine.connect() as connection, pytest.raises(DBAPIError) as failure:
        connection.execute(text(statement))
    return str(failure.value.orig)


def test_no_append_only_table_can_be_rewritten(restricted: Engine) -> None:
    kept = {table: rules for table, rules in append_only_tables() if rules is not None}
    assert {"event", "checkpoint", "checkpoint_leaf"} <= {table.name for table in kept}

    for table, rules in kept.items():
        column = next(c for c in table.columns if c.name not in rules.may_change)
        for statement in (
            str(update(table).values({column: null()}).compile(restricted)),
            str(delete(table).compile(restricted)),
            f"TRUNCATE {table.name} CASCADE",
        ):
            assert "permission denied" in refused(restricted, statement), statement


def test_the_guards_cannot_be_put_aside(restricted: Engine) -> None:
    for statement in (
        "ALTER TABLE event DISABLE TRIGGER ALL",
        "DROP TRIGGER event_append_only ON event",
        "DROP TABLE event",
        "CREATE OR REPLACE FUNCTION event_append_only() RETURNS trigger LANGUAGE sql AS ''",
        "SET session_replication_role = replica",
    ):
        said = refused(restricted, statement)
        assert "must be owner" in said or "permission denied" in said, statement


def test_a_month_goes_through_the_whole_house_under_it(
    postgresql: PostgreSQL, url: str, tmp_path: Path
) -> None:
    app = the_app.__wrapped__(url, tmp_path)
    with time_machine.travel(build.NOW, tick=False) as clock:
        town: Town = settle(app, open_engine(url), clock)
        a_month.test_a_month_from_the_first_entry_to_the_second_certificate(town)
        assert "Signed." in town.runs("trail", "checkpoint")
        with town.session() as session:
            assert session.scalar(text("SELECT current_user")) == ROLE
    town.engine.dispose()
    app.extensions["engine"].dispose()
    assert postgresql.url != url


def test_a_name_that_is_no_role_is_refused() -> None:
    for name in ("", "portal app", 'x"; DROP TABLE event; --', "9lives", "a" * 64):
        with pytest.raises(ValueError, match="not a name of a role"):
            rights_ddl(name)
