"""How an upload is checked: at once while its sender waits, or as a job."""

from __future__ import annotations

from portal.intake import Columns, open_table
from portal.intake.uploads import Upload, note_check
from portal.intake.uploads.actions import fields_of
from portal.intake.uploads.deciding import check, is_small
from portal.intake.uploads.refusals import FileRefused
from portal.registers.register import Register
from portal.web.gate import me
from portal.web.importing import ask_check
from portal.web.report_words import mending_words
from portal.web.session import now, session
from portal.web.uploads_folder import store


def check_or_ask(upload: Upload, register: Register) -> None:
    """Check an upload whose columns are known, now or by a worker. Raises FileRefused."""
    columns = Columns(tuple(fields_of(upload)))
    if any(columns.problems(register.input)):
        return
    if is_small_upload(upload):
        check_now(upload, register)
    else:
        ask_check(upload)


def check_now(upload: Upload, register: Register) -> None:
    """Check an upload and keep what was found. Raises FileRefused."""
    report = check(session(), store(), upload, register, mending_words(register), by=me(), at=now())
    whole = [p for p in report.problems if p.row is None and p.code.startswith("file-")]
    if whole:
        raise FileRefused([(None, p.code, dict(p.params)) for p in whole])
    note_check(session(), upload, report, at=now())


def is_small_upload(upload: Upload) -> bool:
    """Whether its sender can wait for it."""
    with store().opened(upload.name) as file:
        return is_small(open_table(file))
