"""An upload is checked, and recorded: the same call on the same file, without and with an end."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

from sqlalchemy.orm import Session

from portal import ledger
from portal.accounts import Actor
from portal.entries.codes import CorrectionReason
from portal.errors import Refusal
from portal.intake.books.mending import MendingWords, write_mending
from portal.intake.columns import Columns
from portal.intake.files import Table
from portal.intake.opening import open_table
from portal.intake.reports import Report
from portal.intake.staging import Source
from portal.intake.taking import Choice, take_in
from portal.intake.uploads.actions import fields_of, note_recorded
from portal.intake.uploads.model import Upload
from portal.intake.uploads.store import Store
from portal.registers.register import Register

SMALL_ROWS: Final = 2000
"""So many rows are checked and recorded while the reader waits; more are a job."""
SMALL_BYTES: Final = 1024 * 1024

Told = Callable[[int, int], None]
"""Hears how many bytes of how many were read; to stop the reading it raises."""


@dataclass(frozen=True)
class Decision:
    """What somebody said about an upload: the good rows alone, the odd ones read."""

    choice: Choice = Choice.ALL_OR_NOTHING
    confirmed: bool = False


def is_small(table: Table) -> bool:
    """Whether a reader can wait for a file."""
    if table.size > SMALL_BYTES:
        return False
    try:
        return sum(1 for _ in islice(table.rows(), SMALL_ROWS + 1)) <= SMALL_ROWS
    except Refusal:
        # The check says so.
        return True


def was_small(upload: Upload) -> bool:
    """The same of one that was checked, by what the check counted."""
    return upload.size <= SMALL_BYTES and upload.rows is not None and upload.rows <= SMALL_ROWS


def check(
    session: Session,
    store: Store,
    upload: Upload,
    register: Register,
    words: MendingWords,
    *,
    told: Told | None = None,
    by: Actor,
    at: datetime,
) -> Report:
    """Say what recording the file would do; where rows are bad, the workbook to mend them in lies
    beside it. Nothing is written into the database.
    """
    columns = Columns(tuple(fields_of(upload)))
    store.mending(upload.name).unlink(missing_ok=True)
    with store.opened(upload.name) as file, store.opened(upload.name) as again:
        report = take_in(
            session, upload.isp_id, register, open_table(file), mapping=columns, dry_run=True,
            reason=reason_of(upload), told=told, by=by, at=at,
        )  # fmt: skip
        if report.problem_count and report.rows:
            rows = Source(open_table(again), columns).rows(register.input)
            # Where the disk has no room for it, the report stands without.
            with suppress(OSError):
                write_mending(store.mending(upload.name), columns.fields, rows, report, words)
    return report


def record(
    session: Session,
    store: Store,
    upload: Upload,
    register: Register,
    decision: Decision,
    *,
    told: Told | None = None,
    by: Actor,
    at: datetime,
) -> Report:
    """Record the file as it was decided. Where the report says that it was not taken in, nothing
    was recorded and the caller rolls back. Raises AlreadyDecided.
    """
    columns = Columns(tuple(fields_of(upload)))
    with store.opened(upload.name) as file:
        report = take_in(
            session, upload.isp_id, register, open_table(file), mapping=columns,
            choice=decision.choice, confirmed=decision.confirmed, reason=reason_of(upload),
            told=told, by=by, at=at,
        )  # fmt: skip
    if report.is_taken_in:
        # Ours since the entries were numbered, or taken now: either way nobody is between.
        after = ledger.take(session, upload.isp_id).next_key
        note_recorded(session, upload, report, (after - report.new, after - 1), at=at)
    return report


def reason_of(upload: Upload) -> CorrectionReason | None:
    """Why its rows differ from what was recorded before, where somebody said so."""
    return CorrectionReason(upload.reason) if upload.reason else None
