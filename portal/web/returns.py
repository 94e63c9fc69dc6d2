"""The monthly return: how the months stand, the look ahead, prepare, file, receipt, recall."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from pydantic import BaseModel, Field
from werkzeug.wrappers import Response

from portal.accounts import Organisation, Permission
from portal.accounts.waivers import waiver_on
from portal.errors import NotThere
from portal.letters.queries import letters
from portal.period import Period
from portal.registers.lists.queries import waiting
from portal.returns import actions, queries
from portal.returns.asking import Asked, requests
from portal.returns.basis import DECLARING
from portal.returns.model import AmendmentReason, Decision, Filing, Recall
from portal.returns.owing import judged_since
from portal.returns.preflight import UPSTREAM_WAITS, Preflight, preflight
from portal.returns.standing import Standing, history
from portal.returns.standing import standing as standing_of
from portal.reviews.queries import comments_for_isp
from portal.web import look_ahead, origins, showing, statements
from portal.web.fairly import heard_and_appealed, waiting_for
from portal.web.forms import ModelForm, form_for
from portal.web.gate import allow, i_may, me, my_isp
from portal.web.labels import label
from portal.web.pages import page, whole
from portal.web.session import now, session, today, zone
from portal.web.trainings import sessions_waiting
from portal.web.waiting import waiting_orders

bp = Blueprint("returns", __name__, url_prefix="/returns")
MONTHS_SHOWN = 14
TILES = ("takedowns", "blocklists", "training", "complaints", "roster")


class Preparing(BaseModel):
    """What the preparer says besides the entries."""

    nils: list[Literal["takedowns", "blocklists", "training"]] = Field(
        default=[],
        title="Nothing happened in these registers",
        description="A positive statement, register by register: we looked, and there was nothing.",
    )
    reason: AmendmentReason | None = None


class Amending(Preparing):
    """What the preparer of a later version says."""

    reason: AmendmentReason = Field(
        title="Why this later version is filed", json_schema_extra={"x-widget": "select"}
    )


class Opening(BaseModel):
    """The opening balance of the first month."""

    open_items: int = Field(
        ge=0,
        le=1_000_000,
        title="Takedown items open when your first month began",
        description="Received before it and not settled by then. Enter 0 if there were none.",
    )


OpeningForm = form_for(Opening)


@bp.get("")
@allow(Permission.RETURN_READ)
def standing() -> Response:
    """How the ISP's months stand, the newest first; none before the first policy."""
    isp = my_isp()
    since = judged_since(session())
    judged = [period for period in _months() if since is not None and period.first_day >= since]
    months = history(session(), isp.id, judged, now())
    owed = [month for month in months if month.code != "NOT_OWED"]
    shown = {"told": origins.told(isp.id), "waiting": len(waiting(session(), isp.id))}
    shown |= {**waiting_orders(isp.id), **waiting_for(isp), **sessions_waiting(isp.id)}
    return page("returns/standing.html", months=owed, **shown)


@bp.get("/<period:period>")
@allow(Permission.RETURN_READ)
def show(period: Period) -> Response:
    """One month before filing, and what was filed for it."""
    isp = my_isp()
    actions.must_have_begun(session(), period, now())
    ahead = preflight(session(), isp.id, period, now())
    return _month(isp, period, ahead, _form(ahead))


@bp.post("/<period:period>/opening")
@allow(Permission.RETURN_PREPARE)
def open_balance(period: Period) -> Response:
    """Declare the opening balance of the first month."""
    isp = my_isp()
    ahead = preflight(session(), isp.id, period, now())
    form = OpeningForm()
    value = form.checked("returns/opening.html", period=period, ahead=ahead)
    actions.declare_opening(session(), isp.id, period, value.open_items, by=me(), at=now())
    session().commit()
    flash(_("The opening balance is declared."))
    return redirect(url_for(".show", period=period), 303)


@bp.get("/<period:period>/opening")
@allow(Permission.RETURN_PREPARE)
def ask_balance(period: Period) -> Response:
    """Ask for the opening balance of the first month."""
    actions.must_have_begun(session(), period, now())
    ahead = preflight(session(), my_isp().id, period, now())
    return page("returns/opening.html", form=OpeningForm(), period=period, ahead=ahead)


@bp.post("/<period:period>/preparations")
@allow(Permission.RETURN_PREPARE)
def prepare(period: Period) -> Response:
    """Freeze the month for another person to approve."""
    isp = my_isp()
    ahead = preflight(session(), isp.id, period, now())
    value = _form(ahead).checked("returns/show.html", **_context(isp, period, ahead))
    actions.prepare(
        session(), isp.id, period, nils=value.nils, reason=value.reason, by=me(), at=now()
    )
    session().commit()
    flash(_("Prepared. It is NOT FILED yet: another person approves and files it."), "warning")
    return redirect(url_for(".show", period=period), 303)


@bp.post("/<period:period>/filings")
@allow(Permission.RETURN_FILE, fresh=True)
def file(period: Period) -> Response:
    """Approve and file exactly what was prepared; twice is once."""
    no = request.form.get("preparation", 0, type=whole)
    filing = actions.file(session(), my_isp().id, period, no, by=me(), at=now())
    session().commit()
    return redirect(url_for(".receipt", period=period, version=filing.version), 303)


