"""What is done to the registers: record, correct, void; each act is one event of the trail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal import ledger
from portal.accounts import Actor
from portal.accounts.desks import must_write
from portal.entries.codes import CorrectionReason
from portal.entries.entry import is_withheld
from portal.entries.inputs import Input, Problem
from portal.entries.refusals import Unchanged
from portal.errors import Refused
from portal.registers import duplicates, matching, progress, questions
from portal.registers.case import events_of, has_gone
from portal.registers.licences import Licences
from portal.registers.lists.refusals import InheritedEntry
from portal.registers.matching import Batch, Row
from portal.registers.refusals import NotAReason, OthersAreDuplicates
from portal.registers.register import Register
from portal.registers.takedowns import Takedown, TakedownEvent
from portal.registers.writing import next_version, record, version_in_force

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
    besides: frozenset[int] = frozenset(),
    by: Actor,
    at: datetime,
) -> Admission:
    """Record new entries, one or a hundred thousand, all or none, as one act.

    A row with an own reference that was recorded before with the same content is left as it is
    (design §2.7: sending again is harmless). Raises Refused with every problem of every row, each
    with its row number from 1: licence-closed, already-recorded, ...; and NotYourDesk.
    ``besides`` are entries that the new ones do not repeat, whatever their references say.
    """
    must_write(register.permission, by)
    book = ledger.take(session, isp_id)
    staged: list[Row] = [row.columns() for row in rows]
    whole = Batch(session, isp_id, register, staged, besides)
    _refuse_unlicensed(whole, at)
    alike = matching.recorded_alike(whole)
    same = frozenset(alike.values())
    new = [index for index in range(len(staged)) if index not in alike]
    fresh = Batch(session, isp_id, register, [staged[index] for index in new], besides)
    for offset, row in enumerate(fresh.rows):
        row["key"] = book.next_key + offset
    questions.match(fresh)
    _refuse(whole.refused + [(new[index], problem) for index, problem in fresh.refused])
    alike |= dict(zip(new, ledger.keys(book, len(new)), strict=True))
    seq = record(session, book, register, fresh.rows, by=by, at=at) if new else None
    keys = tuple(alike[index] for index in range(len(staged)))
    warnings = tuple((new[index], problem) for index, problem in fresh.warned)
    return Admission(seq, keys, same, warnings)


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

    ``expects`` is the version the reader saw. Raises NotYourDesk, NotThere, ChangedMeanwhile,
    EntryVoid, Unchanged, and Refused where the new content meets another entry or its own events.
    """
    must_write(register.permission, by)
    book = ledger.take(session, isp_id)
    former = version_in_force(session, isp_id, register, key, expects)
    events = _events(session, isp_id, register, key)
    row = corrected(session, register, former, events, value.columns(), at=at)
    return next_version(session, book, register, row, reason=reason, by=by, at=at)


def corrected(
    session: Session,
    register: Register,
    former: Mapping[str, Any],
    events: Sequence[TakedownEvent],
    columns: Row,
    *,
    at: datetime,
) -> Row:
    """The row of an entry as a correction would leave it: ``former`` is the version that stands,
    ``events`` are those of the item that stand. Raises as ``correct`` does.
    """
    _refuse_if_gone(events)
    columns = _as_withheld(former, columns)
    if all(former[name] == columns[name] for name in columns):
        raise Unchanged
    row = {**former, **columns}
    besides = frozenset({former["key"]})
    batch = Batch(session, former["isp_id"], register, [row], besides)
    _match_correction(batch, former, events, at)
    return row


def _as_withheld(former: Mapping[str, Any], columns: Row) -> Row:
    """Let what was withheld stand as that where a correction says nothing instead."""
    stays = {
        name: former[name]
        for name, value in columns.items()
        if value is None and is_withheld(former[name])
    }
    return {**columns, **stays}


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
    must_write(register.permission, by)
    if reason not in VOIDING:
        raise NotAReason("reason")
    book = ledger.take(session, isp_id)
    former = version_in_force(session, isp_id, register, key, expects)
    _refuse_if_gone(_events(session, isp_id, register, key))
    if register.table is Takedown:
        _refuse_if_repeated(Batch(session, isp_id, register, [dict(former)]))
    if former.get("enforced_by") is not None:
        raise InheritedEntry
    return next_version(
        session, book, register, {**former, "void": True}, reason=reason, by=by, at=at
    )


def _refuse(refused: Sequence[tuple[int, Problem]]) -> None:
    if refused:
        in_order = sorted(refused, key=lambda found: found[0])
        raise Refused([(p.field, p.code, {**p.params, "row": index + 1}) for index, p in in_order])


def _refuse_unlicensed(batch: Batch, at: datetime) -> None:
    """Refuse rows of months without an active licence, and what is a successor's to record."""
    licences = Licences(batch.session, batch.isp_id, batch.register, at)
    for index, row in enumerate(batch.rows):
        problem = licences.problem(row[batch.register.dated_by])
        if problem is not None:
            batch.refused.append((index, problem))


def _match_correction(
    batch: Batch, former: Mapping[str, Any], events: Sequence[TakedownEvent], at: datetime
) -> None:
    """Refuse a correction that meets another entry, or that the item's own events contradict."""
    [row] = batch.rows
    if row["own_ref"] != former["own_ref"]:
        matching.recorded_alike(batch)
    if batch.register.table is not Takedown:
        questions.match(batch)
    else:
        moved = duplicates.is_elsewhere(row, former)
        if moved:
            _refuse_if_repeated(batch)
            row["duplicate_of"] = None
            questions.match(batch)
        if moved or row["received_at"] != former["received_at"]:
            duplicates.keep_order(batch)
        if row["carried_at"] is not None and row["received_at"] > row["carried_at"]:
            batch.refuse(0, "received_at", "received-after-it-was-carried", at=row["carried_at"])
        objections = progress.problems_after(batch.session, row, events, at)
        batch.refused.extend((0, problem) for problem in objections)
    if batch.refused:
        raise Refused([(p.field, p.code, dict(p.params)) for _, p in batch.refused])


def _events(session: Session, isp_id: int, register: Register, key: int) -> Sequence[TakedownEvent]:
    """The events of an item that stand; entries of other registers have none."""
    return events_of(session, isp_id, key) if register.table is Takedown else ()


def _refuse_if_gone(events: Sequence[TakedownEvent]) -> None:
    """What went to a successor is corrected there: here it stays as it was handed over."""
    if has_gone(events):
        raise Refused([(None, "transferred-away", {})])


def _refuse_if_repeated(batch: Batch) -> None:
    [row] = batch.rows
    if duplicates.earliest_duplicate(batch, row["key"]):
        raise OthersAreDuplicates
