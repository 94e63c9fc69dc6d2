"""Files of entries: a page to send one, a template and a sample to begin with."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, abort, make_response, redirect, url_for
from werkzeug.wrappers import Response

from portal.accounts import Permission
from portal.errors import Refusal
from portal.intake import LARGEST, MOST_ROWS, sample_csv, sample_row
from portal.intake.books import codes_of
from portal.intake.uploads import uploads_of
from portal.intake.uploads.telling import told
from portal.policy.queries import policy_on
from portal.registers.register import Register, register_named
from portal.web.checking import begun, check_or_ask
from portal.web.gate import allow, my_isp
from portal.web.labels import label
from portal.web.limits import Limit, limited
from portal.web.pages import page
from portal.web.session import now, session, today
from portal.web.table_forms import ENVELOPE, TableFileForm
from portal.web.words import problems_of, title_of
from portal.web.workbooks import SHOWN_AT, template_of

bp = Blueprint("imports", __name__, url_prefix="/registers/<slug:slug>")
SAMPLE_ROWS = 3
_MIB = 1024 * 1024


@bp.get("/imports")
@allow(Permission.ENTRY_WRITE)
def new(slug: str) -> Response:
    """Ask for a file."""
    register = register_named(slug)
    my_isp()
    return page("imports/new.html", form=TableFileForm(), **_context(register))


@bp.post("/imports")
@allow(Permission.ENTRY_WRITE, max_bytes=LARGEST + ENVELOPE, spools=True)
def add(slug: str) -> Response:
    """Take a file, to be checked and decided on; what cannot be a table is refused at once."""
    register = register_named(slug)
    my_isp()
    form = TableFileForm()
    spool = form.checked("imports/new.html", **_context(register)).file
    try:
        spool.settle()
        upload = begun(register, spool)
        check_or_ask(upload, register)
    except Refusal as refusal:
        if not refusal.code.startswith("file-"):
            raise
        session().rollback()
        form.blame(
            problem._replace(field="file") for problem in problems_of(refusal, register.input)
        )
        abort(page("imports/new.html", 422, form=form, **_context(register)))
    session().commit()
    spool.keep()
    return redirect(url_for("uploads.show", slug=slug, name=upload.name), 303)


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


def _context(register: Register) -> dict[str, Any]:
    fields = register.input.model_fields
    columns = [
        {
            "name": name,
            "title": title_of(register.input, name),
            "codes": codes_of(register.input, name),
            "needed": fields[name].is_required(),
        }
        for name in fields
        if name != "category"
    ]
    waiting = uploads_of(session(), my_isp().id, register, at=now())
    return {
        "register": register,
        "columns": columns,
        "most_rows": MOST_ROWS,
        "most_mib": LARGEST // _MIB,
        "waiting": [(one, told(str(one.report)) if one.report else None) for one in waiting],
    }
