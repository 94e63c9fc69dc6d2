"""Later versions of an entry: corrections with a reason, and the statement that it is void."""

from __future__ import annotations

from typing import Any, Literal

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from pydantic import BaseModel, Field
from werkzeug.wrappers import Response

from portal.accounts import Permission
from portal.entries.codes import CorrectionReason
from portal.registers.actions import correct, void
from portal.registers.queries import Entry, entry
from portal.registers.register import Register, register_named
from portal.web.entries import asking
from portal.web.entry_forms import correction_form, entry_of
from portal.web.forms import form_for
from portal.web.gate import allow, me, my_isp
from portal.web.pages import page
from portal.web.session import now, session

bp = Blueprint("versions", __name__, url_prefix="/registers/<slug:slug>/entries/<int:key>")


class Voiding(BaseModel):
    """Why an entry should never have been recorded."""

    expects: int = Field(title="Version", json_schema_extra={"x-widget": "hidden"})
    reason: Literal[CorrectionReason.WRONGLY_RECORDED, CorrectionReason.DUPLICATE_FOUND] = Field(
        title="Why"
    )


VoidingForm = form_for(Voiding)


@bp.get("/versions/new")
@allow(Permission.ENTRY_WRITE)
def ask_correction(slug: str, key: int) -> Response:
    """Ask what should stand instead."""
    register, found = _found(slug, key)
    form = correction_form(register, found.now)
    return page("registers/correct.html", form=form, **_context(register, found))


@bp.post("/versions")
@allow(Permission.ENTRY_WRITE)
def add(slug: str, key: int) -> Response:
    """Write the next version, with a reason."""
    register, found = _found(slug, key)
    form = correction_form(register, found.now)
    typed: Any = form.checked("registers/correct.html", **_context(register, found))
    correct(
        session(),
        found.now.isp_id,
        register,
        key,
        expects=typed.expects,
        value=entry_of(register, typed),
        reason=typed.reason,
        by=me(),
        at=now(),
    )
    session().commit()
    flash(_("Version %(no)s stands now. The one before stays readable.", no=typed.expects + 1))
    return redirect(url_for("entries.show", slug=slug, key=key), 303)


@bp.get("/voidings/new")
@allow(Permission.ENTRY_WRITE)
def ask_voiding(slug: str, key: int) -> Response:
    """Ask why an entry should be void."""
    register, found = _found(slug, key)
    form = VoidingForm(data={"expects": found.now.version})
    return page("registers/void.html", form=form, **_context(register, found))


@bp.post("/voidings")
@allow(Permission.ENTRY_WRITE)
def add_voiding(slug: str, key: int) -> Response:
    """Declare an entry void."""
    register, found = _found(slug, key)
    value = VoidingForm().checked("registers/void.html", **_context(register, found))
    void(
        session(),
        found.now.isp_id,
        register,
        key,
        expects=value.expects,
        reason=CorrectionReason(value.reason),
        by=me(),
        at=now(),
    )
    session().commit()
    flash(_("Declared void. It counts nowhere any more and stays readable."))
    return redirect(url_for("entries.show", slug=slug, key=key), 303)


def _found(slug: str, key: int) -> tuple[Register, Entry]:
    register = register_named(slug)
    return register, entry(session(), my_isp().id, register, key)


def _context(register: Register, found: Entry) -> dict[str, Any]:
    name = register.name(found.now.key)
    return {**asking(register), "entry": found, "name": name}
