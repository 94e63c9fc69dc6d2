"""The migrations lead, up and down, to exactly what the models say, on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from flask import Flask
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DatabaseError

from portal.certificates.actions import issue
from portal.certificates.model import RevocationReason
from portal.db import Base, begin_write, open_engine, sessions
from portal.web import migrations
from tests.engines import PostgreSQL, SQLite
from tests.reviews.build import ISSUED_AT, OCTOBER, an_office

# What a schema is made of, as PostgreSQL's catalogue spells it; a line that differs names itself.
CATALOGUE = r"""
SELECT 'column ' || table_name || '.' || column_name || ' ' || data_type || ' '
    || coalesce(character_maximum_length::text, '') || ' ' || is_nullable || ' '
    || coalesce(column_default, '')
  FROM information_schema.columns WHERE table_schema = current_schema
UNION ALL SELECT 'constraint ' || conrelid::regclass || ' ' || conname || ' '
    || pg_get_constraintdef(oid)
  FROM pg_constraint WHERE connamespace = current_schema::regnamespace AND contype <> 'n'
UNION ALL SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = current_schema
UNION ALL SELECT 'trigger ' || pg_get_triggerdef(t.oid) FROM pg_trigger t
  JOIN pg_class c ON c.oid = tgrelid
  WHERE NOT tgisinternal AND c.relnamespace = current_schema::regnamespace
UNION ALL SELECT 'function ' || proname || ' ' || prosrc FROM pg_proc
  WHERE pronamespace = current_schema::regnamespace
UNION ALL SELECT 'policy ' || tablename || '.' || policyname || ' ' || cmd || ' ' || roles::text
    || ' ' || coalesce(qual, '') || ' / ' || coalesce(with_check, '')
  FROM pg_policies WHERE schemaname = current_schema
UNION ALL SELECT 'row security ' || relname FROM pg_class
  WHERE relnamespace = current_schema::regnamespace AND relrowsecurity
UNION ALL SELECT 'right ' || grantee || ' ' || table_name || '.' || column_name || ' '
    || privilege_type
  FROM information_schema.column_privileges
  WHERE table_schema = current_schema
    AND grantee LIKE 'portal\_%' AND grantee <> 'portal_app'
"""
TRIGGERS = "SELECT sql FROM sqlite_master WHERE type = 'trigger'"


@pytest.fixture
def empty(database: SQLite | PostgreSQL, tmp_path: Path) -> Iterator[Engine]:
    """A further database on the same engine, without a single table."""
    url = f"sqlite:///{tmp_path}/migrated.sqlite"
    if isinstance(database, PostgreSQL):
        database.add("migrated")
        url = database.url.replace("/postgres?", "/migrated?")
    engine = open_engine(url)
    yield engine
    engine.dispose()


def migrate(engine: Engine, *targets: str, down: bool = False) -> None:
    app = Flask("portal")
    migrations.init_app(app, engine)
    for target in targets:
        with app.app_context():
            step = "downgrade" if down or target == "base" else "upgrade"
            getattr(app.extensions["alembic"], step)(target)


def differences(engine: Engine) -> list[object]:
    """What Alembic would still change."""
    app = Flask("portal")
    migrations.init_app(app, engine)
    with app.app_context():
        return compare_metadata(app.extensions["alembic"].migration_context, Base.metadata)


def rules(engine: Engine) -> set[str]:
    """What Alembic does not compare: checks, triggers, functions (on PostgreSQL: everything)."""
    query = CATALOGUE if engine.dialect.name == "postgresql" else TRIGGERS
    with engine.connect() as connection:
        found = set(connection.execute(text(query)).scalars())
    return {" ".join(row.split()) for row in found if "alembic_version" not in row}


def test_migrations_make_what_the_models_say(empty: Engine, engine: Engine) -> None:
    migrate(empty, "heads")

    assert differences(empty) == []
    assert rules(empty) == rules(engine)


def test_migrations_go_down_and_up_again(empty: Engine) -> None:
    migrate(empty, "heads")
    there = rules(empty)

    migrate(empty, "base")
    assert set(inspect(empty).get_table_names()) <= {"alembic_version"}
    assert rules(empty) == set()

    migrate(empty, "heads")
    assert rules(empty) == there


def test_decisions_and_revocations_survive_the_change_of_their_tables(empty: Engine) -> None:
    migrate(empty, "heads")
    with sessions(empty)() as session:
        begin_write(session)
        office = an_office(session)
        office.decided(office.filed())
        issue(session, office.isp.id, OCTOBER, by=office.issuer, at=ISSUED_AT)
        office.revoked(1, RevocationReason.ISSUED_IN_ERROR)
        session.commit()
    there = decided_and_revoked(empty)
    assert [len(rows) for rows in there] == [1, 1]

    migrate(empty, "0004", down=True)
    migrate(empty, "heads")

    assert decided_and_revoked(empty) == there
    with empty.begin() as connection, pytest.raises(DatabaseError, match="append-only"):
        connection.execute(text("UPDATE decision SET outcome = 'REJECT_VOID'"))


def decided_and_revoked(engine: Engine) -> list[list[tuple[object, ...]]]:
    decisions = "SELECT isp_id, version, no, outcome, decided_at, seq, closed_seq FROM decision"
    revocations = "SELECT serial, reason, revoked_by, revoked_at, court_reference FROM revocation"
    with engine.connect() as connection:
        return [
            [tuple(row) for row in connection.execute(text(query))]
            for query in (decisions, revocations)
        ]


def test_an_isp_from_before_the_chains_of_reads_gets_one(empty: Engine) -> None:
    migrate(empty, "0004")
    with empty.begin() as connection:
        for isp_id in (0, 7):
            row = {"isp": isp_id, "head": bytes(32)}
            connection.execute(text("INSERT INTO ledger VALUES (:isp, 0, :head, 1)"), row)

    migrate(empty, "heads")

    with empty.connect() as connection:
        found = connection.execute(text("SELECT isp_id, seq, head FROM ledger ORDER BY isp_id"))
        assert [(isp, seq, bytes(head)) for isp, seq, head in found] == [
            (-7, 0, bytes(32)), (0, 0, bytes(32)), (7, 0, bytes(32)),
        ]  # fmt: skip
