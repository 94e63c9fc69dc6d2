"""Successions: the authority says who goes on as whom; what both ISPs are told of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from pydantic import BaseModel, Field
from werkzeug.wrappers import Response

from portal.accounts import Organisation, Permission, SuccessionKind
from portal.accounts.queries import all_isps, isp_named
from portal.accounts.successions import Succeeding, succession_of, successions
from portal.entries.texts import Reference
from portal.errors import NotThere
from portal.registers.successions import came_from, carry, left_open, succeed
from portal.web.forms import ModelForm, form_for
from portal.web.gate import allow, i_may, me
from portal.web.nav import organisation_names
from portal.web.pages import page
from portal.web.session import now, session

bp = Blueprint("successions", __name__, url_prefix="/successions")


class Deciding(BaseModel):
    """What the authority decided of two ISPs."""

    predecessor: str = Field(title="The ISP that ends", json_schema_extra={"x-widget": "select"})
    successor: str = Field(title="The ISP that goes on", json_schema_extra={"x-widget": "select"})
    first_day: date = Field(
        title="First day of the successor",
        description="The licences of the ISP that ends hold up to the day before.",
    )
    kind: SuccessionKind = Field(title="Kind", json_schema_extra={"x-widget": "radio"})
    reference: Reference = Field(
        title="Number of the authority's decision", description="A number, never an address."
    )


@bp.get("")
@allow(Permission.FILING_REVIEW)
def index() -> Response:
    """Every succession, the newest first, and the form for another."""
    return page("successions/index.html", form=_form(), **_known())


@bp.post("")
@allow(Permission.LICENCE_STATE)
def record() -> Response:
    """Record a succession; what is open goes over in the same act."""
    value = _form().checked("successions/index.html", **_known())
    old, new = (isp_named(session(), slug) for slug in (value.predecessor, value.successor))
    decided = Succeeding(old.id, new.id, value.kind, value.first_day, value.reference)
    _succession, carried = succeed(session(), decided, by=me(), at=now())
    session().commit()
    flash(_("Recorded: %(number)s.", number=value.reference) + " " + _went(carried.items))
    return redirect(url_for(".index"), 303)


@bp.post("/<slug:slug>/items")
@allow(Permission.LICENCE_STATE)
def hand_over(slug: str) -> Response:
    """Hand over what was logged late, or opened again, at an ISP that ended."""
    succession = succession_of(session(), isp_named(session(), slug).id)
    if succession is None:
        raise NotThere("isp")
    carried = carry(session(), succession, by=me(), at=now())
    session().commit()
    flash(_went(carried.items))
    return redirect(url_for(".index"), 303)


def _went(items: int) -> str:
    return str(ngettext("%(num)d open item went over.", "%(num)d open items went over.", items))


def _form() -> ModelForm[Deciding]:
    isps = all_isps(session())
    names = organisation_names(isp.id for isp in isps)
    offered = [(isp.slug, names[isp.id]) for isp in isps]
    return form_for(Deciding, choices={"predecessor": offered, "successor": offered})()


def _known() -> dict[str, Any]:
    known = successions(session())
    ids = {isp_id for one in known for isp_id in (one.predecessor_id, one.successor_id)}
    rows = [
        {
            "said": one,
            "slug": session().get_one(Organisation, one.predecessor_id).slug,
            "went": came_from(session(), one),
            "open": left_open(session(), one.predecessor_id),
        }
        for one in known
    ]
    return {"rows": rows, "names": organisation_names(ids), "may": i_may(Permission.LICENCE_STATE)}
