"""What happened to a takedown item: record a step, correct a wrong one or take it back."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from pydantic import BaseModel, Field
from werkzeug.wrappers import Response

from portal.accounts import Permission
from portal.entries.codes import CorrectionReason
from portal.errors import NotThere
from portal.policy.codes import Priority
from portal.policy.queries import policy_on
from portal.registers.codes import Progress
from portal.registers.inputs_progress import PROGRESS_INPUTS
from portal.registers.progress import correct_event, progress
from portal.registers.queries import Entry, entry
from portal.registers.register import REGISTERS
from portal.registers.takedowns import TakedownEvent
from portal.web.forms import form_for
from portal.web.gate import allow, me, my_isp
from portal.web.labels import label
from portal.web.pages import page
from portal.web.session import now, session, today
from portal.web.step_forms import correction_form, step_form, step_of
from portal.web.step_words import standing_of, told

bp = Blueprint("steps", __name__, url_prefix="/registers/takedowns/entries/<int:key>/events")
TAKEDOWNS = REGISTERS["takedowns"]


class Retraction(BaseModel):
    """Why a step never happened."""

    expects_no: int = Field(title="Last step", json_schema_extra={"x-widget": "hidden"})
    reason: CorrectionReason = Field(title="Why it is taken back")


_NOT_FOR_STEPS = {CorrectionReason.PROGRESS, CorrectionReason.DUPLICATE_FOUND}
_REASONS = [reason for reason in CorrectionReason if reason not in _NOT_FOR_STEPS]
RetractionForm = form_for(
    Retraction, choices={"reason": [(str(reason), label(reason)) for reason in _REASONS]}
)


@bp.get("/new")
@allow(Permission.TAKEDOWN_WRITE)
def new(key: int) -> Response:
    """Ask what happened, and when."""
    found, kind = _found(key), _kind()
    form = step_form(kind, found)
    return page("registers/step.html", form=form, **_context(found, kind))


@bp.post("")
@allow(Permission.TAKEDOWN_WRITE)
def add(key: int) -> Response:
    """Record a step; the loser of a race is refused."""
    found, kind = _found(key), _kind()
    typed: Any = step_form(kind, found).checked("registers/step.html", **_context(found, kind))
    no, value = typed.expects_no, step_of(kind, typed)
    progress(session(), found.now.isp_id, key, kind, value, expects_no=no, by=me(), at=now())
    session().commit()
    flash(_("Recorded: %(step)s.", step=label(kind)))
    return _back(key)


@bp.get("/<int:no>/corrections/new")
@allow(Permission.TAKEDOWN_WRITE)
def ask_correction(key: int, no: int) -> Response:
    """Ask what is right instead."""
    found = _found(key)
    event = _event(found, no)
    form = correction_form(event, found)
    return page("registers/step_correct.html", form=form, **_context(found, event.kind, event))


@bp.post("/<int:no>/corrections")
@allow(Permission.TAKEDOWN_WRITE)
def add_correction(key: int, no: int) -> Response:
    """Replace a wrong step; it stays readable."""
    found = _found(key)
    event = _event(found, no)
    context = _context(found, event.kind, event)
    typed: Any = correction_form(event, found).checked("registers/step_correct.html", **context)
    _correct(found, event, step_of(event.kind, typed), typed)
    flash(_("Corrected: %(step)s. The step before stays readable.", step=label(event.kind)))
    return _back(key)


@bp.get("/<int:no>/retractions/new")
@allow(Permission.TAKEDOWN_WRITE)
def ask_retraction(key: int, no: int) -> Response:
    """Ask why a step never happened."""
    found = _found(key)
    event = _event(found, no)
    form = RetractionForm(data={"expects_no": found.last_no})
    return page("registers/step_retract.html", form=form, **_context(found, event.kind, event))


@bp.post("/<int:no>/retractions")
@allow(Permission.TAKEDOWN_WRITE)
def add_retraction(key: int, no: int) -> Response:
    """Take a step back that never happened; it stays readable."""
    found = _found(key)
    event = _event(found, no)
    context = _context(found, event.kind, event)
    typed = RetractionForm().checked("registers/step_retract.html", **context)
    _correct(found, event, None, typed)
    flash(_("Taken back: %(step)s. It stays readable.", step=label(event.kind)))
    return _back(key)


def _correct(found: Entry, event: TakedownEvent, value: Any, typed: Any) -> None:
    correct_event(
        session(),
        found.now.isp_id,
        found.now.key,
        event.no,
        value,
        expects_no=typed.expects_no,
        reason=typed.reason,
        by=me(),
        at=now(),
    )
    session().commit()


def _found(key: int) -> Entry:
    return entry(session(), my_isp().id, TAKEDOWNS, key)


def _event(found: Entry, no: int) -> TakedownEvent:
    for event in standing_of(found):
        if event.no == no and event.kind in PROGRESS_INPUTS:
            return event
    raise NotThere("no")


def _kind() -> Progress:
    asked = request.args.get("kind", "")
    if asked not in PROGRESS_INPUTS:
        raise NotThere("kind")
    return Progress(asked)


def _context(found: Entry, kind: Progress, event: TakedownEvent | None = None) -> dict[str, Any]:
    step = told(found, event, policy_on(session(), today()).policy) if event else None
    return {
        "entry": found,
        "name": TAKEDOWNS.name(found.now.key),
        "kind": kind,
        "step": step,
        "danger": found.now.priority == Priority.P1_CHILD_IN_DANGER,
    }


def _back(key: int) -> Response:
    return redirect(url_for("entries.show", slug=TAKEDOWNS.slug, key=key), 303)
