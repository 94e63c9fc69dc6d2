"""A bad row of a small file, mended on screen in the fields of the page of one entry."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from portal.accounts import Permission
from portal.entries.inputs import right_by_themselves
from portal.errors import NotThere
from portal.intake.books import Kind, layout_of
from portal.intake.uploads import Stage, Upload
from portal.intake.uploads.deciding import was_small
from portal.intake.uploads.mended import cells_of, mend
from portal.intake.uploads.telling import told
from portal.policy.queries import policy_at
from portal.registers.register import Register, register_named
from portal.web.checking import check_or_ask
from portal.web.entry_forms import GROUPS, entry_form
from portal.web.gate import allow
from portal.web.pages import page
from portal.web.session import now, session
from portal.web.upload_columns import safe
from portal.web.uploads import found, stage_now
from portal.web.uploads_folder import store
from portal.web.words import Problem, sentence, title_of

bp = Blueprint("upload_rows", __name__, url_prefix="/registers/<slug:slug>/imports/<slug:name>")


@bp.get("/rows/<int:row>")
@allow(Permission.ENTRY_WRITE)
def ask(slug: str, name: str, row: int) -> Response:
    """A bad row as a form: what is right stands in it, what is wrong is told at its field."""
    register = register_named(slug)
    upload = _mendable(register, name, row)
    form = entry_form(register, instead=_typed(register, cells_of(store(), upload, row)))
    form.blame(_problems(register, upload, row))
    return page("upload_rows/ask.html", form=form, **_context(register, upload, row))


@bp.post("/rows/<int:row>")
@allow(Permission.ENTRY_WRITE)
def set_row(slug: str, name: str, row: int) -> Response:
    """Let the row say what was typed, and check the file again."""
    register = register_named(slug)
    upload = _mendable(register, name, row)
    form = entry_form(register)
    form.checked("upload_rows/ask.html", **_context(register, upload, row))
    cells = {field: _text(value) for field, value in form.typed().items()}
    mend(session(), store(), upload, row, cells)
    check_or_ask(upload, register)
    session().commit()
    return redirect(url_for("uploads.show", slug=slug, name=name), 303)


def _mendable(register: Register, name: str, row: int) -> Upload:
    """An upload of which this row can be mended here; NotThere for any other."""
    upload = found(register, name)
    if stage_now(upload) is not Stage.REPORT or not was_small(upload):
        raise NotThere("upload")
    if row not in told(str(upload.report)).bad_rows():
        raise NotThere("row")
    return upload


def _typed(register: Register, cells: Mapping[str, str]) -> dict[str, Any]:
    """What the form begins with: what cells mean where they are right, else what stands there."""
    policy = policy_at(session(), now()).policy
    kinds = {column.field: column.kind for column in layout_of(register.input, policy)}
    coded = {Kind.CODE, Kind.CODES}
    plain = {n: t.strip().upper() if kinds[n] in coded else t.strip() for n, t in cells.items()}
    meant = right_by_themselves(register.input, plain, now=now(), policy=policy)
    many = {name: sorted(map(str, v)) for name, v in meant.items() if isinstance(v, frozenset)}
    return {name: safe(text, name) for name, text in plain.items()} | meant | many


def _problems(register: Register, upload: Upload, row: int) -> list[Problem]:
    said = [p for p in told(str(upload.report)).problems if p.row == row]
    found_ = []
    for problem in said:
        label = title_of(register.input, problem.field) if problem.field else ""
        text = sentence(problem.code, **{"label": label, **problem.params})
        found_.append(Problem(problem.field, problem.code, text))
    return found_


def _text(value: Any) -> str:
    """A value as a cell."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list):
        return " ".join(value)
    return str(value)


def _context(register: Register, upload: Upload, row: int) -> dict[str, Any]:
    return {"register": register, "upload": upload, "row": row, "groups": GROUPS[register.slug]}
