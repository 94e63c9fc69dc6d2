"""Outages: the authority says who could not file, and when; due dates follow by the policy."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from pydantic import BaseModel, Field
from werkzeug.wrappers import Response

from portal.accounts import Permission
from portal.accounts.queries import all_isps, isp_named
from portal.entries.texts import Reference
from portal.policy.outages import failures, record_outage, recorded, take_back_outage
from portal.web.forms import ModelForm, form_for
from portal.web.gate import allow, me
from portal.web.nav import organisation_names
from portal.web.pages import page
from portal.web.session import now, session

bp = Blueprint("outages", __name__, url_prefix="/outages")


class Recording(BaseModel):
    """What the authority says of an outage."""

    from_at: datetime = Field(title="Began")
    until_at: datetime = Field(title="Ended")
    instrument: Reference = Field(
        title="Number of the letter or report that establishes it",
        description="A number, never an address.",
    )
    isps: list[str] = Field(
        default=[],
        title="Only these ISPs could not file",
        description="Tick none if it kept everybody from filing.",
    )


@bp.get("")
@allow(Permission.FILING_REVIEW)
def index() -> Response:
    """Every outage recorded, the newest first, and the form for another."""
    return page("outages/index.html", form=_form(), **_known())


@bp.post("")
@allow(Permission.OUTAGE_RECORD)
def record() -> Response:
    """Record an outage."""
    value = _form().checked("outages/index.html", **_known())
    only = [isp_named(session(), slug).id for slug in value.isps] or None
    outage = record_outage(
        session(),
        value.from_at,
        value.until_at,
        isps=only,
        instrument=value.instrument,
        by=me(),
        at=now(),
    )
    session().commit()
    flash(_("Recorded: %(number)s. Due dates follow by the policy.", number=outage.instrument))
    return redirect(url_for(".index"), 303)


@bp.post("/<int:key>/withdrawal")
@allow(Permission.OUTAGE_RECORD)
def take_back(key: int) -> Response:
    """Say that an outage was recorded in error."""
    take_back_outage(session(), key, by=me(), at=now())
    session().commit()
    flash(_("Taken back. What was filed meanwhile stays as it was frozen."), "warning")
    return redirect(url_for(".index"), 303)


def _form() -> ModelForm[Recording]:
    isps = all_isps(session())
    names = organisation_names(isp.id for isp in isps)
    return form_for(Recording, choices={"isps": [(i.slug, names[i.id]) for i in isps]})()


def _known() -> dict[str, Any]:
    outages = recorded(session())
    since = min((o.from_at for o in outages), default=now())
    concerned = {f.key: f.isps for f in failures(session(), since)}
    named = organisation_names(isp_id for isps in concerned.values() for isp_id in isps or ())
    return {
        "rows": outages,
        "concerned": {
            key: sorted(named[isp_id] for isp_id in isps) if isps else []
            for key, isps in concerned.items()
        },
    }
