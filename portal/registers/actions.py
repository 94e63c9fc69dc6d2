"""What is done to the registers: record, correct, void; each act is one event of the trail."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from portal import ledger, trail
from portal.accounts import Actor
from portal.accounts.queries import is_licensed
from portal.errors import NotThere, Refused
from portal.period import Period
from portal.policy.queries import policy_on
from portal.registers import matching, progress
from portal.registers.codes import CorrectionReason
from portal.registers.entry import line_digest, seal
from portal.registers.inputs import Input, Problem
from portal.registers.matching import Batch, Row
from portal.registers.refusals import (
    ChangedMeanwhile,
    EntryVoid,
    NotAReason,
    OthersAreDuplicates,
    Unchanged,
)
from portal.registers.register import Register
from portal.registers.takedowns import Takedown

VOIDING = frozenset({CorrectionReason.WRONGLY_RECORDED, CorrectionReason.DUPLICATE_FOUND})


@dataclass(frozen=True)
class Admission:
    """What became of a batch. ``keys`` has the entry of every row, in the order of the rows;
    ``same`` those that had been recorded before. ``seq`` is None where nothing was new. A warning
    is (index of the row, problem).
    """

    seq: int | None
    keys: tuple[int, ...]
    same: frozenset[int]
    warnings: tuple[tuple[int, Problem], ...]


def admit(
    session: Session,
    isp_id: int,
    register: Register,
    rows: Sequence[Input],
    *,
    by: Actor,
    at: datetime,
) -> Admission:
    """Record new entries, one or a hundred thousand, all or none, as one act.

    A row with an own reference that was recorded before with the same content is left as it is
    (design §2.7: sending again is harmless). Raises Refused with every problem of every row, each
    with its row number from 1: licence-closed, already-recorded, issue-already-recorded, ...
    """
    book = ledger.take(session, isp_id)
    staged: list[Row] = [row.columns() for row in rows]
    whole = Batch(session, isp_id, register, staged)
    _refuse_unlicensed(whole, at)
    alike = matching.recorded_alike(whole)
    same = frozenset(alike.values())
    new = [index for index in range(len(staged)) if index not in alike]
    fresh = Batch(session, isp_id, register, [staged[index] for index in new])
    for offset, row in enumerate(fresh.rows):
        row["key"] = book.next_key + offset
    matching.match(fresh)
    _refuse(whole.refused + [(new[index], problem) for index, problem in fresh.refused])
    alike |= dict(zip(new, ledger.keys(book, len(new)), strict=True))
    seq = _record(session, book, register, fresh.rows, by=by, at=at) if new else None
    return Admission(
        seq=seq,
        keys=tuple(alike[index] for index in range(len(staged))),
        same=same,
        warnings=tuple((new[index], problem) for index, problem in fresh.warned),
    )


def correct(
    session: Session,
    isp_id: int,
    register: Register,
    key: int,
    *,
    expects: int,
    value: Input,
    reason: CorrectionReason,
    by: Actor,
    at: datetime,
) -> int:
    """Write the next version of an entry and close the one before; returns its number.

    ``expects`` is the version the reader saw. Raises NotThere, ChangedMeanwhile, EntryVoid,
    Unchanged, and Refused where the new content meets another entry or its own events.
    """
    book = ledger.take(session, isp_id)
    former = _version_in_force(session, isp_id, register, key, expects)
    columns = value.columns()
    if all(former[name] == columns[name] for name in columns):
        raise Unchanged
    row = {**former, **columns}
    _match_correction(Batch(session, isp_id, register, [row], besides=key), former, at)
    return _next_version(session, book, register, row, reason=reason, by=by, at=at)


def void(
    session: Session,
    isp_id: int,
    register: Register,
    key: int,
    *,
    expects: int,
    reason: CorrectionReason,
    by: Actor,
    at: datetime,
) -> int:
    """Say that an entry should never have been recorded; all its versions stay readable."""
    if reason not in VOIDING:
        raise NotAReason("reason")
    book = ledger.take(session, isp_id)
    former = _version_in_force(session, isp_id, register, key, expects)
    if register.table is Takedown and _duplicates_of(session, isp_id, key):
        raise OthersAreDuplicates
    return _next_version(
        session, book, register, {**former, "void": True}, reason=reason, by=by, at=at
    )


def _refuse(refused: Sequence[tuple[int, Problem]]) -> None:
    if refused:
        in_order = sorted(refused, key=lambda found: found[0])
        raise Refused([(p.field, p.code, {**p.params, "row": index + 1}) for index, p in in_order])


def _refuse_unlicensed(batch: Batch, at: datetime) -> None:
    """Refuse rows of months without an active licence; staff rows need one then or now."""
    zone = policy_on(batch.session, at.date()).policy.time_zone
    register, asked = batch.register, {}
    now_licensed = register.of_staff and is_licensed(
        batch.session, batch.isp_id, Period.of(at, zone)
    )
    for index, row in enumerate(batch.rows):
        dated: date | datetime = row[register.dated_by]
        month = Period.of(dated, zone) if isinstance(dated, datetime) else Period.on(dated)
        if month not in asked:
            asked[month] = now_licensed or is_licensed(batch.session, batch.isp_id, month)
        if not asked[month]:
            batch.refuse(index, register.dated_by, "licence-closed", period=str(month))


def _record(
    session: Session,
    book: ledger.Ledger,
    register: Register,
    rows: Sequence[Row],
    *,
    by: Actor,
    at: datetime,
) -> int:
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
        row |= {
            "admitted_seq": seq,
            "closed_seq": None,
            "recorded_at": at,
            "recorded_by": by.person_id,
        }
    for some in matching.chunks(rows):
        session.execute(insert(register.table.__table__), list(some))
    return seq


def _seal_and_sign(session: Session, register: Register, row: Row) -> None:
    columns = register.table.__table__.columns
    for name in [name for name in row if name not in columns]:
        del row[name]
    seal(session, row, register.table.__sealed__)
    row["digest"] = line_digest(register.table, row)


def _version_in_force(
    session: Session, isp_id: int, register: Register, key: int, expects: int
) -> Mapping[str, Any]:
    table = register.table.__table__
    newest = session.execute(
        select(table).where(
            table.c.isp_id == isp_id, table.c.key == key, table.c.closed_seq.is_(None)
        )
    )
    former = newest.mappings().one_or_none()
    if former is None:
        raise NotThere("key")
    if former["version"] != expects:
        raise ChangedMeanwhile(version=former["version"])
    if former["void"]:
        raise EntryVoid
    return dict(former)


def _match_correction(batch: Batch, former: Mapping[str, Any], at: datetime) -> None:
    """Refuse a correction that meets another entry, or that the item's own events contradict."""
    [row] = batch.rows
    if row["own_ref"] != former["own_ref"]:
        matching.recorded_alike(batch)
    if batch.register.table is not Takedown:
        matching.match(batch)
    else:
        if any(row[name] != former[name] for name in ("source_type", "source_ref", "item_no")):
            row["duplicate_of"] = None
            matching.match(batch)
        objections = progress.problems_after(batch.session, batch.isp_id, row, at)
        batch.refused.extend((0, problem) for problem in objections)
    if batch.refused:
        raise Refused([(p.field, p.code, dict(p.params)) for _, p in batch.refused])


def _next_version(
    session: Session,
    book: ledger.Ledger,
    register: Register,
    row: Row,
    *,
    reason: CorrectionReason,
    by: Actor,
    at: datetime,
) -> int:
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
    session.execute(
        update(table)
        .where(
            table.c.isp_id == book.isp_id, table.c.key == row["key"], table.c.closed_seq.is_(None)
        )
        .values(closed_seq=seq)
    )
    row |= {"admitted_seq": seq, "closed_seq": None, "recorded_at": at, "recorded_by": by.person_id}
    session.execute(insert(table), [row])
    return int(row["version"])


def _duplicates_of(session: Session, isp_id: int, key: int) -> int:
    return (
        session.scalar(
            select(func.count()).where(
                Takedown.isp_id == isp_id,
                Takedown.duplicate_of == key,
                Takedown.closed_seq.is_(None),
                Takedown.void.is_(False),
            )
        )
        or 0
    )
