"""How an upload is checked: at once while its sender waits, or as a job."""

from __future__ import annotations

from portal.intake import Columns, open_table, propose
from portal.intake.uploads import Spool, Upload, begin, map_columns, note_check
from portal.intake.uploads.actions import fields_of
from portal.intake.uploads.deciding import check, is_small
from portal.intake.uploads.refusals import FileRefused
from portal.registers.register import Register
from portal.web.gate import me, my_isp
from portal.web.importing import ask_check
from portal.web.report_words import mending_words
from portal.web.session import now, session
from portal.web.uploads_folder import store


def begun(register: Register, spool: Spool) -> Upload:
    """The upload of a settled file that can be a table, its columns proposed; raises ``file-``
    refusals.
    """
    with store().opened(spool.path.name) as file:
        columns = propose(open_table(file).headings, register.input)
    upload = begin(session(), my_isp().id, register, spool, by=me(), at=now())
    map_columns(session(), upload, columns.fields)
    return upload


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
