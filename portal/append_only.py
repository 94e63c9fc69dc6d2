"""Tables that only grow, and the triggers that hold them to it on each engine."""

from __future__ import annotations

from sqlalchemy import Table

from portal.db import Base


def append_only_ddl(table: Table, growing: tuple[str, ...], dialect: str) -> list[str]:
    """The statements that let a table only grow: no delete, and of its columns only ``growing``
    may be filled, once.
    """
    return (_sqlite_triggers if dialect == "sqlite" else _postgresql_triggers)(table, growing)


def _sqlite_triggers(table: Table, growing: tuple[str, ...]) -> list[str]:
    name, stop = table.name, f"SELECT RAISE(ABORT, '{table.name} is append-only');"
    fixed = ", ".join(f'"{c.name}"' for c in table.columns if c.name not in growing)
    ddl = [
        f"CREATE TRIGGER {name}_no_delete BEFORE DELETE ON {name} BEGIN {stop} END",
        f"CREATE TRIGGER {name}_no_update BEFORE UPDATE OF {fixed} ON {name} BEGIN {stop} END",
    ]
    once = (
        f"CREATE TRIGGER {name}_{column}_once BEFORE UPDATE OF {column} ON {name} "
        f"WHEN OLD.{column} IS NOT NULL BEGIN {stop} END"
        for column in growing
    )
    return [*ddl, *once]


def _postgresql_triggers(table: Table, growing: tuple[str, ...]) -> list[str]:
    name = table.name
    kept = [
        f"NEW.{c.name} IS DISTINCT FROM OLD.{c.name}"
        for c in table.columns
        if c.name not in growing
    ]
    once = [f"(OLD.{c} IS NOT NULL AND NEW.{c} IS DISTINCT FROM OLD.{c})" for c in growing]
    function = (
        f"CREATE FUNCTION {name}_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP <> 'UPDATE' THEN RAISE EXCEPTION '{name} is append-only'; END IF; "
        f"IF {' OR '.join(kept + once)} THEN RAISE EXCEPTION '{name} is append-only'; END IF; "
        f"RETURN NEW; END $$"
    )
    rows = (
        f"CREATE TRIGGER {name}_append_only BEFORE UPDATE OR DELETE ON {name} "
        f"FOR EACH ROW EXECUTE FUNCTION {name}_append_only()"
    )
    whole = (
        f"CREATE TRIGGER {name}_no_truncate BEFORE TRUNCATE ON {name} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {name}_append_only()"
    )
    return [function, rows, whole]


def all_append_only_ddl(dialect: str) -> list[str]:
    """The append-only statements of every table that declares ``__growing__``."""
    ddl: list[str] = []
    for table, growing in growing_tables():
        if growing is not None:
            ddl += append_only_ddl(table, growing, dialect)
    return ddl


def growing_tables() -> list[tuple[Table, tuple[str, ...] | None]]:
    """Every table by name, with the columns that may grow; None where all may change."""
    found = [
        (mapper.local_table, mapper.class_.__growing__)
        for mapper in Base.registry.mappers
        if isinstance(mapper.local_table, Table)
    ]
    return sorted(found, key=lambda pair: pair[0].name)
