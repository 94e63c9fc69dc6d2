"""An upload: what recording it would do, the decision, and what was recorded."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, flash, redirect, send_file, url_for
from flask_babel import gettext as _
from pydantic import BaseModel, Field
from werkzeug.wrappers import Response

from portal.accounts import Permission
from portal.entries.codes import CorrectionReason
from portal.errors import NotThere, Refused
from portal.intake import Choice
from portal.intake.uploads import Stage, Upload, discard, job_of, stage_of, upload_of
from portal.intake.uploads.deciding import Decision, record
from portal.intake.uploads.telling import Told, told
from portal.jobs import ask_cancel
from portal.registers.register import Register, register_named
from portal.web.checking import check_now, is_small_upload
from portal.web.entry_forms import reasons
from portal.web.forms import ModelForm, form_for
from portal.web.gate import allow, me, my_isp
from portal.web.importing import ask_record
from portal.web.labels import label
from portal.web.limits import Limit, limited
from portal.web.pages import page, watched
from portal.web.report_words import problem_told, rules_told
from portal.web.session import now, session
from portal.web.uploads_folder import store
from portal.web.workbooks import XLSX

bp = Blueprint("uploads", __name__, url_prefix="/registers/<slug:slug>/imports/<slug:name>")
ROWS_TOLD = 10


class Deciding(BaseModel):
    """What is said before a file is recorded."""

    choice: Choice = Field(
        Choice.ALL_OR_NOTHING, title="Rows", json_schema_extra={"x-widget": "hidden"}
    )
    confirmed: bool = Field(False, title="I have read what needs a second look; it is meant so.")
    reason: CorrectionReason | None = Field(
        None,
        title="Why rows differ from what was recorded",
        json_schema_extra={"x-widget": "select"},
    )


@bp.get("")
@allow(Permission.ENTRY_WRITE)
def show(slug: str, name: str) -> Response:
    """Where an upload stands, and what can be decided."""
    register = register_named(slug)
    upload = found(register, name)
    stage = stage_now(upload)
    if stage is Stage.COLUMNS:
        return redirect(url_for("upload_columns.ask", slug=slug, name=name), 303)
    if stage is Stage.REPORT:
        check = told(str(upload.report))
        return page("uploads/report.html", **_report(register, upload, check))
    context: dict[str, Any] = {"register": register, "upload": upload, "stage": stage}
    if stage is Stage.WORKING:
        return watched("uploads/working.html", True, **context, job=job_of(session(), upload))
    if stage is Stage.RECORDED:
        context |= _recorded(register, upload)
    return page("uploads/show.html", **context)


@bp.post("/records")
@allow(Permission.ENTRY_WRITE)
def add_record(slug: str, name: str) -> Response:
    """Record what was sent, as decided. A second click finds it recorded."""
    register = register_named(slug)
    upload = found(register, name)
    here = redirect(url_for(".show", slug=slug, name=name), 303)
    if stage_now(upload) is not Stage.REPORT:
        return here
    check = told(str(upload.report))
    context = _report(register, upload, check)
    value = context["form"].checked("uploads/report.html", **_but_form(context))
    _refuse_unsaid(check, value)
    decision = Decision(value.choice, value.confirmed, value.reason)
    if not is_small_upload(upload):
        ask_record(upload, decision)
        session().commit()
        return here
    report = record(session(), store(), upload, register, decision, by=me(), at=now())
    if not report.is_taken_in:
        session().rollback()
        check_now(found(register, name), register)
        flash(_("Something changed since the file was checked. Nothing was recorded."), "warning")
    session().commit()
    if report.is_taken_in:
        store().remove(name)
    return here


@bp.post("/discarding")
@allow(Permission.ENTRY_WRITE)
def add_discarding(slug: str, name: str) -> Response:
    """Throw a file away, and everything made of it."""
    upload = found(register_named(slug), name)
    # The upload before its job, as whoever records it takes them.
    discard(session(), upload, at=now())
    job = job_of(session(), upload)
    if job is not None and not job.has_ended:
        ask_cancel(session(), job.id, organisation_id=me().organisation_id, at=now())
    session().commit()
    store().remove(name)
    flash(_("The file was deleted. Nothing of it was recorded."))
    return redirect(url_for("imports.new", slug=slug), 303)


@bp.get("/mending.xlsx")
@allow(Permission.ENTRY_WRITE)
@limited(Limit.DOWNLOAD)
def mending(slug: str, name: str) -> Response:
    """The reader's own rows back, with what to mend."""
    upload = found(register_named(slug), name)
    path = store().mending(upload.name)
    if stage_now(upload) is not Stage.REPORT or not path.exists():
        raise NotThere("file")
    return send_file(path, mimetype=XLSX, as_attachment=True, download_name=f"{slug}-to-mend.xlsx")


def found(register: Register, name: str) -> Upload:
    """One's own ISP's upload; NotThere for everybody else."""
    return upload_of(session(), my_isp().id, register, name)


def stage_now(upload: Upload) -> Stage:
    """Where an upload stands now."""
    job = job_of(session(), upload)
    return stage_of(upload, works=job is not None and not job.has_ended, at=now())


def _report(register: Register, upload: Upload, check: Told) -> dict[str, Any]:
    mendable = check.bad_rows() if is_small_upload(upload) else []
    told_of = [(row, [p for p in check.problems if p.row == row]) for row in mendable]
    return {
        "register": register,
        "upload": upload,
        "check": check,
        "rules": rules_told(register, check.groups),
        "warnings": rules_told(register, check.warning_groups),
        "mendable": [(row, [problem_told(register, p)[2] for p in ps]) for row, ps in told_of],
        "has_workbook": store().mending(upload.name).exists(),
        "rows_told": ROWS_TOLD,
        "form": _form(register, check),
    }


def _form(register: Register, check: Told) -> ModelForm[Deciding]:
    unasked = set() if check.warned else {"confirmed"}
    unasked |= set() if check.changed else {"reason"}
    why = [(str(reason), label(reason)) for reason in reasons(register)]
    kind = form_for(Deciding, choices={"reason": why}, leave_out=unasked)
    return kind(data={"choice": Choice.GOOD_ROWS if check.bad else Choice.ALL_OR_NOTHING})


def _but_form(context: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in context.items() if name != "form"}


def _refuse_unsaid(check: Told, said: Deciding) -> None:
    """What must be said before: that odd rows are meant so, why rows are corrected."""
    unsaid: list[tuple[str | None, str, dict[str, Any]]] = []
    if check.warned and not said.confirmed:
        unsaid.append(("confirmed", "warnings-unread", {}))
    if check.changed and said.reason is None:
        unsaid.append(("reason", "required", {}))
    if unsaid:
        raise Refused(unsaid)


def _recorded(register: Register, upload: Upload) -> dict[str, Any]:
    said = json.loads(str(upload.result))
    span = (said["first"], said["last"]) if said["new"] else None
    names = [register.name(key) for key in span] if span else []
    links = [url_for("entries.show", slug=register.slug, key=key) for key in span or ()]
    return {"counts": said, "names": list(zip(names, links, strict=True))}
