"""Duplicates among staged takedown items: as ``portal.registers.duplicates`` says, of all at once.

The earliest receipt governs: an open item of the register is the original of what came after it,
and of the rows of one file the one received first is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, select, tuple_

from portal.entries.inputs import Problem
from portal.registers.bulk.stage import Stage
from portal.registers.folds import is_open
from portal.registers.takedowns import Takedown

if TYPE_CHECKING:
    from portal.registers.bulk.matching import Hearing, Met


def mark(stage: Stage, met: Met, hearing: Hearing) -> None:
    """Note the original of each row that repeats one; refuse what came before its original."""
    name = stage.register.name
    for line, key, is_earlier in _of_open_items(stage):
        if line in met.repeats or line in met.bad:
            continue
        if is_earlier:
            met.bad.add(line)
            problem = Problem("received_at", "duplicate-came-earlier", {"entry": name(key)})
            hearing.refuse(line, problem)
        else:
            met.repeats[line] = key
            hearing.warn(line, Problem("source_ref", "duplicate", {"entry": name(key)}))
    hearing.turn()
    for line, original in _of_rows(stage):
        if line not in met.repeats and line not in met.bad:
            met.repeats[line] = -original
            hearing.warn(line, Problem("source_ref", "duplicate-of-row", {"row": original}))


def _of_open_items(stage: Stage) -> Any:
    """Row, an open item it repeats (the earliest first), whether the row came before it."""
    rows = stage.table
    query = (
        select(rows.c.line, Takedown.key, rows.c.received_at < Takedown.received_at)
        .join_from(
            rows,
            Takedown,
            and_(
                Takedown.source_ref == rows.c.source_ref,
                Takedown.source_type == rows.c.source_type,
                Takedown.item_no == rows.c.item_no,
            ),
        )
        .where(
            Takedown.isp_id == stage.isp_id,
            Takedown.closed_seq.is_(None),
            Takedown.void.is_(False),
            Takedown.duplicate_of.is_(None),
            is_open(),
        )
        .order_by(rows.c.line, Takedown.received_at, Takedown.key)
    )
    return stage.session.execute(query)


def _of_rows(stage: Stage) -> Any:
    """Row, and the row of the same file that came first of those of the same item."""
    rows = stage.table
    place = (rows.c.source_type, rows.c.source_ref, rows.c.item_no)
    first = func.first_value(rows.c.line).over(
        partition_by=place, order_by=(rows.c.received_at, rows.c.line)
    )
    # Most items are named once: those that are not are few, and found without sorting all rows.
    twice = select(*place).where(rows.c.source_ref.is_not(None))
    twice = twice.group_by(*place).having(func.count() > 1)
    found = select(rows.c.line, first.label("original")).where(tuple_(*place).in_(twice)).subquery()
    query = select(found).where(found.c.line != found.c.original).order_by(found.c.line)
    return stage.session.execute(query)
