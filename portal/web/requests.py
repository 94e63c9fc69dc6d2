"""What ISPs ask of the authority besides their returns, and its answers; for now: more time."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from pydantic import BaseModel, Field
from werkzeug.wrappers import Response

from portal.accounts import Permission
from portal.accounts.queries import isp_named
from portal.errors import NotThere
from portal.period import Period
from portal.policy.queries import policy_on
from portal.returns.asking import answer_request, ask_for_time, requests, waiting_requests
from portal.returns.due import due, request_number
from portal.returns.extension import AnswerReason, ExtensionReason, ExtensionRequest
from portal.web.fairly import waiting_here
from portal.web.forms import form_for
from portal.web.gate import allow, me, my_isp
from portal.web.nav import organisation_names
from portal.web.pages import page
from portal.web.reading import opens
from portal.web.session import now, session

bp = Blueprint("requests", __name__)


class Asking(BaseModel):
    """What an ISP says when it needs more time."""

    reason: ExtensionReason = Field(
        title="Why you need more time", json_schema_extra={"x-widget": "radio"}
    )
    days: int = Field(ge=1, title="More days", description="Calendar days after the due day.")


class Answering(BaseModel):
    """What the authority answers."""

    reason: AnswerReason = Field(title="Answer", json_schema_extra={"x-widget": "radio"})


AskingForm, AnsweringForm = form_for(Asking), form_for(Answering)


@bp.get("/returns/<period:period>/extension")
@allow(Permission.EXTENSION_ASK)
def ask(period: Period) -> Response:
    """Ask why and for how long."""
    return page("requests/ask.html", form=AskingForm(), **_month(period))


@bp.post("/returns/<period:period>/extension")
@allow(Permission.EXTENSION_ASK)
def ask_for(period: Period) -> Response:
    """Send the request to the authority."""
    value = AskingForm().checked("requests/ask.html", **_month(period))
    ask_for_time(session(), my_isp().id, period, value.reason, value.days, by=me(), at=now())
    session().commit()
    flash(_("Asked. Until the authority answers, the due date stands."), "warning")
    return redirect(url_for("returns.show", period=period), 303)


@bp.get("/requests")
@allow(Permission.FILING_REVIEW)
def index() -> Response:
    """Everything that waits for an answer of the authority, the oldest first."""
    waiting = waiting_requests(session())
    names = organisation_names(isp.id for isp, _request in waiting)
    return page(
        "requests/index.html",
        waiting=waiting,
        names=names,
        request_number=request_number,
        **waiting_here(),
    )


@bp.get("/requests/<slug:slug>/<period:period>/<int:no>")
@allow(Permission.EXTENSION_GRANT)
def show(slug: str, period: Period, no: int) -> Response:
    """One request for more time, with the form for the answer."""
    asked = _request(slug, period, no)
    opens(asked["isp"].id, "read.request", asked["number"])
    return page("requests/show.html", form=AnsweringForm(), **asked)


@bp.post("/requests/<slug:slug>/<period:period>/<int:no>/answer")
@allow(Permission.EXTENSION_GRANT)
def answer(slug: str, period: Period, no: int) -> Response:
    """Grant or refuse it, once."""
    asked = _request(slug, period, no)
    value = AnsweringForm().checked("requests/show.html", **asked)
    answer_request(session(), asked["isp"].id, period, no, value.reason, by=me(), at=now())
    session().commit()
    flash(_("Granted.") if value.reason.grants else _("Refused."))
    return redirect(url_for(".index"), 303)


def _month(period: Period) -> dict[str, Any]:
    until = due(session(), my_isp().id, period)
    fair = policy_on(session(), period.last_day).policy.fair
    return {"period": period, "until": until, "most": fair.extension_most_days}


def _request(slug: str, period: Period, no: int) -> dict[str, Any]:
    isp = isp_named(session(), slug)
    found = session().get(ExtensionRequest, (isp.id, str(period), no))
    if found is None:
        raise NotThere("request")
    return {
        "isp": isp,
        "name": organisation_names([isp.id])[isp.id],
        "period": period,
        "asked": found,
        "number": request_number(found),
        "until": due(session(), isp.id, period),
        "before": requests(session(), isp.id, period),
    }
