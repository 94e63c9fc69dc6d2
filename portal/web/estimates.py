"""A silent month on screen: the authority counts it by a placeholder, until it is filed."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from pydantic import BaseModel, Field
from werkzeug.wrappers import Response

from portal.accounts import Permission
from portal.accounts.queries import isp_named
from portal.period import Period
from portal.returns.estimate import EstimateReason
from portal.returns.standing import standing
from portal.reviews.estimating import estimate
from portal.web.forms import form_for
from portal.web.gate import allow, me
from portal.web.nav import organisation_names
from portal.web.pages import page
from portal.web.session import now, session

bp = Blueprint("estimates", __name__, url_prefix="/estimates")


class Estimating(BaseModel):
    """Why the authority does not wait any longer."""

    reason: EstimateReason = Field(title="Why", json_schema_extra={"x-widget": "radio"})


EstimatingForm = form_for(Estimating)


@bp.get("/<slug:slug>/<period:period>")
@allow(Permission.FILING_DECIDE)
def ask(slug: str, period: Period) -> Response:
    """Ask why a silent month is estimated."""
    return page("estimates/ask.html", form=EstimatingForm(), **_month(slug, period))


@bp.post("/<slug:slug>/<period:period>")
@allow(Permission.FILING_DECIDE, fresh=True)
def make(slug: str, period: Period) -> Response:
    """Count the month as estimated."""
    shown = _month(slug, period)
    value = EstimatingForm().checked("estimates/ask.html", **shown)
    estimate(session(), shown["isp"].id, period, value.reason, by=me(), at=now())
    session().commit()
    flash(_("The month counts as estimated until it is filed."))
    return redirect(url_for("reviews.queue", period=period), 303)


def _month(slug: str, period: Period) -> dict[str, Any]:
    isp = isp_named(session(), slug)
    return {
        "isp": isp,
        "name": organisation_names([isp.id])[isp.id],
        "period": period,
        "stands": standing(session(), isp.id, period, now()),
    }
