"""Engagements: one officer proposes who may look at what, another confirms, either ends it."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from pydantic import BaseModel, Field
from werkzeug.wrappers import Response

from portal.accounts import Permission, Person
from portal.accounts.queries import all_isps, isp_named, organisation_named
from portal.entries.texts import Reference
from portal.errors import NotThere
from portal.period import Period
from portal.reviews.engagements.actions import confirm, end, propose
from portal.reviews.engagements.model import EndReason
from portal.reviews.engagements.proposal import Proposal
from portal.reviews.engagements.queries import Told, auditors, engagements
from portal.web.forms import ModelForm, form_for
from portal.web.gate import allow, me
from portal.web.language import month
from portal.web.nav import organisation_names
from portal.web.pages import page
from portal.web.session import now, session, today

bp = Blueprint("engagements", __name__, url_prefix="/engagements")
MONTHS_OFFERED = 24


class Engaging(BaseModel):
    """Who is to look at what, on which days."""

    organisation: str = Field(
        title="Auditing organisation", json_schema_extra={"x-widget": "select"}
    )
    people: list[str] = Field(title="Its people who may look", min_length=1)
    instrument: Reference = Field(
        title="Number of the mandate", description="A number, never an address."
    )
    isps: list[str] = Field(title="ISPs", min_length=1)
    first_period: str = Field(title="First month", json_schema_extra={"x-widget": "select"})
    last_period: str = Field(title="Last month", json_schema_extra={"x-widget": "select"})
    from_on: date = Field(title="First day")
    until_on: date = Field(
        title="Last day", description="It ends by itself at the end of this day."
    )


class Ending(BaseModel):
    """Why it ends before its last day."""

    reason: EndReason = Field(title="Why it ends", json_schema_extra={"x-widget": "radio"})


EndingForm = form_for(Ending)


@bp.get("")
@allow(Permission.FILING_REVIEW)
def index() -> Response:
    """Every engagement, the newest first."""
    found = engagements(session(), now())
    return page("engagements/index.html", rows=found, **_names(found))


@bp.get("/new")
@allow(Permission.ENGAGEMENT_GRANT)
def new() -> Response:
    """Ask who is to look at what."""
    return page("engagements/new.html", form=_form())


@bp.post("")
@allow(Permission.ENGAGEMENT_GRANT, fresh=True)
def add() -> Response:
    """Propose an engagement; nobody looks before another officer confirms it."""
    value = _form().checked("engagements/new.html")
    asked = Proposal(
        organisation_id=organisation_named(session(), value.organisation).id,
        people=[int(one) for one in value.people if one.isdecimal()],
        isps=[isp_named(session(), slug).id for slug in value.isps],
        instrument=value.instrument,
        first=Period.parse(value.first_period),
        last=Period.parse(value.last_period),
        from_on=value.from_on,
        until_on=value.until_on,
    )
    made = propose(session(), asked, by=me(), at=now())
    session().commit()
    flash(_("Proposed: %(number)s. Another officer confirms it.", number=made.name))
    return redirect(url_for(".show", no=made.no), 303)


@bp.get("/<int:no>")
@allow(Permission.FILING_REVIEW)
def show(no: int) -> Response:
    """One engagement: whom it lets look at what, who said so, and how it stands."""
    return page("engagements/show.html", form=EndingForm(), **_shown(no))


@bp.post("/<int:no>/confirmation")
@allow(Permission.ENGAGEMENT_GRANT, fresh=True)
def add_confirmation(no: int) -> Response:
    """Confirm another officer's proposal."""
    confirm(session(), no, by=me(), at=now())
    session().commit()
    flash(_("Confirmed. The ISPs see on their pages who may look at what."))
    return redirect(url_for(".show", no=no), 303)


@bp.post("/<int:no>/end")
@allow(Permission.ENGAGEMENT_GRANT, fresh=True)
def add_end(no: int) -> Response:
    """End it before its last day."""
    value = EndingForm().checked("engagements/show.html", **_shown(no))
    end(session(), no, value.reason, by=me(), at=now())
    session().commit()
    flash(_("Ended. From now on nobody looks by it."))
    return redirect(url_for(".show", no=no), 303)


def _shown(no: int) -> dict[str, Any]:
    found = engagements(session(), now(), no=no)
    if not found:
        raise NotThere("engagement")
    acts = [found[0].engagement.proposed_by]
    acts += [found[0].confirmation.confirmed_by] if found[0].confirmation else []
    acts += [found[0].ended.ended_by] if found[0].ended else []
    officers = {one: session().get_one(Person, one).name for one in acts}
    return {"one": found[0], "officers": officers, "who_id": me().person_id, **_names(found)}


def _names(found: list[Told]) -> dict[str, Any]:
    ids = {isp for one in found for isp in one.isps}
    return {"names": organisation_names(ids | {one.engagement.organisation_id for one in found})}


def _form() -> ModelForm[Engaging]:
    isps, people = all_isps(session()), auditors(session(), today())
    firms = {organisation.id: organisation for _person, organisation in people}
    names = organisation_names([isp.id for isp in isps] + list(firms))
    months = [Period.on(today())]
    while len(months) < MONTHS_OFFERED:
        months.append(months[-1].previous())
    offered = [(str(one), month(one)) for one in months]
    return form_for(
        Engaging,
        choices={
            "organisation": [(firm.slug, names[firm.id]) for firm in firms.values()],
            "people": [(str(p.id), f"{p.name} · {names[firm.id]}") for p, firm in people],
            "isps": [(isp.slug, names[isp.id]) for isp in isps],
            "first_period": offered,
            "last_period": offered,
        },
    )()
