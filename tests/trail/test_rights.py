"""On PostgreSQL the portal runs under a role that cannot rewrite anything, whatever it is told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, delete, null, text, update
from sqlalchemy.exc import DBAPIError

from portal.append_only import append_only_tables
from portal.db import open_engine
from portal.wall import Position, rights_ddl
from tests.engines import APP_ROLE, PostgreSQL
from tests.town import Town


@pytest.fixture
def served(postgresql: PostgreSQL) -> Iterator[Engine]:
    """The database as the app finds it: signed in as a role that owns nothing."""
    engine = open_engine(postgresql.app_url)
    yield engine
    engine.dispose()


def refused(engine: Engine, position: Position, statement: str) -> str:
    with engine.connect() as connection:
        connection.execute(text(f"SET LOCAL ROLE {position}"))
        with pytest.raises(DBAPIError) as failure:
            connection.execute(text(statement))
    return str(failure.value.orig)


@pytest.mark.parametrize("position", Position)
def test_no_append_only_table_can_be_rewritten(served: Engine, position: Position) -> None:
    kept = {table: rules for table, rules in append_only_tables() if rules is not None}
    assert {"event", "checkpoint", "checkpoint_leaf"} <= {table.name for table in kept}

    for table, rules in kept.items():
        column = next(c for c in table.columns if c.name not in rules.may_change)
        for statement in (
            str(update(table).values({column: null()}).compile(served)),
            str(delete(table).compile(served)),
            f"TRUNCATE {table.name} CASCADE",
        ):
            assert "permission denied" in refused(served, position, statement), statement


@pytest.mark.parametrize("position", Position)
def test_the_guards_cannot_be_put_aside(served: Engine, position: Position) -> None:
    for statement in (
        "ALTER TABLE event DISABLE TRIGGER ALL",
        "DROP TRIGGER event_append_only ON event",
        "DROP TABLE event",
        "CREATE OR REPLACE FUNCTION event_append_only() RETURNS trigger LANGUAGE sql AS ''",
        "SET session_replication_role = replica",
        "ALTER TABLE takedown DISABLE ROW LEVEL SECURITY",
        "DROP POLICY own ON takedown",
        f"CREATE POLICY mine ON takedown TO {position} USING (true)",
        f"ALTER ROLE {position} BYPASSRLS",
        "CREATE TABLE kept_aside (id int)",
    ):
        said = refused(served, position, statement)
        assert "must be owner" in said or "permission denied" in said, statement


def test_the_portal_is_served_under_such_a_role(town: Town) -> None:
    if town.engine.dialect.name == "postgresql":
        with town.app.extensions["engine"].connect() as connection:
            assert connection.scalar(text("SELECT session_user")) == APP_ROLE
    assert "Signed." in town.runs("trail", "checkpoint")


def test_the_command_prints_what_makes_one(town: Town) -> None:
    printed = town.runs("trail", "rights", "portal_web")

    assert "ALTER ROLE portal_web NOINHERIT" in printed
    assert "CREATE POLICY own ON takedown FOR ALL TO portal_isp" in printed


def test_a_name_that_is_no_role_is_refused() -> None:
    for name in ("", "portal app", 'x"; DROP TABLE event; --', "9lives", "a" * 64):
        with pytest.raises(ValueError, match="not a name of a role"):
            rights_ddl(name)
