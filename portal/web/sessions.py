"""Sessions held for ISPs: what a trainer entered, for whom, and which ISPs confirmed it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from portal.accounts import Organisation, Permission
from portal.policy.queries import policy_on
from portal.registers.shared.actions import add_isps, correct, count, hold
from portal.registers.shared.inputs import SharedSessionIn
from portal.registers.shared.model import SharedSession
from portal.registers.shared.queries import addressed, held_for, name_of, own_session, own_sessions
from portal.web.facts import facts_about
from portal.web.gate import allow, me
from portal.web.nav import organisation_names
from portal.web.pages import before_number, page, slice_of
from portal.web.session import now, session, today
from portal.web.session_forms import (
    GROUPS,
    adding_form,
    correction_form,
    count_form,
    counts_of,
    isp_ids,
    my_providers,
    session_form,
    session_of,
)

bp = Blueprint("sessions", __name__, url_prefix="/sessions")
SHOWN = 50


@bp.get("")
@allow(Permission.TRAINING_HOLD)
def index() -> Response:
    """The sessions of the asker's organisation, newest first."""
    found = own_sessions(session(), me().organisation_id, before=before_number(), limit=SHOWN + 1)
    sliced = slice_of(found, SHOWN, lambda what: what.key)
    return page("sessions/index.html", slice=sliced, name_of=name_of, holds=bool(my_providers()))


@bp.get("/new")
@allow(Permission.TRAINING_HOLD)
def new() -> Response:
    """Ask what was held, and for whom."""
    return page("sessions/new.html", form=session_form(), **_asking())


@bp.post("")
@allow(Permission.TRAINING_HOLD)
def add() -> Response:
    """Enter a session."""
    typed: Any = session_form().checked("sessions/new.html", **_asking())
    counts = dict.fromkeys(isp_ids(typed.isps))
    what = hold(session(), session_of(typed), counts, by=me(), at=now())
    session().commit()
    flash(_("Recorded: %(session)s.", session=name_of(what.key)))
    return redirect(url_for(".show", key=what.key), 303)


@bp.get("/<int:key>")
@allow(Permission.TRAINING_HOLD)
def show(key: int) -> Response:
    """One session, and which ISPs confirmed it."""
    what = own_session(session(), key, me())
    told = held_for(session(), key)
    names = organisation_names(one.isp_id for one in told)
    further = adding_form(names)
    return page("sessions/show.html", told=told, names=names, further=further, **_about(what))


@bp.post("/<int:key>/isps")
@allow(Permission.TRAINING_HOLD)
def add_further(key: int) -> Response:
    """Enter it for further ISPs."""
    what = own_session(session(), key, me())
    form = adding_form(row.isp_id for row in addressed(session(), key))
    typed: Any = form.checked("sessions/further.html", **_about(what))
    add_isps(session(), key, dict.fromkeys(isp_ids(typed.isps)), by=me(), at=now())
    session().commit()
    flash(_("Entered for further ISPs."))
    return redirect(url_for(".show", key=key), 303)


@bp.get("/<int:key>/counts/new")
@allow(Permission.TRAINING_HOLD)
def ask_counts(key: int) -> Response:
    """Ask how many people of each ISP were there."""
    what = own_session(session(), key, me())
    form, _ids = _counting(key)
    return page("sessions/counts.html", form=form, **_about(what))


@bp.post("/<int:key>/counts")
@allow(Permission.TRAINING_HOLD)
def add_counts(key: int) -> Response:
    """Say how many people of each ISP were there."""
    what = own_session(session(), key, me())
    form, ids = _counting(key)
    typed = form.checked("sessions/counts.html", **_about(what))
    count(session(), key, counts_of(typed, ids), by=me(), at=now())
    session().commit()
    flash(_("Counted."))
    return redirect(url_for(".show", key=key), 303)


@bp.get("/<int:key>/corrections/new")
@allow(Permission.TRAINING_HOLD)
def ask_correction(key: int) -> Response:
    """Ask what is right instead."""
    what = own_session(session(), key, me())
    return page("sessions/correct.html", form=correction_form(what), **_about(what))


@bp.post("/<int:key>/corrections")
@allow(Permission.TRAINING_HOLD)
def add_correction(key: int) -> Response:
    """Write the next version, for every ISP that it was held for."""
    what = own_session(session(), key, me())
    typed: Any = correction_form(what).checked("sessions/correct.html", **_about(what))
    value, act = session_of(typed), {"expects": typed.expects, "reason": typed.reason}
    correct(session(), key, value, **act, by=me(), at=now())
    session().commit()
    flash(_("Corrected. The version before stays readable."))
    return redirect(url_for(".show", key=key), 303)


def _asking() -> dict[str, Any]:
    return {"groups": GROUPS, "holds": bool(my_providers())}


def _about(what: SharedSession) -> dict[str, Any]:
    policy = policy_on(session(), today()).policy
    facts = facts_about(SharedSessionIn, what, policy, SharedSessionIn.model_fields)
    return {"what": what, "name": name_of(what.key), "facts": facts, "groups": GROUPS}


def _counting(key: int) -> tuple[Any, dict[str, int]]:
    rows = {row.isp_id: row.counted for row in addressed(session(), key)}
    isps = session().scalars(select(Organisation).where(Organisation.id.in_(rows)))
    ids = {isp.slug: isp.id for isp in isps}
    names = organisation_names(rows)
    in_order = sorted(ids, key=lambda slug: names[ids[slug]].casefold())
    counted = {slug: rows[ids[slug]] for slug in in_order}
    return count_form(counted, {slug: names[ids[slug]] for slug in ids}), ids
