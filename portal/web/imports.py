"""Files of entries: a page to send one, its errors row by row, and a sample to begin with."""

from __future__ import annotations

import io
from functools import partial

from flask import Blueprint, abort, flash, make_response, redirect, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from pydantic import BaseModel, Field
from werkzeug.wrappers import Response

from portal.accounts import Permission
from portal.intake import (
    MOST_BYTES,
    MOST_ROWS,
    Report,
    RowProblem,
    admit_csv,
    sample_csv,
    sample_row,
)
from portal.policy.queries import policy_on
from portal.registers.register import Register, register_named
from portal.web.forms import form_for
from portal.web.gate import allow, me, my_isp
from portal.web.labels import label
from portal.web.limits import Limit, limited
from portal.web.pages import page
from portal.web.session import now, session, today
from portal.web.words import sentence, title_of
from portal.web.workbooks import SHOWN_AT, template_of

bp = Blueprint("imports", __name__, url_prefix="/registers/<slug:slug>")
SAMPLE_ROWS = 3
WARNINGS_TOLD = 5
_ENVELOPE = 64 * 1024


class Table(BaseModel):
    """A file of entries."""

    file: bytes = Field(
        title="File",
        description="A table saved as CSV (UTF-8): a row an entry, the first row names the fields.",
    )


TableForm = form_for(Table)


@bp.get("/imports")
@allow(Permission.ENTRY_WRITE)
def new(slug: str) -> Response:
    """Ask for a file."""
    register = register_named(slug)
    my_isp()
    return page("registers/import.html", form=TableForm(), **_context(register))


@bp.post("/imports")
@allow(Permission.ENTRY_WRITE, max_bytes=MOST_BYTES + _ENVELOPE)
def add(slug: str) -> Response:
    """Take a file in whole, or say everything that is wrong in it."""
    register, isp = register_named(slug), my_isp()
    form = TableForm()
    stream = io.BytesIO(form.checked("registers/import.html", **_context(register)).file)
    report = admit_csv(session(), isp.id, register, stream, by=me(), at=now())
    if not report.is_taken_in:
        session().rollback()
        told = [problem_told(register, problem) for problem in report.problems]
        context = _context(register) | {"report": report, "problems": told}
        abort(page("registers/import.html", 422, form=form, **context))
    session().commit()
    _tell(register, report)
    return redirect(url_for("registers.index", slug=slug), 303)


@bp.get("/sample.csv")
@allow(Permission.ENTRY_READ)
@limited(Limit.DOWNLOAD)
def sample(slug: str) -> Response:
    """A small valid file."""
    register = register_named(slug)
    policy = policy_on(session(), today()).policy
    response = make_response(sample_csv(register, SAMPLE_ROWS, policy=policy, at=now()))
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{slug}-sample.csv"'
    return response


@bp.get("/template.xlsx")
@allow(Permission.ENTRY_READ)
@limited(Limit.DOWNLOAD)
def template(slug: str) -> Response:
    """A workbook to fill in."""
    register = register_named(slug)
    policy = policy_on(session(), today()).policy
    example = sample_row(slug, policy=policy, at=SHOWN_AT)
    return template_of(slug, partial(label, slug), register.input, policy, example)


def problem_told(register: Register, problem: RowProblem) -> tuple[int | None, str, str]:
    """A row's number, its field's title and the sentence."""
    title = title_of(register.input, problem.field) if problem.field else ""
    return problem.row, title, sentence(problem.code, label=title, **problem.params)


def _context(register: Register) -> dict[str, object]:
    fields = register.input.model_fields
    columns = [
        (name, title_of(register.input, name), fields[name].is_required())
        for name in fields
        if name != "category"
    ]
    return {
        "register": register,
        "columns": columns,
        "most_rows": MOST_ROWS,
        "most_mib": MOST_BYTES // 1024 // 1024,
        "report": None,
        "problems": [],
    }


def _tell(register: Register, report: Report) -> None:
    said = ngettext("%(num)d entry recorded.", "%(num)d entries recorded.", report.recorded)
    if report.same:
        said += " " + ngettext(
            "%(num)d had been recorded before and was left as it is.",
            "%(num)d had been recorded before and were left as they are.",
            report.same,
        )
    flash(said)
    for warning in report.warnings[:WARNINGS_TOLD]:
        row, _title, text = problem_told(register, warning)
        flash(_("Row %(row)s: %(text)s", row=row, text=text), "warning")
    if len(report.warnings) > WARNINGS_TOLD:
        more = len(report.warnings) - WARNINGS_TOLD
        flash(_("%(count)s more rows need a second look.", count=more), "warning")
