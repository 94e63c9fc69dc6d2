"""A table is taken in: its rows checked, matched and recorded as one act, or told what is wrong."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import ledger
from portal.accounts import Actor
from portal.accounts.desks import must_write
from portal.entries.codes import CorrectionReason
from portal.errors import Refusal
from portal.intake.columns import Columns, of_template, propose
from portal.intake.files import Empty, Table
from portal.intake.notes import Notes, Rows
from portal.intake.opening import open_table
from portal.intake.reports import Report, refused_file, report_of
from portal.intake.room import room
from portal.intake.staging import Hears, Source, Stopped, stage_rows
from portal.registers.bulk import Met, Stage, admit_staged, correct_staged, match, objections
from portal.registers.register import Register


class Choice(enum.StrEnum):
    """What becomes of the good rows of a file that has bad ones, too."""

    ALL_OR_NOTHING = "ALL_OR_NOTHING"
    GOOD_ROWS = "GOOD_ROWS"


@dataclass(frozen=True)
class Wish:
    """What whoever sends a file said beforehand: a dry run ends before the ledger is taken; odd
    rows are ``confirmed``; the ``reason`` is why rows differ from what stands under their number.
    """

    choice: Choice
    dry_run: bool
    confirmed: bool
    reason: CorrectionReason | None


@dataclass(frozen=True)
class Act:
    """Who takes in what, where and when."""

    session: Session
    isp_id: int
    register: Register
    by: Actor
    at: datetime


def take_in(
    session: Session,
    isp_id: int,
    register: Register,
    source: Table | BinaryIO,
    *,
    mapping: Columns | None = None,
    choice: Choice = Choice.ALL_OR_NOTHING,
    dry_run: bool = False,
    confirmed: bool = False,
    reason: CorrectionReason | None = None,
    told: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    by: Actor,
    at: datetime,
) -> Report:
    """Take in a file of up to 200 MiB and 1,000,000 rows, as one act (``Wish`` says how).

    Where the report says that it was not taken in, nothing was recorded, and the caller rolls back.
    ``told`` hears how many bytes of how many are done. Raises NotYourDesk, NoRoom, and others.
    """
    must_write(register.permission, by)
    act = Act(session, isp_id, register, by, at)
    wish = Wish(choice, dry_run, confirmed, reason)
    hears = Hears(told or (lambda _done, _size: None), should_stop or (lambda: False))
    try:
        table = source if isinstance(source, Table) else open_table(source)
        with room():
            return _headed(act, table, mapping, wish, hears)
    except Stopped:
        return Report(0, 0, 0, (), 0, (), is_taken_in=False, stopped=True)
    except Refusal as refusal:
        if not refusal.code.startswith("file-"):
            raise
        return refused_file(None, [refusal])


def _headed(act: Act, table: Table, mapping: Columns | None, wish: Wish, hears: Hears) -> Report:
    """Take in a table whose columns are known; say what is wrong with its head otherwise."""
    model, slug = act.register.input, act.register.slug
    columns = mapping or propose(table.headings, model)
    wrong = list(columns.problems(model))
    wrong[:0] = of_template(table.template, slug, fits=not wrong)
    if wrong:
        return refused_file(table.head_row, wrong)
    return _take_in(act, Source(table, columns), wish, hears)


def _take_in(act: Act, source: Source, wish: Wish, hears: Hears) -> Report:
    """Stage and match, then take the ledger. Where the ISP acted meanwhile it is done again, now
    under its lock: so the long part holds up nobody, and nothing is matched against the past. It is
    done again, too, where the ISP acted while rows were matched: they met one half of an act.
    """
    while True:
        book = act.session.execute(
            select(ledger.Ledger.seq, ledger.Ledger.next_key).where(
                ledger.Ledger.isp_id == act.isp_id
            )
        ).one()
        seen = book.seq
        notes = Notes()
        stage = Stage(act.session, act.isp_id, act.register, book.next_key)
        stage_rows(act, stage, source, notes, hears)
        before = ledger.sequence(act.session, act.isp_id)
        met = _matched(act, stage, notes, wish)
        if ledger.sequence(act.session, act.isp_id) != before:
            continue
        report = report_of(notes, source.marked(notes), **_outcome(notes, wish))
        if wish.dry_run or not report.is_taken_in:
            stage.away()
            return report
        taken = ledger.take(act.session, act.isp_id)
        if taken.seq == seen:
            _record(act, taken, stage, met, wish)
            stage.away()
            return report


def _matched(act: Act, stage: Stage, notes: Notes, wish: Wish) -> Met:
    met = match(stage, notes)
    notes.turn()
    for line in met.same:
        notes.mark(line, Rows.SAME)
    for one in met.changed:
        if wish.reason is None:
            entry = act.register.name(one.key)
            notes.note(one.line, "own_ref", "already-recorded", {"entry": entry})
            notes.mark(one.line, Rows.CHANGED)
            continue
        found = list(objections(act.session, act.isp_id, act.register, one, act.at))
        for field, code, params in found:
            notes.note(one.line, field, code, params)
        if not found:
            notes.mark(one.line, Rows.CHANGED)
    return met


def _outcome(notes: Notes, wish: Wish) -> dict[str, bool]:
    """Whether a file is taken in, and what it waits for if not."""
    if not notes.how_many(Rows.NEW | Rows.BAD):
        raise Empty
    odd = notes.how_many(Rows.WARNED, but=Rows.BAD)
    wrong = notes.count()
    good = notes.how_many(Rows.NEW | Rows.SAME | Rows.CHANGED, but=Rows.BAD)
    stands = not wrong or (wish.choice is Choice.GOOD_ROWS and good > 0)
    return {
        "needs_confirmation": bool(odd) and not wish.confirmed,
        "needs_reason": wish.reason is None and notes.how_many(Rows.CHANGED) > 0,
        "is_taken_in": stands and (wish.confirmed or not odd),
        "dry_run": wish.dry_run,
    }


def _record(act: Act, book: ledger.Ledger, stage: Stage, met: Met, wish: Wish) -> None:
    admit_staged(act.session, book, stage, met, by=act.by, at=act.at)
    if wish.reason is not None:
        good = [one for one in met.changed if one.line not in met.bad]
        correct_staged(
            act.session, book, act.register, good, reason=wish.reason, by=act.by, at=act.at
        )
