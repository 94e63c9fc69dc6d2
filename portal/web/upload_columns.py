"""Which field each column of a file is for: proposed from its heading, said by its sender."""

from __future__ import annotations

import re
from itertools import islice
from typing import Any, Final, NamedTuple

from flask import Blueprint, abort, redirect, url_for
from flask_babel import gettext as _
from pydantic import BaseModel, Field, create_model
from werkzeug.wrappers import Response

from portal.accounts import Permission
from portal.entries.guards import looks_like_locator, names_a_locator
from portal.intake import LEFT_OUT, Columns, Table, open_table
from portal.intake.columns import are_headings
from portal.intake.uploads import Stage, Upload, map_columns
from portal.intake.uploads.actions import fields_of
from portal.registers.register import Register, register_named
from portal.web.checking import check_or_ask
from portal.web.forms import REMOVED, ModelForm, form_for
from portal.web.gate import allow
from portal.web.pages import page
from portal.web.session import session
from portal.web.uploads import fault_of, found, stage_now
from portal.web.uploads_folder import store
from portal.web.words import Problem, sentence, title_of

bp = Blueprint("upload_columns", __name__, url_prefix="/registers/<slug:slug>/imports/<slug:name>")
SHOWN: Final = 3
_LONGEST: Final = 60
_LEAVE: Final = "-"
_DIGEST: Final = re.compile(r"[0-9a-fA-F]{64}")
_OPEN: Final = frozenset({Stage.COLUMNS, Stage.REPORT})


class Shown(NamedTuple):
    """A column as the page shows it: its input, its heading and its first cells."""

    name: str
    heading: str
    cells: list[str]


@bp.get("/columns")
@allow(Permission.ENTRY_WRITE)
def ask(slug: str, name: str) -> Response:
    """The columns of a file with their first cells, and the field proposed for each."""
    register = register_named(slug)
    upload = found(register, name)
    if stage_now(upload) not in _OPEN:
        return redirect(url_for("uploads.show", slug=slug, name=name), 303)
    shown = _shown(upload, register)
    form = _form(register, shown, fields_of(upload))
    said = Columns(tuple(fields_of(upload)))
    # What nobody was asked yet is no fault: the page says how much is to be said.
    form.blame(p for p in _problems(register, said, shown) if p.code == "column-twice")
    context = _context(register, upload, shown) | _unsaid(register, said)
    return page("upload_columns/ask.html", form=form, **context)


@bp.post("/columns")
@allow(Permission.ENTRY_WRITE)
def set_columns(slug: str, name: str) -> Response:
    """Take what was said of the columns, and check the file by it."""
    register = register_named(slug)
    upload = found(register, name)
    here = redirect(url_for("uploads.show", slug=slug, name=name), 303)
    if stage_now(upload) not in _OPEN:
        return here
    shown = _shown(upload, register)
    form, context = _form(register, shown, []), _context(register, upload, shown)
    value = form.checked("upload_columns/ask.html", **context)
    said = Columns(tuple(_meant(getattr(value, column.name)) for column in shown))
    if problems := _problems(register, said, shown):
        form.blame(problems)
        abort(page("upload_columns/ask.html", 422, form=form, **context))
    map_columns(session(), upload, said.fields)
    check_or_ask(upload, register)
    session().commit()
    return here


def safe(text: str, field: str | None = None) -> str:
    """A cell of a file as a page may show it (chairs B11)."""
    if field == "content_digest" and _DIGEST.fullmatch(text.strip()):
        return text.strip()
    # What nobody has said the meaning of may be anything: it is looked at as free text is.
    suspect = names_a_locator if field else looks_like_locator
    cut = text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
    return str(REMOVED) if suspect(text) else cut


def _shown(upload: Upload, register: Register) -> list[Shown]:
    fields = fields_of(upload)
    with store().opened(upload.name) as file:
        table = open_table(file)
        rows = list(islice(_entries(table, register), SHOWN))
    return [
        Shown(
            f"column_{place + 1}",
            safe(heading).strip() or _("Column %(no)s", no=place + 1),
            [safe(row[place], field) if place < len(row) else "" for row in rows],
        )
        for place, (heading, field) in enumerate(zip(table.headings, fields, strict=True))
    ]


def _entries(table: Table, register: Register) -> Any:
    return (cells for _row, cells in table.rows() if not are_headings(cells, register.input))


def _form(register: Register, shown: list[Shown], fields: list[str | None]) -> ModelForm[BaseModel]:
    asked = {
        column.name: (
            str | None,
            Field(None, title=column.heading, json_schema_extra={"x-widget": "select"}),
        )
        for column in shown
    }
    model = create_model("ColumnsSaid", **asked)  # type: ignore[call-overload]
    offered = [(_LEAVE, _("Leave this column out"))]
    offered += [
        (n, title_of(register.input, n)) for n in register.input.model_fields if n != "category"
    ]
    kind = form_for(model, choices={column.name: offered for column in shown})
    known = zip(shown, fields, strict=False)
    data = {column.name: _LEAVE if field == LEFT_OUT else field for column, field in known}
    return kind(data=data)


def _meant(said: str | None) -> str | None:
    return LEFT_OUT if said == _LEAVE else said


def _unsaid(register: Register, said: Columns) -> dict[str, Any]:
    """What is still to be said: how many columns nobody knows, and which fields have none."""
    found = list(said.problems(register.input))
    lacking = (p.field for p in found if p.code == "column-missing" and p.field)
    return {
        "unknown": sum(p.code == "column-unknown" for p in found),
        "lacking": [title_of(register.input, field) for field in lacking],
    }


def _problems(register: Register, said: Columns, shown: list[Shown]) -> list[Problem]:
    """What is wrong with the columns, each at its own input where it has one."""
    told = []
    for problem in said.problems(register.input):
        label = title_of(register.input, problem.field) if problem.field else ""
        place = problem.params.get("column")
        text = sentence(problem.code, **{"label": label, **problem.params})
        if problem.code == "column-unknown" and place:
            # On this page a column is called as in the file, and there is a way to say what it is.
            text = _(
                "%(label)s: say what this is, or leave it out.", label=shown[place - 1].heading
            )
        told.append(Problem(f"column_{place}" if place else None, problem.code, text))
    return told


def _context(register: Register, upload: Upload, shown: list[Shown]) -> dict[str, Any]:
    fault = fault_of(upload)
    return {
        "register": register,
        "upload": upload,
        "columns": shown,
        "fault": fault,
        "unknown": 0,
        "lacking": [],
    }
