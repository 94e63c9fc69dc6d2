"""Staged rows become entries: numbered, written in one statement, told to the trail as one act."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import insert, literal, null, select
from sqlalchemy.orm import Session

from portal import ledger, trail
from portal.accounts import Actor
from portal.registers.bulk.matching import Met
from portal.registers.bulk.stage import AT_ONCE, Stage
from portal.registers.sides.applying import apply_waiting
from portal.registers.takedowns import Takedown


def admit_staged(
    session: Session, book: ledger.Ledger, stage: Stage, met: Met, *, by: Actor, at: datetime
) -> int | None:
    """Write every staged row as a new entry; the act's sequence number, None where there is none.

    Call under the ISP's lock, and only if nothing was admitted there since the rows were matched:
    ``book.next_key`` is the stage's first key.
    """
    if not stage.count:
        return None
    keys = ledger.keys(book, stage.count)
    lines = _numbered(stage, met)
    seq = trail.append(
        session,
        book,
        "entries.recorded",
        by=by,
        at=at,
        subject=stage.register.slug,
        count=len(keys),
        first=keys[0],
        last=keys[-1],
        lines=lines,
    )
    _write(stage, seq, by=by, at=at)
    if stage.register.table is Takedown:
        mine = Takedown.key.between(keys[0], keys[-1])
        apply_waiting(session, book, mine, by=by, at=at)
    return seq


def _numbered(stage: Stage, met: Met) -> str:
    """Give rows the keys that they have now that some are gone; the digest over all lines."""
    rows = stage.table
    if not (met.bad or met.same or met.changed or met.repeats or met.asked):
        return stage.lines.hexdigest()
    keys = array("q")
    for key, line in enumerate(_lines(stage), start=stage.first_key):
        keys.extend([0] * (line - len(keys)))
        keys.append(key)
    for staged in stage.rows():
        line, original = staged["line"], met.repeats.get(staged["line"])
        row = {**staged, **met.asked.get(line, {}), "key": keys[line]}
        if original is not None:
            row["duplicate_of"] = original if original > 0 else keys[-original]
        if staged["key"] != row["key"] or original is not None or line in met.asked:
            stage.remake(row)
    stage.settle_remade()
    whole = hashlib.sha256()
    query = select(rows.c.digest).order_by(rows.c.line)
    for digest in stage.session.scalars(query.execution_options(yield_per=AT_ONCE)):
        whole.update(digest)
    return whole.hexdigest()


def _lines(stage: Stage) -> Iterator[int]:
    query = select(stage.table.c.line).order_by(stage.table.c.line)
    yield from stage.session.scalars(query.execution_options(yield_per=AT_ONCE))


def _write(stage: Stage, seq: int, *, by: Actor, at: datetime) -> None:
    table: Any = stage.register.table.__table__
    shared: dict[str, Any] = {
        "isp_id": literal(stage.isp_id),
        "version": literal(1),
        "reason": null(),
        "void": literal(False),
        "admitted_seq": literal(seq),
        "closed_seq": null(),
        "recorded_at": literal(at, table.c.recorded_at.type),
        "recorded_by": literal(by.person_id),
    }
    names = [c.name for c in table.columns]
    said = [shared[name] if name in shared else stage.table.c[name] for name in names]
    query = select(*said).select_from(stage.table).order_by(stage.table.c.line)
    stage.session.execute(insert(table).from_select(names, query, include_defaults=False))
