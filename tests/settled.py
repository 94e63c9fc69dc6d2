"""A world that many tests begin with is made by the portal's own functions once, then written back.

What is written back is row by row what those functions wrote the first time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Table, insert, select, text
from sqlalchemy.orm import Session

from portal.db import Base

_WORLDS: dict[tuple[str, str], list[tuple[Table, list[dict[str, Any]]]]] = {}
_NUMBERS_GO_ON = "SELECT setval(pg_get_serial_sequence('{0}', 'id'), (SELECT max(id) FROM {0}))"


def settle(session: Session, name: str, make: Callable[[], object]) -> None:
    """Fill an empty database: by ``make`` the first time on an engine, as it did later on."""
    engine = session.get_bind().dialect.name
    world = _WORLDS.get((engine, name))
    if world is None:
        make()
        session.flush()
        _WORLDS[engine, name] = _all_rows(session)
        return
    for table, rows in world:
        session.execute(insert(table), rows)
        if engine == "postgresql" and _counts_itself(table):
            session.execute(text(_NUMBERS_GO_ON.format(table.name)))


def _all_rows(session: Session) -> list[tuple[Table, list[dict[str, Any]]]]:
    found = ((table, session.execute(select(table)).mappings()) for table in _tables())
    return [(table, rows) for table, rows in ((t, [dict(r) for r in m]) for t, m in found) if rows]


def _tables() -> list[Table]:
    return Base.metadata.sorted_tables


def _counts_itself(table: Table) -> bool:
    return table.autoincrement_column is not None and table.autoincrement_column.name == "id"
