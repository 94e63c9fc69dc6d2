"""How an ISP applies its lists, who enforces for whom, and evidence taken over (chairs A5)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from portal.accounts import Organisation, Permission
from portal.accounts.queries import isp_named
from portal.errors import NotThere
from portal.period import Period
from portal.policy.queries import policy_at
from portal.registers.codes import ListMode
from portal.registers.lists.consenting import consent, withdraw
from portal.registers.lists.inheriting import inherit, outstanding
from portal.registers.lists.queries import (
    carried_by_updates,
    consents,
    naming,
    standing_on,
    standings,
)
from portal.registers.lists.standing import say
from portal.web.gate import allow, me, my_isp
from portal.web.list_forms import consent_form, say_form, withdraw_form
from portal.web.nav import organisation_names
from portal.web.pages import page
from portal.web.session import now, session, today

bp = Blueprint("lists", __name__, url_prefix="/lists")
_MONTHS = 3


@bp.get("")
@allow(Permission.ENTRY_READ)
def index() -> Response:
    """Every permitted list and how it is applied; evidence that waits; ISPs that rely on us."""
    return page("lists/index.html", **_context())


@bp.get("/standings/new")
@allow(Permission.BLOCKLIST_WRITE)
def ask() -> Response:
    """Ask how lists are applied."""
    return page("lists/say.html", form=say_form())


@bp.post("/standings")
@allow(Permission.BLOCKLIST_WRITE)
def add() -> Response:
    """Say how lists are applied from a day on."""
    isp, form = my_isp(), say_form()
    typed: Any = form.checked("lists/say.html")
    named = typed.upstream and isp_named(session(), typed.upstream).id
    upstream = named if typed.mode == ListMode.UPSTREAM else None
    on = typed.from_on
    say(
        session(), isp.id, typed.lists, typed.mode, from_on=on, upstream_id=upstream,
        by=me(), at=now(),
    )  # fmt: skip
    session().commit()
    flash(_("Said. It stands until you say otherwise."))
    return redirect(url_for(".index"), 303)


@bp.get("/consents/<slug:slug>/new")
@allow(Permission.BLOCKLIST_WRITE)
def ask_consent(slug: str) -> Response:
    """Ask from which day on an ISP may inherit our evidence, or no longer."""
    other = _other(slug)
    form = withdraw_form() if other["holds"] else consent_form()
    return page("lists/consent.html", form=form, **other)


@bp.post("/consents/<slug:slug>")
@allow(Permission.BLOCKLIST_WRITE)
def add_consent(slug: str) -> Response:
    """Let an ISP inherit our evidence."""
    isp, other = my_isp(), _other(slug)
    typed: Any = consent_form().checked("lists/consent.html", **other)
    consent(session(), isp.id, other["id"], from_on=typed.from_on, by=me(), at=now())
    session().commit()
    flash(_("Consented. Count its subscribers among yours: they are counted once."))
    return redirect(url_for(".index"), 303)


@bp.post("/consents/<slug:slug>/withdrawals")
@allow(Permission.BLOCKLIST_WRITE)
def add_withdrawal(slug: str) -> Response:
    """Take that back, from a day on."""
    isp, other = my_isp(), _other(slug)
    typed: Any = withdraw_form().checked("lists/consent.html", **other)
    withdraw(session(), isp.id, other["id"], from_on=typed.from_on, by=me(), at=now())
    session().commit()
    flash(_("Taken back. Evidence of the days before stays."))
    return redirect(url_for(".index"), 303)


@bp.post("/evidence/<period:period>")
@allow(Permission.BLOCKLIST_WRITE)
def take_over(period: Period) -> Response:
    """Inherit the evidence of whoever enforces our lists."""
    count = inherit(session(), my_isp().id, period, by=me(), at=now())
    session().commit()
    said = ngettext("%(num)d entry taken over.", "%(num)d entries taken over.", count)
    flash(said if count else _("Everything was taken over already."))
    return redirect(url_for("registers.index", slug="blocklists", period=period), 303)


def _context() -> dict[str, Any]:
    isp, policy = my_isp(), policy_at(session(), now()).policy
    said = standings(session(), isp.id)
    relying = _relying(isp.id)
    ids = {one.upstream_id for one in said if one.upstream_id}
    logged = carried_by_updates(session(), isp.id)
    held = {one.code: standing_on(said, one.code, today()) for one in policy.permitted_lists}
    rows = [
        (one.name, held[one.code])
        for one in policy.permitted_lists
        if held[one.code] or one.code in logged
    ]
    months = [Period.on(today())]
    while len(months) < _MONTHS:
        months.append(months[-1].previous())
    waits = [(month, len(outstanding(session(), isp.id, month))) for month in months] if ids else []
    return {
        "rows": rows,
        "names": organisation_names(ids),
        "relying": relying,
        "waits": [(month, count) for month, count in waits if count],
        "list_names": {one.code: one.name for one in policy.permitted_lists},
    }


def _relying(isp_id: int) -> list[dict[str, Any]]:
    """The ISPs that say we enforce lists for them, with the consent they have."""
    found: dict[int, list[Any]] = {}
    for one in naming(session(), isp_id):
        found.setdefault(one.isp_id, []).append(one)
    names = organisation_names(found)
    slugs = {low: session().get_one(Organisation, low).slug for low in found}
    return [
        {
            "slug": slugs[low],
            "name": names[low],
            "lists": said,
            "spans": consents(session(), isp_id, low),
        }
        for low, said in sorted(found.items(), key=lambda pair: names[pair[0]].casefold())
    ]


def _other(slug: str) -> dict[str, Any]:
    """An ISP that names us; raises NotThere for every other."""
    other = isp_named(session(), slug)
    if all(one.isp_id != other.id for one in naming(session(), my_isp().id)):
        raise NotThere("isp", name=slug)
    name = organisation_names([other.id])[other.id]
    spans = consents(session(), my_isp().id, other.id)
    holds = any(span.until_on is None for span in spans)
    return {"id": other.id, "slug": slug, "name": name, "holds": holds}
