"""List releases that an ISP has not recorded: picked with three answers (chairs B7)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.accounts import Permission
from portal.notices.releases.inputs import ListReleaseIn
from portal.notices.releases.queries import name_of, release
from portal.policy.queries import policy_at
from portal.registers.codes import TestResult
from portal.registers.issues import last_issue
from portal.registers.lists.picking import PickIn, may_be_picked, pick
from portal.registers.lists.queries import waiting
from portal.registers.register import REGISTERS
from portal.web.facts import facts_about, text_of
from portal.web.forms import ModelForm, form_for
from portal.web.gate import allow, me, my_isp
from portal.web.nav import organisation_names
from portal.web.pages import page
from portal.web.session import now, session

bp = Blueprint("picks", __name__, url_prefix="/registers/blocklists/releases")
BLOCKLISTS = REGISTERS["blocklists"]
_FACTS = ("version_label", "update_kind", "published_at", "entries_total", "added", "removed")


@bp.get("")
@allow(Permission.ENTRY_READ)
def index() -> Response:
    """The newest release of each list that is to be recorded."""
    found = waiting(session(), my_isp().id)
    policy = policy_at(session(), now()).policy
    names = {one.code: one.name for one in policy.permitted_lists}
    return page("picks/index.html", found=found, names=names, name_of=name_of)


@bp.get("/<int:key>")
@allow(Permission.BLOCKLIST_WRITE)
def ask(key: int) -> Response:
    """Ask what only the ISP knows of it; the long form where that is more than three answers."""
    found = release(session(), key)
    if not may_be_picked(found, last_issue(session(), my_isp().id, found.list_code)):
        return redirect(url_for("entries.new", slug=BLOCKLISTS.slug, release=key), 303)
    return page("picks/new.html", form=_form(), **_context(key))


@bp.post("/<int:key>/entries")
@allow(Permission.BLOCKLIST_WRITE)
def add(key: int) -> Response:
    """Record the update."""
    isp, context = my_isp(), _context(key)
    value = _form().checked("picks/new.html", **context)
    done = pick(session(), isp.id, key, value, by=me(), at=now())
    session().commit()
    flash(_("Recorded as %(entry)s.", entry=BLOCKLISTS.name(done.keys[0])))
    if waiting(session(), isp.id):
        return redirect(url_for(".index"), 303)
    return redirect(url_for("entries.show", slug=BLOCKLISTS.slug, key=done.keys[0]), 303)


def _form() -> ModelForm[PickIn]:
    """Most updates are live everywhere; whether this one was tested is to be said."""
    given = {"now": now(), "policy": policy_at(session(), now()).policy}
    first = {"everywhere": True, "test_result": TestResult.NOT_RUN}
    offered = {"everywhere": [("true", _("Yes")), ("false", _("No"))]}
    return form_for(PickIn, choices=offered)(data=first, given=given)


def _context(key: int) -> dict[str, Any]:
    found, policy = release(session(), key), policy_at(session(), now()).policy
    last = last_issue(session(), my_isp().id, found.list_code)
    return {
        "release": found,
        "name": name_of(key),
        "list_name": text_of("list_code", found.list_code, policy),
        "publisher": organisation_names([found.publisher_id])[found.publisher_id],
        "facts": facts_about(ListReleaseIn, found, policy, _FACTS),
        "last": last,
        "alike": facts_about(BLOCKLISTS.input, last, policy, _ALIKE) if last else [],
    }


_ALIKE = ("transport", "methods", "points_in_scope", "subscribers_in_scope", "stop_page")
