"""A file of notices: a page to send one, and its errors row by row."""

from __future__ import annotations

import io
from typing import Any

from flask import Blueprint, abort, flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from portal.accounts import Permission
from portal.intake import MOST_BYTES, sample_row, send_csv
from portal.intake.notices import NoticeRow
from portal.intake.reports import RowProblem
from portal.policy.queries import policy_on
from portal.web.gate import allow, me
from portal.web.limits import Limit, limited
from portal.web.pages import page
from portal.web.session import now, session, today
from portal.web.table_forms import TableForm
from portal.web.words import sentence, title_of
from portal.web.workbooks import SHOWN_AT, template_of

bp = Blueprint("notice_files", __name__, url_prefix="/notices/files")
_ENVELOPE = 64 * 1024


@bp.get("/new")
@allow(Permission.NOTICE_SEND)
def new() -> Response:
    """Ask for a file."""
    return page("notices/file.html", form=TableForm(), **_context())


@bp.post("")
@allow(Permission.NOTICE_SEND, max_bytes=MOST_BYTES + _ENVELOPE)
def add() -> Response:
    """Record every notice of a file, or say everything that is wrong in it."""
    form = TableForm()
    stream = io.BytesIO(form.checked("notices/file.html", **_context()).file)
    report = send_csv(session(), stream, by=me(), at=now())
    if not report.is_taken_in:
        session().rollback()
        told = [problem_told(problem) for problem in report.problems]
        context = _context() | {"report": report, "problems": told}
        abort(page("notices/file.html", 422, form=form, **context))
    session().commit()
    flash(ngettext("%(num)d notice recorded.", "%(num)d notices recorded.", report.recorded))
    return redirect(url_for("notices.index"), 303)


@bp.get("/template.xlsx")
@allow(Permission.NOTICE_SEND)
@limited(Limit.DOWNLOAD)
def template() -> Response:
    """A workbook to fill in."""
    policy = policy_on(session(), today()).policy
    example = sample_row("notices", policy=policy, at=SHOWN_AT)
    return template_of("notices", lambda: _("Notices sent"), NoticeRow, policy, example)


def problem_told(problem: RowProblem) -> tuple[int | None, str, str]:
    """A row's number, its field's title and the sentence."""
    title = title_of(NoticeRow, problem.field) if problem.field else ""
    return problem.row, title, sentence(problem.code, **{"label": title, **problem.params})


def _context() -> dict[str, Any]:
    fields = NoticeRow.model_fields
    columns = [
        (name, title_of(NoticeRow, name), fields[name].is_required())
        for name in fields
        if name != "category"
    ]
    return {"columns": columns, "report": None, "problems": []}
