"""Legal holds: what the authority has kept beyond its term; no page of an ISP knows of them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from pydantic import BaseModel, Field, StringConstraints
from sqlalchemy import select
from werkzeug.wrappers import Response

from portal.accounts import Permission, Person
from portal.accounts.queries import all_isps, isp_named
from portal.entries.holds.actions import Wanted, lift_hold, review_hold, set_hold
from portal.entries.holds.model import HoldGround, LegalHold, LiftReason
from portal.entries.holds.queries import Listed, listed
from portal.entries.texts import Reference
from portal.errors import NotThere, Refused
from portal.period import Period
from portal.registers.register import REGISTERS
from portal.web.forms import ModelForm, form_for
from portal.web.gate import allow, me
from portal.web.nav import organisation_names
from portal.web.pages import page
from portal.web.session import now, session, today

bp = Blueprint("holds", __name__, url_prefix="/holds")
_PREFIXES = {register.prefix: register for register in REGISTERS.values()}

_Month = Annotated[str, StringConstraints(pattern=r"^(20|21)\d\d-(0[1-9]|1[0-2])$")]
_Entry = Annotated[str, StringConstraints(pattern=rf"^({'|'.join(_PREFIXES)})-\d{{1,12}}$")]


class Holding(BaseModel):
    """What is to be held, and why."""

    isp: str = Field(title="ISP", json_schema_extra={"x-widget": "select"})
    ground: HoldGround = Field(title="Instrument", json_schema_extra={"x-widget": "radio"})
    reference: Reference = Field(
        title="Number of the instrument", description="A number, never an address."
    )
    first_month: _Month | None = Field(
        None, title="Only from this month on", description="Such as 2026-10. Empty: everything."
    )
    last_month: _Month | None = Field(None, title="Up to this month")
    entry: _Entry | None = Field(None, title="Only this entry", description="Such as TD-000042.")
    from_on: date = Field(title="First day of the hold")
    until_on: date | None = Field(
        None, title="Last day, if it has one", description="Empty: until somebody lifts it."
    )


class Lifting(BaseModel):
    """Why a hold ends."""

    reason: LiftReason = Field(title="Reason", json_schema_extra={"x-widget": "radio"})


@bp.get("")
@allow(Permission.HOLD_SET)
def index() -> Response:
    """Every hold, those due for another look marked, and the form for one more."""
    return page("holds/index.html", form=_form(), **_known())


@bp.post("")
@allow(Permission.HOLD_SET, fresh=True)
def place() -> Response:
    """Set a hold."""
    value = _form().checked("holds/index.html", **_known())
    hold = set_hold(session(), _wanted(value), by=me(), at=now())
    session().commit()
    flash(_("Hold %(number)s is set. Nothing under it is destroyed.", number=hold.no))
    return redirect(url_for(".index"), 303)


@bp.get("/<int:no>")
@allow(Permission.HOLD_SET)
def show(no: int) -> Response:
    """One hold: what it covers, what became of it, and what can be done."""
    return page("holds/show.html", form=form_for(Lifting)(), **_one(no))


@bp.post("/<int:no>/reviews")
@allow(Permission.HOLD_SET, fresh=True)
def review(no: int) -> Response:
    """Say that it was looked at again and is still needed."""
    review_hold(session(), no, on=today(), by=me(), at=now())
    session().commit()
    flash(_("Hold %(number)s stays.", number=no))
    return redirect(url_for(".show", no=no), 303)


@bp.post("/<int:no>/lifting")
@allow(Permission.HOLD_SET, fresh=True)
def lift(no: int) -> Response:
    """End it: what is over its term goes with the next run."""
    value = form_for(Lifting)().checked("holds/show.html", **_one(no))
    lift_hold(session(), no, value.reason, on=today(), by=me(), at=now())
    session().commit()
    flash(_("Hold %(number)s is lifted.", number=no), "warning")
    return redirect(url_for(".show", no=no), 303)


def _form() -> ModelForm[Holding]:
    isps = all_isps(session())
    names = organisation_names(isp.id for isp in isps)
    return form_for(Holding, choices={"isp": [(i.slug, names[i.id]) for i in isps]})()


def _wanted(value: Holding) -> Wanted:
    if value.last_month and not value.first_month:
        raise Refused([("first_month", "required", {})])
    months = entry = None
    if value.first_month:
        first = Period.parse(value.first_month)
        months = first, Period.parse(value.last_month) if value.last_month else first
    if value.entry:
        prefix, _dash, number = value.entry.partition("-")
        entry = _PREFIXES[prefix].table.__tablename__, int(number)
    return Wanted(
        isp_named(session(), value.isp).id,
        value.ground,
        value.reference,
        value.from_on,
        value.until_on,
        months,
        entry,
    )


def _known() -> dict[str, Any]:
    rows = listed(session(), today())
    return {
        "rows": rows,
        "today": today(),
        "names": organisation_names(row.hold.subject_id for row in rows),
        "entries": {row.hold.no: _entry_of(row.hold) for row in rows},
    }


def _one(no: int) -> dict[str, Any]:
    found = [row for row in listed(session(), today()) if row.hold.no == no]
    if not found:
        raise NotThere("hold")
    [row] = found
    return {
        "row": row,
        "today": today(),
        "isp": organisation_names([row.hold.subject_id])[row.hold.subject_id],
        "entry": _entry_of(row.hold),
        "people": _people(row),
    }


def _people(row: Listed) -> dict[int, str]:
    ids = {row.hold.recorded_by, *(step.recorded_by for step in row.steps)}
    people = session().scalars(select(Person).where(Person.id.in_(ids)))
    return {person.id: person.name for person in people}


def _entry_of(hold: LegalHold) -> str:
    found = [r for r in REGISTERS.values() if r.table.__tablename__ == hold.place]
    return found[0].name(hold.key) if found and hold.key is not None else ""
