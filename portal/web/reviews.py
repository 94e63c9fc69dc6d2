"""Review: the queue of a month, one filing with figures and trend, comments, the decision."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from pydantic import BaseModel, Field
from werkzeug.wrappers import Response

from portal.accounts import Organisation, Permission
from portal.accounts.queries import isp_named, particulars
from portal.entries.holds.queries import reviews_due
from portal.errors import NotThere
from portal.period import Period
from portal.returns import queries as returns
from portal.returns.model import DecisionOutcome, Filing, ReviewStart
from portal.reviews import actions, queries
from portal.reviews.model import MOST_WORDS
from portal.reviews.samples.queries import samples
from portal.web import showing
from portal.web.fairly import heard_and_appealed, waiting_here
from portal.web.forms import ModelForm, form_for
from portal.web.gate import allow, i_may, me
from portal.web.nav import organisation_names
from portal.web.pages import page
from portal.web.reading import opens
from portal.web.session import now, session, today
from portal.web.trends import trends

bp = Blueprint("reviews", __name__, url_prefix="/reviews")
_WHOLE = "ALL"


class Commenting(BaseModel):
    """A comment on one obligation, or on the whole return."""

    obligation: str = Field(title="About")
    text: str = Field(
        default="",
        max_length=MOST_WORDS,
        title="Comment",
        description=(
            "The ISP reads it with the decision, or with a draft. Name entries by their reference."
            " Left empty, it takes back what was written on this."
        ),
        json_schema_extra={"x-widget": "textarea"},
    )


class Deciding(BaseModel):
    """The decision of one filing."""

    outcome: DecisionOutcome = Field(title="Decision", json_schema_extra={"x-widget": "radio"})
    excused: list[str] = Field(
        default=[],
        title="Accept the reason of the one late item",
        description="The obligation then counts as met, with an observation.",
    )


@bp.get("")
@allow(Permission.FILING_REVIEW)
def queue() -> Response:
    """How a month stands for every ISP, those that wait for review first."""
    asked = request.args.get("period", "")
    period = Period.parse(asked) if asked else Period.on(today()).previous()
    rows = queries.queue(session(), period, now())
    return page(
        "reviews/queue.html",
        period=period,
        rows=rows,
        names=organisation_names(row.isp.id for row in rows),
        counts=Counter(str(row.standing.code) for row in rows).most_common(),
        holds_due=reviews_due(session(), today()) if i_may(Permission.HOLD_SET) else 0,
        **waiting_here(),
    )


@bp.get("/<slug:slug>/<period:period>/<int:version>")
@allow(Permission.FILING_REVIEW)
def show(slug: str, period: Period, version: int) -> Response:
    """One filing: figures, thresholds, trend, comments, and the decision or the form for it."""
    isp = isp_named(session(), slug)
    filing = _filing(isp, period, version)
    opens(isp.id, "read.review", filing.receipt)
    forms = {"comment_form": _comment_form(filing), "decision_form": _decision_form(filing)}
    return page("reviews/show.html", **forms, **_context(isp, filing))


@bp.post("/<slug:slug>/<period:period>/<int:version>/review")
@allow(Permission.FILING_DECIDE)
def begin(slug: str, period: Period, version: int) -> Response:
    """Begin the review; from now on the ISP cannot recall the filing."""
    isp = isp_named(session(), slug)
    actions.open_review(session(), isp.id, period, version, by=me(), at=now())
    session().commit()
    return redirect(url_for(".show", slug=slug, period=period, version=version), 303)


@bp.post("/<slug:slug>/<period:period>/<int:version>/comments")
@allow(Permission.FILING_DECIDE)
def comment(slug: str, period: Period, version: int) -> Response:
    """Draft a comment; an empty one takes back what stood there."""
    isp = isp_named(session(), slug)
    filing = _filing(isp, period, version)
    value = _comment_form(filing).checked("reviews/comment.html", **_context(isp, filing))
    about = "" if value.obligation == _WHOLE else value.obligation
    actions.comment(session(), filing, about, value.text, by=me(), at=now())
    session().commit()
    flash(_("The comment is drafted. The ISP reads it with the decision."))
    return redirect(url_for(".show", slug=slug, period=period, version=version), 303)


@bp.post("/<slug:slug>/<period:period>/<int:version>/decision")
@allow(Permission.FILING_DECIDE, fresh=True)
def decide(slug: str, period: Period, version: int) -> Response:
    """Judge the filing, once."""
    isp = isp_named(session(), slug)
    filing = _filing(isp, period, version)
    value = _decision_form(filing).checked("reviews/decision.html", **_context(isp, filing))
    actions.decide(session(), filing, value.outcome, excused=value.excused, by=me(), at=now())
    session().commit()
    flash(_("Decided. The ISP can read the decision and its reasons now."))
    return redirect(url_for(".show", slug=slug, period=period, version=version), 303)


def _context(isp: Organisation, filing: Filing) -> dict[str, Any]:
    decision = returns.decision_of(session(), filing)
    shown = showing.filed(session(), filing, now(), decision)
    return {
        "isp": isp,
        "named": particulars(session(), isp.id),
        "filing": filing,
        "begun": session().get(ReviewStart, (filing.isp_id, filing.period, filing.version)),
        "decision": decision,
        "correct_by": showing.correct_by(session(), decision),
        "comments": queries.comments(session(), filing),
        "samples": samples(session(), filing),
        **heard_and_appealed(filing, decision),
        "newest": returns.in_force(session(), isp.id, shown["period"]) is filing,
        "trends": trends(isp.id, shown["period"]),
        "others": _other_versions(filing, shown["period"]),
        **shown,
    }


def _other_versions(filing: Filing, period: Period) -> list[dict[str, Any]]:
    """The month's other versions, newest first, with how each was judged and what was said."""
    others = [one for one in returns.filings(session(), filing.isp_id, period) if one is not filing]
    return [
        {
            "filing": one,
            "decision": (decision := returns.decision_of(session(), one)),
            "correct_by": showing.correct_by(session(), decision),
            "comments": queries.comments(session(), one),
        }
        for one in reversed(others)
    ]


def _comment_form(filing: Filing) -> ModelForm[Commenting]:
    rows = showing.rows(session(), filing)
    choices = [(_WHOLE, _("The whole return")), *((r.code, f"{r.code} {r.title}") for r in rows)]
    return form_for(Commenting, choices={"obligation": choices})()


def _decision_form(filing: Filing) -> ModelForm[Deciding]:
    rows = showing.rows(session(), filing)
    late = [(r.code, f"{r.code} {r.title}") for r in rows if r.result["excusable"]]
    return form_for(Deciding, choices={"excused": late}, leave_out=[] if late else ["excused"])()


def _filing(isp: Organisation, period: Period, version: int) -> Filing:
    found = returns.filing(session(), isp.id, period, version)
    if found is None:
        raise NotThere("version", version=version)
    return found
