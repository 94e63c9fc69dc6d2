"""Files of entries by the door of programs: sent whole, checked, and recorded once that is said.

They are the uploads of the pages (``portal.intake.uploads``): whoever may write the register sees a
program's file there, can mend it and decide on it, and the other way round.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from flask import g, request, url_for
from werkzeug.utils import send_file
from werkzeug.wrappers import Response

from portal.accounts import Permission
from portal.db import begin_write
from portal.errors import NotThere, Refusal, Refused
from portal.intake import LARGEST, Choice, Columns
from portal.intake.uploads import Spool, Stage, Upload, give_reason
from portal.intake.uploads.actions import fields_of
from portal.intake.uploads.deciding import Decision, record, was_small
from portal.intake.uploads.refusals import AlreadyDecided, NotCheckedYet
from portal.intake.uploads.telling import Told
from portal.intake.uploads.telling import told as report_told
from portal.registers.register import Register
from portal.web.api.answers import done, must_accept, once, told
from portal.web.api.checking import checked
from portal.web.api.door import bearer, bp, writable
from portal.web.api.file_shapes import FileOut, RecordingFile, file_told
from portal.web.api.problems import Fault, NotTaken, faults_of, pointing
from portal.web.api.reading import read_object
from portal.web.api.tree import described
from portal.web.checking import begun, check_now, check_or_ask, is_small_upload
from portal.web.entry_forms import reasons
from portal.web.gate import allow, me
from portal.web.importing import ask_record, let_go
from portal.web.limits import Limit, count_in, who
from portal.web.session import now, session
from portal.web.uploads import found, stage_now
from portal.web.uploads_folder import store
from portal.web.words import sentence
from portal.web.workbooks import XLSX

T = TypeVar("T")
TAKEN: Final = frozenset({"text/csv", XLSX})
_PART: Final = 64 * 1024


@bp.post("/registers/<slug:slug>/files")
@allow(Permission.ENTRY_WRITE, max_bytes=LARGEST)
@described("Files", out=FileOut, status=201)
def add_file(slug: str) -> Response:
    """Send a CSV file or a workbook of up to 1,000,000 rows; nothing is recorded yet. A large one
    is checked by a worker: ask where it stands.
    """
    register = writable(slug)
    spool = _taken_in()
    response = once(lambda: _begun(register, spool), spool.sha256)
    if _is_so(response):
        spool.keep()
    return response


@bp.get("/registers/<slug:slug>/files/<slug:name>")
@allow(Permission.ENTRY_WRITE)
@described("Files", out=FileOut)
def file(slug: str, name: str) -> Response:
    """Where a file stands: what recording it would do, rule by rule, or what was recorded."""
    register = writable(slug)
    return told(file_told(register, found(register, name)))


@bp.get("/registers/<slug:slug>/files/<slug:name>/mending.xlsx")
@allow(Permission.ENTRY_WRITE)
@described("Files")
def mending(slug: str, name: str) -> Response:
    """Your own rows back as a workbook, with what to mend in front of each."""
    must_accept(XLSX)
    upload = found(writable(slug), name)
    path = store().mending(upload.name)
    if stage_now(upload) is not Stage.REPORT or not path.exists():
        raise NotThere("file")
    # A bare answer goes out part by part; the framework's own would be held whole by the library
    # that describes the views.
    return send_file(
        path, request.environ, mimetype=XLSX, as_attachment=True, conditional=False, etag=False,
        download_name=f"{slug}-to-mend.xlsx", response_class=Response,
    )  # fmt: skip


@bp.post("/registers/<slug:slug>/files/<slug:name>/records")
@allow(Permission.ENTRY_WRITE)
@described("Files", json=RecordingFile, out=FileOut, status=201)
def record_file(slug: str, name: str) -> Response:
    """Record the file as one act: all of it, or the good rows. A large one is recorded by a worker:
    ask where it stands.
    """
    register = writable(slug)
    upload = found(register, name)
    try:
        response = once(lambda: _decided(register, upload))
    except NotTaken as refusal:
        if refusal.kind == "refused" and not bearer().key.sandbox:
            _check_again(register, name)
        raise
    if _is_so(response) and stage_now(found(register, name)) is Stage.RECORDED:
        store().remove(name)
    return response


@bp.post("/registers/<slug:slug>/files/<slug:name>/discardings")
@allow(Permission.ENTRY_WRITE)
@described("Files", out=FileOut, status=201)
def discard_file(slug: str, name: str) -> Response:
    """Throw a file away, and everything made of it."""
    register = writable(slug)
    upload = found(register, name)
    response = once(lambda: _discarded(register, upload))
    if _is_so(response):
        store().remove(name)
    return response


def _taken_in() -> Spool:
    """The body, on the disk. Nobody waits for a lock of ours while it comes in."""
    if request.mimetype not in TAKEN or request.content_encoding:
        raise NotTaken("not-a-file")
    session().rollback()
    count_in(Limit.UPLOAD, who(Limit.UPLOAD))
    g.spool = spool = store().spool()
    while part := request.stream.read(_PART):
        spool.write(part)
    _in_words(spool.settle)
    begin_write(session())
    return spool


def _begun(register: Register, spool: Spool) -> Response:
    """Let it wait, its columns known by their headings, and check it or have it checked."""
    upload = _in_words(lambda: _with_columns(register, spool))
    if bearer().key.sandbox and not is_small_upload(upload):
        # A worker would look for what was taken back.
        raise NotTaken("too-large")
    _in_words(lambda: check_or_ask(upload, register))
    return _done(register, upload)


def _with_columns(register: Register, spool: Spool) -> Upload:
    upload = begun(register, spool)
    columns = Columns(tuple(fields_of(upload)))
    wrong = [(p.field, p.code, dict(p.params)) for p in columns.problems(register.input)]
    if wrong:
        raise Refused(wrong)
    return upload


def _decided(register: Register, upload: Upload) -> Response:
    pointing(RecordingFile)
    said = checked(RecordingFile, read_object())
    if said.reason is not None and said.reason not in reasons(register):
        raise Refused([("reason", "not-a-reason-for-this", {})])
    stage = stage_now(upload)
    if stage in {Stage.WORKING, Stage.COLUMNS}:
        raise NotCheckedYet
    if stage is not Stage.REPORT:
        raise AlreadyDecided
    check = report_told(str(upload.report))
    _refuse_unsaid(check, said)
    if said.reason is not None:
        give_reason(session(), upload, said.reason)
    decision = Decision(said.choice, said.confirmed)
    if not was_small(upload):
        ask_record(upload, decision)
        return _done(register, upload)
    report = record(session(), store(), upload, register, decision, by=me(), at=now())
    if not report.is_taken_in:
        code = "file-not-recorded"
        raise NotTaken("refused", [Fault(code, sentence(code), "")])
    return _done(register, upload)


def _refuse_unsaid(check: Told, said: RecordingFile) -> None:
    """What must be said before, all at once."""
    wrong: list[tuple[str | None, str, dict[str, Any]]] = []
    takes_all = said.choice is Choice.ALL_OR_NOTHING
    if check.warned and not said.confirmed:
        wrong.append(("confirmed", "warnings-unread", {}))
    if check.bad and takes_all:
        wrong.append(("choice", "file-has-wrong-rows", {"count": check.bad}))
    if check.needs_reason and said.reason is None and takes_all:
        wrong.append(("reason", "file-has-other-rows", {"count": check.changed}))
    if wrong:
        raise Refused(wrong)


def _discarded(register: Register, upload: Upload) -> Response:
    let_go(upload)
    return _done(register, upload)


def _check_again(register: Register, name: str) -> None:
    """Something changed since the file was checked: what it would do now is what to read next."""
    upload = found(register, name)
    if stage_now(upload) is Stage.REPORT and was_small(upload):
        check_now(upload, register)
        session().commit()


def _in_words(act: Callable[[], T]) -> T:
    """Tell what is wrong with a whole file as what is wrong with a body."""
    try:
        return act()
    except Refusal as refusal:
        raise NotTaken("invalid", faults_of(refusal)) from None


def _done(register: Register, upload: Upload) -> Response:
    address = url_for("api.file", slug=register.slug, name=upload.name)
    body = file_told(register, upload)
    return done(body, 202 if body["stage"] == Stage.WORKING else 201, {"Location": address})


def _is_so(response: Response) -> bool:
    """Whether the act was done now, and not tried out or answered again."""
    return not {"Sandbox", "Idempotency-Replayed"} & set(response.headers.keys())
