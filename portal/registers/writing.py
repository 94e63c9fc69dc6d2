"""How versions of entries are written: sealed, digested, one event of the trail an act."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from portal import ledger, trail
from portal.accounts import Actor
from portal.entries.codes import CorrectionReason
from portal.entries.entry import close, line_digest, seal
from portal.entries.refusals import ChangedMeanwhile
from portal.errors import NotThere
from portal.registers.matching import Row
from portal.registers.refusals import EntryVoid
from portal.registers.register import Register
from portal.registers.sides.applying import apply_waiting
from portal.registers.takedowns import Takedown
from portal.rows import insert_rows


def record(
    session: Session,
    book: ledger.Ledger,
    register: Register,
    rows: Sequence[Row],
    *,
    by: Actor,
    at: datetime,
) -> int:
    """Write new entries, whose rows have their keys; returns the act's sequence number."""
    for row in rows:
        row |= {"isp_id": book.isp_id, "version": 1, "reason": None, "void": False}
        row.setdefault("duplicate_of", None)
        _seal_and_sign(session, register, row)
    whole = hashlib.sha256(b"".join(row["digest"] for row in rows))
    seq = trail.append(
        session,
        book,
        "entries.recorded",
        by=by,
        at=at,
        subject=register.slug,
        count=len(rows),
        first=rows[0]["key"],
        last=rows[-1]["key"],
        lines=whole.hexdigest(),
    )
    for row in rows:
        _admit(row, seq, by=by, at=at)
    insert_rows(session, register.table.__table__, rows)
    if register.table is Takedown:
        mine = Takedown.key.between(rows[0]["key"], rows[-1]["key"])
        apply_waiting(session, book, mine, by=by, at=at)
    return seq


def _admit(row: Row, seq: int, *, by: Actor, at: datetime) -> None:
    row |= {"admitted_seq": seq, "closed_seq": None}
    row |= {"recorded_at": at, "recorded_by": by.person_id}


def _seal_and_sign(session: Session, register: Register, row: Row) -> None:
    columns = register.table.__table__.columns
    for name in [name for name in row if name not in columns]:
        del row[name]
    seal(session, row, register.table.__sealed__)
    row["digest"] = line_digest(register.table, row)


def next_version(
    session: Session,
    book: ledger.Ledger,
    register: Register,
    row: Row,
    *,
    reason: CorrectionReason,
    by: Actor,
    at: datetime,
) -> int:
    """Write a row as the entry's next version and close the one before; returns its number."""
    table = register.table.__table__
    row |= {"version": row["version"] + 1, "reason": reason}
    _seal_and_sign(session, register, row)
    seq = trail.append(
        session,
        book,
        "entry.voided" if row["void"] else "entry.corrected",
        by=by,
        at=at,
        subject=register.name(row["key"]),
        version=row["version"],
        reason=str(reason),
        line=row["digest"].hex(),
    )
    close(session, register.table, seq, isp_id=book.isp_id, key=row["key"])
    _admit(row, seq, by=by, at=at)
    session.execute(insert(table), [row])
    if register.table is Takedown:
        apply_waiting(session, book, Takedown.key == row["key"], by=by, at=at)
    return int(row["version"])


def version_in_force(
    session: Session, isp_id: int, register: Register, key: int, expects: int
) -> Mapping[str, Any]:
    """The version that stands; raises NotThere, ChangedMeanwhile and EntryVoid."""
    table = register.table.__table__
    newest = session.execute(
        select(table).where(
            table.c.isp_id == isp_id, table.c.key == key, table.c.closed_seq.is_(None)
        )
    )
    return as_expected(newest.mappings().one_or_none(), expects)


def as_expected(former: Any, expects: int) -> Mapping[str, Any]:
    """The version that stands, if it is the one that was seen; raises as ``version_in_force``."""
    if former is None:
        raise NotThere("key")
    if former["version"] != expects:
        raise ChangedMeanwhile(version=former["version"])
    if former["void"]:
        raise EntryVoid
    return dict(former)
