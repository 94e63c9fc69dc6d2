"""An upload: what recording it would do, the decision, and what was recorded."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, redirect, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.accounts import Permission
from portal.errors import NotThere
from portal.intake import Group
from portal.intake.uploads import Stage, Upload, job_of, stage_of, upload_of
from portal.intake.uploads.deciding import was_small
from portal.intake.uploads.telling import RECORDED_BEFORE, Told, told
from portal.jobs import Job, Outcome
from portal.registers.register import Register, register_named
from portal.web.deciding_forms import deciding_form, why_form
from portal.web.forms import NEVER_ECHOED
from portal.web.gate import allow, my_isp
from portal.web.language import number
from portal.web.limits import Limit, limited
from portal.web.pages import page, watched
from portal.web.report_words import problem_told, rules_told
from portal.web.session import now, session
from portal.web.uploads_folder import store
from portal.web.words import sentence
from portal.web.workbooks import XLSX

bp = Blueprint("uploads", __name__, url_prefix="/registers/<slug:slug>/imports/<slug:name>")
ROWS_TOLD = 10


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
        return page("uploads/report.html", **report_context(register, upload, check))
    context: dict[str, Any] = {"register": register, "upload": upload, "stage": stage}
    if stage is Stage.WORKING:
        job = job_of(session(), upload)
        since = job.made_at if job else None
        return watched("uploads/working.html", since, **context, share=share_of(job))
    if stage is Stage.RECORDED:
        context |= _recorded(register, upload)
    return page("uploads/show.html", **context)


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


def fault_of(upload: Upload) -> str | None:
    """Why the last job of an upload came to nothing, in words; None where it did not."""
    job = job_of(session(), upload)
    return sentence(job.fault) if job and job.outcome is Outcome.FAILED and job.fault else None


def report_context(register: Register, upload: Upload, check: Told) -> dict[str, Any]:
    """What the page of a report needs."""
    mendable = check.bad_rows() if was_small(upload) else []
    told_of = [(row, [p for p in check.problems if p.row == row]) for row in mendable]
    return {
        "register": register,
        "upload": upload,
        "check": check,
        "rules": rules_told(register, _to_mend(check)),
        "differing": _differing(check),
        "hides_places": any(group.code == NEVER_ECHOED for group in check.groups),
        "warnings": rules_told(register, check.warning_groups),
        "mendable": [(row, [problem_told(register, p)[2] for p in ps]) for row, ps in told_of],
        "counts": _counts(check),
        "fault": fault_of(upload),
        "has_workbook": bool(check.bad) and store().mending(upload.name).exists(),
        "rows_told": ROWS_TOLD,
        "form": deciding_form(check),
        "why": why_form(register),
    }


def _to_mend(check: Told) -> list[Group]:
    """The rules that wait for something else than a reason, which has a step of its own."""
    return [g for g in check.groups if not check.needs_reason or g.code != RECORDED_BEFORE]


def _differing(check: Told) -> Group | None:
    """The rows that need a reason."""
    found = (group for group in check.groups if group.code == RECORDED_BEFORE)
    return next(found, None) if check.needs_reason else None


def _counts(check: Told) -> list[tuple[str, str]]:
    """The rows of the file, and how many are what; what is none is not told."""
    told_of = (
        (_("New"), check.new),
        (_("Recorded before, the same"), check.same),
        (_("Recorded before, now different"), check.changed),
        (_("Wrong"), check.bad),
        (_("Odd"), check.warned),
    )
    counts = [(_("Rows"), check.rows), *(pair for pair in told_of if pair[1])]
    return [(name, number(count)) for name, count in counts]


def share_of(job: Job | None) -> int | None:
    """How many percent of the file were read; None before anybody said so."""
    return job.done * 100 // job.total if job and job.total and job.done is not None else None


def _recorded(register: Register, upload: Upload) -> dict[str, Any]:
    said = json.loads(str(upload.result))
    span = (said["first"], said["last"]) if said["new"] else None
    keys = sorted(set(span or ()))
    links = [url_for("entries.show", slug=register.slug, key=key) for key in keys]
    names = [register.name(key) for key in keys]
    kept = [
        (_("New"), said["new"]),
        (_("Corrected"), said["changed"]),
        (_("Recorded before, the same"), said["same"]),
        (_("Left out"), said["left_out"]),
    ]
    counts = [(name, number(count)) for name, count in kept if count]
    return {"counts": counts, "names": list(zip(names, links, strict=True))}
