"""A file of list releases: a page to record one, and its errors row by row."""

from __future__ import annotations

import io
from typing import Any

from flask import Blueprint, abort, flash, redirect, url_for
from flask_babel import ngettext
from werkzeug.wrappers import Response

from portal.accounts import Permission
from portal.intake import MOST_BYTES, record_csv
from portal.intake.reports import RowProblem
from portal.notices.releases.inputs import ListReleaseIn
from portal.web.gate import allow, me
from portal.web.pages import page
from portal.web.session import now, session
from portal.web.table_forms import TableForm
from portal.web.words import sentence, title_of

bp = Blueprint("release_files", __name__, url_prefix="/releases/files")
_ENVELOPE = 64 * 1024


@bp.get("/new")
@allow(Permission.RELEASE_RECORD)
def new() -> Response:
    """Ask for a file."""
    context = {"columns": _columns(), "report": None, "problems": []}
    return page("releases/file.html", form=TableForm(), **context)


@bp.post("")
@allow(Permission.RELEASE_RECORD, max_bytes=MOST_BYTES + _ENVELOPE)
def add() -> Response:
    """Record every release of a file, or say everything that is wrong in it."""
    form = TableForm()
    context: dict[str, Any] = {"columns": _columns(), "report": None, "problems": []}
    stream = io.BytesIO(form.checked("releases/file.html", **context).file)
    report = record_csv(session(), stream, by=me(), at=now())
    if not report.is_taken_in:
        session().rollback()
        told = [problem_told(problem) for problem in report.problems]
        context |= {"report": report, "problems": told}
        abort(page("releases/file.html", 422, form=form, **context))
    session().commit()
    flash(ngettext("%(num)d release recorded.", "%(num)d releases recorded.", report.recorded))
    return redirect(url_for("releases.index"), 303)


def problem_told(problem: RowProblem) -> tuple[int | None, str, str]:
    """A row's number, its field's title and the sentence."""
    title = title_of(ListReleaseIn, problem.field) if problem.field else ""
    return problem.row, title, sentence(problem.code, **{"label": title, **problem.params})


def _columns() -> list[tuple[str, str, bool]]:
    fields = ListReleaseIn.model_fields.items()
    return [(name, title_of(ListReleaseIn, name), info.is_required()) for name, info in fields]
