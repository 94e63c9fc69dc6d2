"""How a large file is checked and recorded by a worker, and how old files go."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from flask_babel import force_locale
from sqlalchemy.orm import Session

from portal.accounts import Person
from portal.db import begin_write
from portal.intake import Choice
from portal.intake.uploads import (
    Upload,
    discard,
    job_of,
    note_check,
    note_job,
    something_is_over,
    sweep,
    upload_of,
)
from portal.intake.uploads.deciding import Decision, check, record
from portal.intake.uploads.refusals import AlreadyDecided
from portal.jobs import Job, JobKind, ask, ask_cancel
from portal.jobs.refusals import CancelAsked
from portal.registers.register import register_named
from portal.web.gate import me
from portal.web.report_words import mending_words
from portal.web.session import now, session
from portal.web.uploads_folder import store
from portal.web.working import Result, Work

_EVERY: Final = 1.0
"""Seconds between two words of how far it is."""


def ask_check(upload: Upload) -> Job:
    """Let a worker check a file."""
    return _ask(upload, None)


def ask_record(upload: Upload, decision: Decision) -> Job:
    """Let a worker record a file as it was decided."""
    return _ask(upload, decision)


def let_go(upload: Upload) -> None:
    """Record nothing of a file, and stop who checks or records it. Raises AlreadyDecided."""
    # The upload before its job, as whoever records it takes them.
    discard(session(), upload, at=now())
    job = job_of(session(), upload)
    if job is not None and not job.has_ended:
        ask_cancel(session(), job.id, organisation_id=me().organisation_id, at=now())


def _ask(upload: Upload, decision: Decision | None) -> Job:
    said: dict[str, str | int | None] = {"slug": upload.register, "name": upload.name}
    if decision is not None:
        said |= {"choice": str(decision.choice), "confirmed": int(decision.confirmed)}
    subject = f"{upload.register} {upload.name[:8]}"
    job = ask(
        session(), JobKind.IMPORT, subject, by=me(), at=now(), isp_id=upload.isp_id, **said
    )  # fmt: skip
    note_job(session(), upload, job.id)
    return job


def import_file(work: Work) -> Result:
    """Check a file, or record it if that was asked; what was recorded ends with the job."""
    with force_locale(work.session.get_one(Person, work.by.person_id).language):
        try:
            return _recorded(work) if "choice" in work.params else _checked(work)
        except AlreadyDecided:
            # Its sender threw it away meanwhile.
            raise CancelAsked from None


def _checked(work: Work) -> Result:
    upload, register = _upload(work), register_named(str(work.params["slug"]))
    say, size = _now_and_then(work.tell), upload.size
    # The file is read by then; the workbook to mend may take as long again.
    words = replace(mending_words(register), stops=lambda _row: say(size, size))
    report = check(
        work.session, store(), upload, register, words, told=say, by=work.by, at=now()
    )  # fmt: skip
    work.writes()
    note_check(work.session, _upload(work), report, at=now())
    return {"rows": report.rows, "bad": report.bad, "recorded": 0}


def _recorded(work: Work) -> Result:
    work.writes()
    upload, register = _upload(work), register_named(str(work.params["slug"]))
    report = record(
        work.session, store(), upload, register, _decision(work),
        told=_now_and_then(work.tell), by=work.by, at=now(),
    )  # fmt: skip
    if report.is_taken_in:
        return {"rows": report.rows, "bad": report.bad, "recorded": report.recorded}
    # Something changed since it was checked: nothing is recorded, and the new report says why.
    work.session.rollback()
    return _checked(work)


def _upload(work: Work) -> Upload:
    register = register_named(str(work.params["slug"]))
    return upload_of(work.session, int(work.isp_id or 0), register, str(work.params["name"]))


def _decision(work: Work) -> Decision:
    return Decision(Choice(work.params["choice"]), bool(work.params["confirmed"]))


def _now_and_then(tell: Callable[[int, int], None]) -> Callable[[int, int], None]:
    """Say how far it is at most once a second; whoever says so hears of being stopped."""
    last = [0.0]

    def say(done: int, total: int) -> None:
        if time.monotonic() - last[0] >= _EVERY:
            last[0] = time.monotonic()
            tell(done, total)

    return say


def sweep_files(db: Session) -> None:
    """Let go of the files of uploads that are over, if there are any. Commits."""
    over = something_is_over(db, now())
    db.commit()
    if over:
        begin_write(db)
        sweep(db, store(), at=now())
        db.commit()
