"""Appeals on screen: the ISP's grounds, the authority's clock, another officer's answer."""

from __future__ import annotations

from typing import Any, Literal

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from pydantic import BaseModel, Field
from werkzeug.wrappers import Response

from portal.accounts import Permission
from portal.certificates import queries
from portal.certificates.hearings import appealed
from portal.certificates.model import Certificate
from portal.certificates.revoking import appeal_revocation, revocation_of
from portal.entries.texts import LongNote
from portal.errors import NotThere
from portal.period import Period
from portal.returns import queries as returns
from portal.returns.hearing import Adverse
from portal.returns.model import Filing
from portal.reviews.appeal import Appeal
from portal.reviews.appealing import (
    Against,
    adverse_decision,
    appeal_decision,
    appeal_until,
    rule,
    standing_findings,
)
from portal.web import showing
from portal.web.forms import ModelForm, form_for
from portal.web.gate import allow, i_may, isp_or_404, me, my_isp
from portal.web.nav import organisation_names
from portal.web.pages import page
from portal.web.reading import opens
from portal.web.session import now, session

bp = Blueprint("appeals", __name__, url_prefix="/appeals")


class Appealing(BaseModel):
    """Why the ISP does not accept what was done."""

    text: LongNote = Field(
        title="Your grounds",
        description=(
            "In your own words, at most 2,000 signs. Name entries by their reference. An appeal is"
            " made once and cannot be changed."
        ),
        json_schema_extra={"x-widget": "textarea"},
    )


class Ruling(BaseModel):
    """How an appeal is decided."""

    outcome: Literal["UPHELD", "ALLOWED"] = Field(
        title="Answer", json_schema_extra={"x-widget": "radio"}
    )
    set_aside: list[str] = Field(
        default=[],
        title="Findings that do not stand",
        description="If the appeal is allowed: at least one. They are then not assessed.",
    )
    text: LongNote = Field(
        title="Your reasons",
        description="The ISP reads them with the answer. At most 2,000 signs.",
        json_schema_extra={"x-widget": "textarea"},
    )


AppealingForm = form_for(Appealing)


@bp.get("/decisions/<period:period>/<int:version>")
@allow(Permission.HEARING_ANSWER)
def ask_decision(period: Period, version: int) -> Response:
    """Ask on which grounds a decision is appealed against."""
    against = adverse_decision(session(), _own_filing(period, version), now())
    action = url_for(".decision", period=period, version=version)
    return page("appeals/new.html", form=AppealingForm(), **_asked(against, action))


@bp.post("/decisions/<period:period>/<int:version>")
@allow(Permission.HEARING_ANSWER)
def decision(period: Period, version: int) -> Response:
    """Appeal against a decision."""
    filing = _own_filing(period, version)
    against = adverse_decision(session(), filing, now())
    action = url_for(".decision", period=period, version=version)
    value = AppealingForm().checked("appeals/new.html", **_asked(against, action))
    return _made(appeal_decision(session(), filing, value.text, by=me(), at=now()))


@bp.get("/revocations/<string(maxlength=60):number>")
@allow(Permission.HEARING_ANSWER)
def ask_revocation(number: str) -> Response:
    """Ask on which grounds a revocation is appealed against."""
    against = revocation_of(session(), _own_certificate(number))
    action = url_for(".revocation", number=number)
    return page("appeals/new.html", form=AppealingForm(), **_asked(against, action))


@bp.post("/revocations/<string(maxlength=60):number>")
@allow(Permission.HEARING_ANSWER)
def revocation(number: str) -> Response:
    """Appeal against a revocation."""
    certificate = _own_certificate(number)
    against = revocation_of(session(), certificate)
    action = url_for(".revocation", number=number)
    value = AppealingForm().checked("appeals/new.html", **_asked(against, action))
    return _made(appeal_revocation(session(), certificate.serial, value.text, by=me(), at=now()))


@bp.get("/<slug:slug>/<int:no>")
@allow(Permission.ACCOUNT_USE)
def show(slug: str, no: int) -> Response:
    """One appeal: for the ISP that made it, and for officers who may read of any ISP."""
    shown = _appeal(slug, no)
    opens(shown["isp"].id, "read.appeal", shown["appeal"].number)
    return page("appeals/show.html", form=_ruling_form(shown["appeal"]), **shown)


@bp.post("/<slug:slug>/<int:no>/ruling")
@allow(Permission.APPEAL_DECIDE, fresh=True)
def answer(slug: str, no: int) -> Response:
    """Decide it, once, as somebody who did not decide first."""
    shown = _appeal(slug, no)
    value = _ruling_form(shown["appeal"]).checked("appeals/show.html", **shown)
    rule(
        session(),
        shown["appeal"],
        value.text,
        allowed=value.outcome == "ALLOWED",
        set_aside=value.set_aside,
        by=me(),
        at=now(),
    )
    session().commit()
    flash(_("Decided. The ISP can read the answer and its reasons now."))
    return redirect(url_for(".show", slug=slug, no=no), 303)


def _made(made: Appeal) -> Response:
    session().commit()
    flash(_("The authority has your appeal. Until it answers, what was decided stands."), "warning")
    return redirect(url_for(".show", slug=my_isp().slug, no=made.no), 303)


def _asked(against: Against | None, action: str) -> dict[str, Any]:
    if against is None:
        raise NotThere("appeal")
    return {"against": against, "action": action, "until": appeal_until(session(), against.at)}


def _own_filing(period: Period, version: int) -> Filing:
    found = returns.filing(session(), my_isp().id, period, version)
    if found is None:
        raise NotThere("version", version=version)
    return found


def _own_certificate(number: str) -> Certificate:
    found = queries.by_number(session(), number)
    if found is None or found.isp_id != my_isp().id:
        raise NotThere("number")
    return found


def _appeal(slug: str, no: int) -> dict[str, Any]:
    isp = isp_or_404(slug)
    found = appealed(session(), isp.id, no)
    if found is None:
        raise NotThere("appeal")
    mine = found.appeal.against_by == me().person_id
    may_rule = found.ruling is None and not mine and i_may(Permission.APPEAL_DECIDE)
    return {
        "isp": isp,
        "name": organisation_names([isp.id])[isp.id],
        "appeal": found.appeal,
        "ruling": found.ruling,
        "state": found.code(now()),
        "period": Period.parse(found.appeal.period),
        "may_rule": may_rule,
        "decided_first": mine,
        "mine": isp.id == me().organisation_id,
    }


def _ruling_form(appeal: Appeal) -> ModelForm[Ruling]:
    if appeal.kind is not Adverse.FINDING:
        return form_for(Ruling, leave_out=["set_aside"])()
    key = (appeal.isp_id, appeal.period, appeal.version)
    filing = session().get_one(Filing, key)
    made = returns.decision_of(session(), filing)
    found = standing_findings(session(), filing, made, now()) if made else frozenset()
    rows = showing.rows(session(), filing)
    choices = [(row.code, f"{row.code} {row.title}") for row in rows if row.code in found]
    return form_for(Ruling, choices={"set_aside": choices})()
