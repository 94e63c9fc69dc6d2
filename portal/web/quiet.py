"""Quiet returns: what stands out on nils, the sample drawn, the others accepted in one sitting."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from pydantic import BaseModel, Field
from sqlalchemy import select
from werkzeug.wrappers import Response

from portal.accounts import Organisation, Permission, may
from portal.entries.texts import Reference
from portal.period import Period
from portal.policy.queries import policy_at
from portal.returns.model import DecisionOutcome
from portal.reviews.engagements.covering import holding
from portal.reviews.engagements.queries import isps_of
from portal.reviews.engagements.refusals import OutsideEngagement
from portal.reviews.nil_draws import (
    accept_others,
    decisions_of,
    draw,
    drawn_from,
    draws,
    redraw,
    the_draw,
)
from portal.reviews.nil_flags import nils
from portal.wall import Step, stepping
from portal.web.forms import form_for
from portal.web.gate import allow, me
from portal.web.nav import organisation_names
from portal.web.pages import page
from portal.web.reading import opens
from portal.web.session import now, session

bp = Blueprint("quiet", __name__, url_prefix="/reviews/quiet")


class Drawing(BaseModel):
    """The seed of a draw."""

    seed: Reference | None = Field(
        None,
        title="Seed",
        description=(
            "Such as the numbers of a public lottery of the day. Left empty, the portal makes one."
        ),
    )


DrawingForm = form_for(Drawing)


@bp.get("/<period:period>")
@allow(Permission.FILING_REVIEW)
def index(period: Period) -> Response:
    """The nil returns of a month that wait: what stands out on each, and the draws so far."""
    return page("quiet/index.html", form=DrawingForm(), **_listed(period))


@bp.post("/<period:period>/draws")
@allow(Permission.FILING_DECIDE)
def add_draw(period: Period) -> Response:
    """Draw a sample of those on which nothing stands out."""
    value = DrawingForm().checked("quiet/index.html", **_listed(period))
    made = draw(session(), period, seed=value.seed, by=me(), at=now())
    session().commit()
    flash(_("Drawn. Review what was drawn by hand, then accept the others."))
    return redirect(url_for(".show", period=period, no=made.no), 303)


@bp.get("/<period:period>/draws/<int:no>")
@allow(Permission.DRAW_CHECK)
def show(period: Period, no: int) -> Response:
    """One draw with all that is needed to draw again, and what became of each return; an auditor
    sees the receipts of all, and more of the ISPs engaged for alone.
    """
    with stepping(session(), Step.DRAW):
        drawn = _drawn(period, no)
    for isp_id in drawn["seen"] if may(me().role, Permission.AUDIT_READ) else ():
        opens(isp_id, "read.draw", f"{period} {no}")
    return page("quiet/show.html", **drawn)


@bp.post("/<period:period>/draws/<int:no>/acceptances")
@allow(Permission.FILING_DECIDE, fresh=True)
def add_acceptances(period: Period, no: int) -> Response:
    """Accept every return of a draw that was not drawn, one decision each."""
    sitting = accept_others(session(), period, no, by=me(), at=now())
    session().commit()
    count = len(sitting.accepted)
    flash(ngettext("%(num)d return accepted.", "%(num)d returns accepted.", count))
    if sitting.dropped:
        told = ngettext(
            "%(num)d dropped out since the draw and waits for a review of its own.",
            "%(num)d dropped out since the draw and wait for reviews of their own.",
            len(sitting.dropped),
        )
        flash(told, "warning")
    return redirect(url_for(".show", period=period, no=no), 303)


def _listed(period: Period) -> dict[str, Any]:
    found, made = nils(session(), period, now()), draws(session(), period)
    known = {row.receipt for one in made for row in drawn_from(session(), period, one.no)}
    clean = [nil for nil in found if not nil.flags]
    return {
        "period": period,
        "clean": [nil for nil in clean if nil.filing.receipt not in known],
        "drawn": [nil for nil in clean if nil.filing.receipt in known],
        "flagged": [nil for nil in found if nil.flags],
        "draws": made,
        "names": organisation_names(nil.isp.id for nil in found),
        "tenths": policy_at(session(), now()).policy.fair.nil_sample_tenths,
    }


def _seen(period: Period, isps: set[int]) -> list[int]:
    """The ISPs of a draw that the asker may know more of than a receipt."""
    if not may(me().role, Permission.AUDIT_READ):
        return sorted(isps)
    mine = holding(session(), me(), now())
    covers = [one.no for one in mine if one.first_period <= str(period) <= one.last_period]
    found = {isp for known in isps_of(session(), covers).values() for isp in known} & isps
    if not found:
        raise OutsideEngagement("draw")
    return sorted(found)


def _drawn(period: Period, no: int) -> dict[str, Any]:
    made, rows = the_draw(session(), period, no), drawn_from(session(), period, no)
    decided = decisions_of(session(), rows)
    waiting = {nil.filing.receipt: nil for nil in nils(session(), period, now())}
    mine = Organisation.id.in_([row.isp_id for row in rows])
    slugs = {isp.id: isp.slug for isp in session().scalars(select(Organisation).where(mine))}
    told = [(row, decided.get(row.receipt), waiting.get(row.receipt)) for row in rows]
    hands = [decision for row, decision, _nil in told if row.by_hand and decision]
    return {
        "period": period,
        "made": made,
        "seen": _seen(period, {row.isp_id for row in rows}),
        "again": redraw(session(), period, no),
        "rows": sorted(told, key=lambda one: (not one[0].by_hand, one[0].receipt)),
        "names": organisation_names(slugs),
        "slugs": slugs,
        "unseen": [row for row, decision, nil in told if row.by_hand and nil and not decision],
        "left": [row for row, decision, nil in told if not row.by_hand and nil and not decision],
        "objected": [one for one in hands if one.outcome != DecisionOutcome.ACCEPT],
    }
