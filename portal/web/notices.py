"""Notices sent: what a notifier recorded, to whom, what became of it, what it says since."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from portal.accounts import Organisation, Permission
from portal.accounts.queries import isp_named
from portal.errors import NotThere
from portal.notices.actions import address, correct, send
from portal.notices.codes import Instrument
from portal.notices.inputs import ActIn, NoticeIn
from portal.notices.model import Notice
from portal.notices.queries import addressed, name_of, own_notice, own_notices
from portal.notices.queries import versions as versions_of
from portal.policy.queries import policy_on
from portal.registers.sides.actions import act
from portal.registers.sides.progress import items_told
from portal.registers.sides.rounds import isps_told
from portal.web.facts import facts_about
from portal.web.gate import allow, me
from portal.web.nav import organisation_names
from portal.web.notice_forms import (
    GROUPS,
    addressees,
    addressing_form,
    correction_form,
    isp_ids,
    my_sources,
    notice_form,
    notice_of,
    numbers_of,
    saying_form,
)
from portal.web.pages import before_number, page, slice_of, whole
from portal.web.session import now, session, today

bp = Blueprint("notices", __name__, url_prefix="/notices")
SHOWN = 50
ITEMS_SHOWN = 100
# The category of harm stands behind a content note, as everywhere.
_FACTS = tuple(n for n in NoticeIn.model_fields if n not in {"category", "harm", "media"})


@bp.get("")
@allow(Permission.NOTICE_READ)
def index() -> Response:
    """The notices of the asker's organisation, newest first."""
    found = own_notices(session(), me().organisation_id, before=before_number(), limit=SHOWN + 1)
    sliced = slice_of(found, SHOWN, lambda notice: notice.key)
    return page("notices/index.html", slice=sliced, name_of=name_of, sends=bool(my_sources()))


@bp.get("/new")
@allow(Permission.NOTICE_SEND)
def new() -> Response:
    """Ask what was sent, and to whom."""
    return page("notices/new.html", form=notice_form(), groups=GROUPS, sends=bool(my_sources()))


@bp.post("")
@allow(Permission.NOTICE_SEND)
def add() -> Response:
    """Record a notice."""
    context = {"groups": GROUPS, "sends": bool(my_sources())}
    typed: Any = notice_form().checked("notices/new.html", **context)
    notice = send(session(), notice_of(typed), addressees(typed), by=me(), at=now())
    session().commit()
    flash(_("Recorded: %(notice)s.", notice=name_of(notice.key)))
    is_order = notice.instrument == Instrument.ORDER
    return redirect(url_for("orders.show" if is_order else ".show", key=notice.key), 303)


@bp.get("/<int:key>")
@allow(Permission.NOTICE_READ)
def show(key: int) -> Response:
    """One notice and where it stands at each ISP."""
    notice = own_notice(session(), key, me())
    told = isps_told(session(), notice, now())
    names, slugs = _isps_of(told)
    further = addressing_form(one.isp_id for one in told)
    context = {"names": names, "slugs": slugs, "versions": versions_of(session(), key)}
    return page("notices/show.html", told=told, further=further, **_about(notice), **context)


@bp.post("/<int:key>/isps")
@allow(Permission.NOTICE_SEND)
def add_isps(key: int) -> Response:
    """Send it to further ISPs."""
    notice = own_notice(session(), key, me())
    form = addressing_form(row.isp_id for row in addressed(session(), key))
    typed: Any = form.checked("notices/address.html", **_about(notice))
    address(session(), key, isp_ids(typed.isps), by=me(), at=now())
    session().commit()
    flash(_("Sent to further ISPs."))
    return redirect(url_for(".show", key=key), 303)


@bp.get("/<int:key>/corrections/new")
@allow(Permission.NOTICE_SEND)
def ask_correction(key: int) -> Response:
    """Ask what is right instead."""
    notice = own_notice(session(), key, me())
    return page("notices/correct.html", form=correction_form(notice), **_about(notice))


@bp.post("/<int:key>/corrections")
@allow(Permission.NOTICE_SEND)
def add_correction(key: int) -> Response:
    """Write the next version, for every ISP it went to."""
    notice = own_notice(session(), key, me())
    typed: Any = correction_form(notice).checked("notices/correct.html", **_about(notice))
    correct(
        session(),
        key,
        notice_of(typed),
        expects=typed.expects,
        reason=typed.reason,
        by=me(),
        at=now(),
    )
    session().commit()
    flash(_("Corrected. The version before stays readable."))
    return redirect(url_for(".show", key=key), 303)


@bp.get("/<int:key>/isps/<slug:slug>")
@allow(Permission.NOTICE_READ)
def show_isp(key: int, slug: str) -> Response:
    """A notice's items at one ISP: received, acted, refused why."""
    notice, isp = _at(key, slug)
    return page("notices/isp.html", form=saying_form(), **_items(notice, isp))


@bp.post("/<int:key>/isps/<slug:slug>/acts")
@allow(Permission.NOTICE_SEND)
def say(key: int, slug: str) -> Response:
    """Say something of items; the ISP's entries follow."""
    notice, isp = _at(key, slug)
    typed: Any = saying_form().checked("notices/isp.html", **_items(notice, isp))
    value = ActIn.model_construct(**{n: getattr(typed, n) for n in ActIn.model_fields})
    numbers = numbers_of(typed.items, notice.items)
    done = act(session(), key, isp.id, numbers, value, by=me(), at=now())
    session().commit()
    said = ngettext("Recorded for %(num)d item.", "Recorded for %(num)d items.", done.said)
    if done.applied < done.said:
        waiting = done.said - done.applied
        said += " " + ngettext(
            "%(num)d waits until the ISP's entry can take it.",
            "%(num)d wait until the ISP's entries can take it.",
            waiting,
        )
    flash(said)
    return redirect(url_for(".show_isp", key=key, slug=slug), 303)


def _at(key: int, slug: str) -> tuple[Notice, Organisation]:
    notice = own_notice(session(), key, me())
    isp = isp_named(session(), slug)
    if isp.id not in {row.isp_id for row in addressed(session(), key)}:
        raise NotThere("isp")
    return notice, isp


def _about(notice: Notice) -> dict[str, Any]:
    policy = policy_on(session(), today()).policy
    facts = facts_about(NoticeIn, notice, policy, _FACTS)
    return {"notice": notice, "name": name_of(notice.key), "facts": facts, "groups": GROUPS}


def _items(notice: Notice, isp: Organisation) -> dict[str, Any]:
    after = request.args.get("after", 0, type=whole)
    told = items_told(session(), isp.id, notice, after=after, limit=ITEMS_SHOWN)
    more = told[-1].item_no if told and told[-1].item_no < notice.items else None
    named = organisation_names([isp.id])[isp.id]
    return {"isp": isp, "isp_name": named, "told": told, "more": more, **_about(notice)}


def _isps_of(told: Any) -> tuple[dict[int, str], dict[int, str]]:
    ids = [one.isp_id for one in told]
    slugs = {isp_id: session().get_one(Organisation, isp_id).slug for isp_id in ids}
    return organisation_names(ids), slugs
