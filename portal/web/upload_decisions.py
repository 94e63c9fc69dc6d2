"""What is decided about an upload: recorded, why rows are corrected, thrown away."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.accounts import Permission
from portal.db import begin_write
from portal.errors import NotThere, Refused
from portal.intake.uploads import Stage, give_reason
from portal.intake.uploads.deciding import Decision, record, was_small
from portal.intake.uploads.refusals import AlreadyDecided
from portal.intake.uploads.telling import Told, told
from portal.registers.register import register_named
from portal.web.checking import check_now, check_or_ask
from portal.web.deciding_forms import Deciding, Reasoning
from portal.web.forms import ModelForm
from portal.web.gate import allow, me
from portal.web.importing import ask_record, let_go
from portal.web.pages import page
from portal.web.session import now, session
from portal.web.uploads import found, report_context, stage_now
from portal.web.uploads_folder import store

bp = Blueprint(
    "upload_decisions", __name__, url_prefix="/registers/<slug:slug>/imports/<slug:name>"
)


@bp.post("/records")
@allow(Permission.ENTRY_WRITE)
def add_record(slug: str, name: str) -> Response:
    """Record what was sent, as decided. A second click finds it recorded."""
    register = register_named(slug)
    upload = found(register, name)
    here = redirect(url_for("uploads.show", slug=slug, name=name), 303)
    if stage_now(upload) is not Stage.REPORT:
        return here
    check = told(str(upload.report))
    context = report_context(register, upload, check)
    form = context.pop("form")
    value = form.checked("uploads/report.html", **context)
    _refuse_unread(check, value)
    decision = Decision(value.choice, value.confirmed)
    if not was_small(upload):
        ask_record(upload, decision)
        session().commit()
        return here
    try:
        report = record(session(), store(), upload, register, decision, by=me(), at=now())
    except (AlreadyDecided, NotThere):
        # Somebody was quicker, or pressed twice: the page says what was decided.
        session().rollback()
        return here
    if report.is_taken_in:
        session().commit()
        store().remove(name)
        return here
    session().rollback()
    begin_write(session())
    # What stands in the way may be that somebody else has just recorded this very file.
    if stage_now(upload) is Stage.REPORT:
        check_now(upload, register)
        session().commit()
        flash(_("Something changed since the file was checked. Nothing was recorded."), "warning")
    return here


@bp.post("/reasons")
@allow(Permission.ENTRY_WRITE)
def add_reason(slug: str, name: str) -> Response:
    """Take why rows differ from what was recorded, and check the file by it."""
    register = register_named(slug)
    upload = found(register, name)
    here = redirect(url_for("uploads.show", slug=slug, name=name), 303)
    if stage_now(upload) is not Stage.REPORT:
        return here
    context = report_context(register, upload, told(str(upload.report)))
    why: ModelForm[Reasoning] = context["why"]
    if not why.validate_on_submit() or why.value is None:
        abort(page("uploads/report.html", 422, **context))
    give_reason(session(), upload, why.value.reason)
    check_or_ask(upload, register)
    session().commit()
    return here


@bp.post("/discarding")
@allow(Permission.ENTRY_WRITE)
def add_discarding(slug: str, name: str) -> Response:
    """Throw a file away, and everything made of it."""
    upload = found(register_named(slug), name)
    let_go(upload)
    session().commit()
    store().remove(name)
    flash(_("The file was deleted. Nothing of it was recorded."))
    return redirect(url_for("imports.new", slug=slug), 303)


def _refuse_unread(check: Told, said: Deciding) -> None:
    """That odd rows are meant so must be said before."""
    if check.warned and not said.confirmed:
        raise Refused([("confirmed", "warnings-unread", {})])
