"""Withholding a text, by two people: one asks and it is hidden, another destroys it or shows it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from pydantic import BaseModel, Field
from sqlalchemy import select
from werkzeug.wrappers import Response

from portal.accounts import Permission, Person
from portal.accounts.queries import all_isps
from portal.entries.codes import ShownAgainReason, WithholdingReason
from portal.errors import NotThere
from portal.ledger import SYSTEM
from portal.redactions import actions
from portal.redactions.places import Target, is_officer, texts_of
from portal.redactions.queries import Listed, listed, stands_in, the_listed
from portal.registers.register import REGISTERS
from portal.web.forms import ModelForm, form_for
from portal.web.gate import allow, me
from portal.web.labels import label
from portal.web.nav import organisation_names
from portal.web.pages import page
from portal.web.redaction_words import name_of_text, names_of_texts
from portal.web.session import now, session

bp = Blueprint("redactions", __name__, url_prefix="/redactions")
_AT = "/<slug:place>/<int:owner>/<string(maxlength=40):name>"


class Asking(BaseModel):
    """Which texts must not stand, and why."""

    fields: list[str] = Field(title="What must not stand", min_length=1)
    reason: WithholdingReason = Field(
        title="Why", description="One word is enough; say nothing more about it anywhere."
    )


class Refusing(BaseModel):
    """Why what was asked for is not withheld."""

    because: ShownAgainReason = Field(
        title="Why it is shown again", json_schema_extra={"x-widget": "radio"}
    )


class Finding(BaseModel):
    """The entry that an officer means."""

    isp: str = Field(title="ISP", json_schema_extra={"x-widget": "select"})
    place: str = Field(title="Register", json_schema_extra={"x-widget": "select"})
    key: int = Field(ge=1, le=999_999_999, title="Number", description="42 for TD-000042.")


RefusingForm = form_for(Refusing)


@bp.get("")
@allow(Permission.REDACTION_ASK)
def index() -> Response:
    """What is hidden or was withheld, the newest first."""
    return page("redactions/index.html", **_list())


@bp.post("")
@allow(Permission.REDACTION_ASK)
def find() -> Response:
    """Lead an officer to an entry by its number."""
    if not is_officer(me()):
        raise NotThere("isp")
    context = _list()
    value = context.pop("form").checked("redactions/index.html", **context)
    return redirect(url_for(".ask", place=value.place, owner=value.isp, name=value.key), 303)


@bp.get(f"{_AT}/new")
@allow(Permission.REDACTION_ASK)
def ask(place: str, owner: int, name: str) -> Response:
    """Ask which texts of a thing must not stand, without showing them."""
    target = _target(place, owner, name)
    return page("redactions/ask.html", form=_asking(target), **_asked_of(target))


@bp.post(_AT)
@allow(Permission.REDACTION_ASK)
def add(place: str, owner: int, name: str) -> Response:
    """Hide them at once; a second person decides."""
    target = _target(place, owner, name)
    value = _asking(target).checked("redactions/ask.html", **_asked_of(target))
    asked = actions.ask(session(), target, value.fields, reason=value.reason, by=me(), at=now())
    session().commit()
    flash(_("Hidden: %(number)s. Another person decides whether it is destroyed.",
            number=asked.number))  # fmt: skip
    return redirect(url_for(".index"), 303)


@bp.get("/<int:isp_id>/<int:no>")
@allow(Permission.REDACTION_ASK)
def show(isp_id: int, no: int) -> Response:
    """One request, for who may decide it; the texts are shown to nobody."""
    return page("redactions/show.html", form=RefusingForm(), **_one(isp_id, no))


@bp.post("/<int:isp_id>/<int:no>/destruction")
@allow(Permission.REDACTION_CONFIRM, fresh=True)
def destroy(isp_id: int, no: int) -> Response:
    """Destroy the texts, for good."""
    done = actions.destroy(session(), isp_id, no, by=me(), at=now())
    session().commit()
    flash(_("Destroyed: %(number)s. Every figure and digest stands as before.", number=done.number))
    return redirect(url_for(".index"), 303)


@bp.post("/<int:isp_id>/<int:no>/showing")
@allow(Permission.REDACTION_CONFIRM, fresh=True)
def refuse(isp_id: int, no: int) -> Response:
    """Show the texts again, with a reason."""
    value = RefusingForm().checked("redactions/show.html", **_one(isp_id, no))
    done = actions.show_again(session(), isp_id, no, because=value.because, by=me(), at=now())
    session().commit()
    flash(_("Shown again: %(number)s.", number=done.number))
    return redirect(url_for(".index"), 303)


def _target(place: str, owner: int, name: str) -> Target:
    return Target(place, owner, tuple(name.split(".")))


def _asking(target: Target) -> ModelForm[Asking]:
    there = texts_of(session(), target, by=me())
    actions.must_be_ones_desk(target, me())
    fields = [(named, name_of_text(named)) for named in there]
    reasons = [(str(reason), label(reason)) for reason in actions.REASONS]
    return form_for(Asking, choices={"fields": fields, "reason": reasons})()


def _asked_of(target: Target) -> dict[str, Any]:
    """What a request is about, by name, and the page that it was asked from."""
    names = organisation_names([target.owner_id])
    entry = back = None
    if target.place in REGISTERS:
        entry = REGISTERS[target.place].name(int(target.name[0]))
        if target.owner_id == me().organisation_id:
            back = url_for("entries.show", slug=target.place, key=target.name[0])
    return {
        "target": target,
        "about": " · ".join(filter(None, (entry, names.get(target.owner_id)))) or None,
        "back": back or url_for(".index"),
    }


def _list() -> dict[str, Any]:
    rows = listed(session(), me())
    return {**_told(rows), "rows": rows, "form": _finding() if is_officer(me()) else None}


def _finding() -> ModelForm[Finding]:
    isps = all_isps(session())
    names = organisation_names(isp.id for isp in isps)
    choices = {
        "isp": [(str(isp.id), names[isp.id]) for isp in isps],
        "place": [(slug, label(slug)) for slug in REGISTERS],
    }
    return form_for(Finding, choices=choices)()


def _one(isp_id: int, no: int) -> dict[str, Any]:
    row = the_listed(session(), isp_id, no, me())
    return {**_told([row]), "row": row, "entries": _entries(row)}


def _entries(row: Listed) -> list[str]:
    """The entries that wait for the decision, by name; of what is decided none is looked up."""
    waits = row.withholding.outcome is None
    found = stands_in(session(), row) if waits else []
    return [REGISTERS[slug].name(key) for _isp, slug, key in found]


def _told(rows: list[Listed]) -> dict[str, Any]:
    """Names of ISPs and people; who saw or pasted something is named to nobody here."""
    kept = [row.withholding for row in rows]
    named = {one.asked_by for one in kept if one.reason != WithholdingReason.SEEN_OR_PASTED}
    people = session().scalars(select(Person).where(Person.id.in_(named)))
    isps = organisation_names(one.isp_id for one in kept if one.isp_id != SYSTEM)
    return {
        "people": {person.id: person.name for person in people},
        "names": {SYSTEM: _("A sender or trainer"), **isps},
        "names_of_texts": names_of_texts,
    }