@bp.get("/<period:period>/filings/<int:version>")
@allow(Permission.RETURN_READ)
def receipt(period: Period, version: int) -> Response:
    """The receipt of one version, with everything it said."""
    filing = _filing(my_isp(), period, version)
    decision = queries.decision_of(session(), filing)
    shown = showing.filed(session(), filing, now(), decision)
    return page(
        "returns/receipt.html",
        filing=filing,
        decision=decision,
        correct_by=showing.correct_by(session(), decision),
        recalled=_recall_of(filing),
        comments=comments_for_isp(session(), filing),
        slug=my_isp().slug,
        **heard_and_appealed(filing, decision),
        **(shown | {"behind": statements.links(shown["policy"], str(period), shown["statement"])}),
    )


@bp.post("/<period:period>/filings/<int:version>/recall")
@allow(Permission.RETURN_FILE, fresh=True)
def recall(period: Period, version: int) -> Response:
    """Take a filing back before its review begins."""
    isp = my_isp()
    actions.recall(session(), isp.id, period, version, by=me(), at=now())
    session().commit()
    earlier = standing_of(session(), isp.id, period, now()).filing
    if earlier is None:
        flash(_("Recalled. The month is NOT FILED now."), "warning")
    else:
        flash(_("Recalled. Receipt %(number)s stands again.", number=earlier.receipt), "warning")
    return redirect(url_for(".show", period=period), 303)


def _month(
    isp: Organisation, period: Period, ahead: Preflight, form: ModelForm[Preparing]
) -> Response:
    return page("returns/show.html", form=form, **_context(isp, period, ahead))


def _context(isp: Organisation, period: Period, ahead: Preflight) -> dict[str, Any]:
    prepared = ahead.prepared
    mine = prepared is not None and prepared.prepared_by == me().person_id
    # What waits for approval is shown as it was frozen: the approver files that and nothing else.
    said = ahead.statement if prepared is None else queries.read(prepared.statement)
    over, figures = now() >= period.ends_at(zone()), _figures(period, said, ahead.standing)
    nils = [slug for slug in DECLARING if prepared and said["registers"][slug]["nil"]]
    waived = mine and waiver_on(session(), isp.id, today()) is not None
    return {
        "period": period,
        "ahead": ahead,
        "over": over,
        "stations": look_ahead.stations(ahead, over=over),
        "prepared_by_me": mine and not waived,
        "findings": look_ahead.findings(ahead, figures["policy"], period, nils),
        "nils": [str(label(slug)) for slug in nils],
        "registers": ahead.statement["registers"],
        "tiles": {slug: statements.register_href(slug, str(period)) for slug in TILES},
        "slug": isp.slug,
        "upstream_waits": sum(
            one.params["count"] for one in ahead.findings if one.code == UPSTREAM_WAITS
        ),
        "letters": letters(session(), isp.id, period),
        "asked": (asked := requests(session(), isp.id, period)),
        "may_ask": _may_ask(ahead.standing, asked),
        "filed": [_version(filing) for filing in reversed(ahead.versions)],
        **figures,
    }


def _figures(period: Period, statement: dict[str, Any], stands: Standing) -> dict[str, Any]:
    policy = showing.judging(session(), statement)
    results = statement["results"]
    if stands.filing is not None:
        results = statements.with_timeliness(policy, results, late=stands.days_late > 0)
    return {
        "statement": statement,
        "rows": statements.rows(policy, results),
        "flow": statements.flow(statement),
        "behind": statements.links(policy, str(period), statement),
        "policy": policy,
    }


def _may_ask(stands: Standing, asked: Sequence[Asked]) -> bool:
    """Whether more time can be asked for: not filed, not overdue, nothing waiting."""
    waits = any(answer is None for _request, answer in asked)
    open_still = stands.filing is None and now() <= stands.due_at and stands.code != "NOT_OWED"
    return open_still and not waits and i_may(Permission.EXTENSION_ASK)


def _form(ahead: Preflight) -> ModelForm[Preparing]:
    # What somebody ticked stays on the form, also where an entry has come in since.
    offered = {*ahead.empty_registers, *request.form.getlist("nils")}
    nils = [(slug, label(slug)) for slug in DECLARING if slug in offered]
    if ahead.versions:
        return form_for(Amending, choices={"nils": nils})()
    return form_for(Preparing, choices={"nils": nils}, leave_out=["reason"])()


def _filing(isp: Organisation, period: Period, version: int) -> Filing:
    filing = queries.filing(session(), isp.id, period, version)
    if filing is None:
        raise NotThere("version", version=version)
    return filing


def _version(filing: Filing) -> tuple[Filing, Decision | None, Recall | None]:
    return filing, queries.decision_of(session(), filing), _recall_of(filing)


def _recall_of(filing: Filing) -> Recall | None:
    return session().get(Recall, (filing.isp_id, filing.period, filing.version))


def _months() -> list[Period]:
    months = [Period.on(today())]
    while len(months) < MONTHS_SHOWN:
        months.append(months[-1].previous())
    return months
