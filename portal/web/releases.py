"""List releases: what publishers and the authority recorded, each issue once, as metadata."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response

from portal.accounts import Permission
from portal.notices.releases.actions import correct, record, void
from portal.notices.releases.inputs import ListReleaseIn
from portal.notices.releases.model import ListRelease
from portal.notices.releases.publishers import is_authority
from portal.notices.releases.queries import name_of, own_release, releases, versions
from portal.policy.queries import policy_at
from portal.web.entry_forms import group_of
from portal.web.facts import facts_about, text_of
from portal.web.gate import allow, me
from portal.web.nav import organisation_names
from portal.web.pages import before_number, page, slice_of
from portal.web.release_forms import (
    correction_form,
    my_lists,
    release_form,
    release_from,
    void_form,
)
from portal.web.session import now, session

bp = Blueprint("releases", __name__, url_prefix="/releases")
SHOWN = 50
GROUPS = (
    group_of(
        lazy_gettext("The issue"),
        "list_code list_kind update_kind version_label serial content_digest published_at",
    ),
    group_of(lazy_gettext("Its entries"), "entries_total added removed"),
)


@bp.get("")
@allow(Permission.RELEASE_RECORD)
def index() -> Response:
    """What the asker's organisation recorded, the newest first; for the authority everybody's."""
    mine = me().organisation_id
    found = releases(
        session(),
        publisher_id=None if is_authority(session(), mine) else mine,
        before=before_number(),
        limit=SHOWN + 1,
    )
    names = organisation_names(one.publisher_id for one in found)
    sliced = slice_of(found, SHOWN, lambda one: one.key)
    return page("releases/index.html", slice=sliced, names=names, lists=my_lists(), **_words())


@bp.get("/new")
@allow(Permission.RELEASE_RECORD)
def new() -> Response:
    """Ask for a release."""
    return page("releases/new.html", form=release_form(), groups=GROUPS, lists=my_lists())


@bp.post("")
@allow(Permission.RELEASE_RECORD)
def add() -> Response:
    """Record a release."""
    value: Any = release_form().checked("releases/new.html", groups=GROUPS, lists=my_lists())
    key = record(session(), value, by=me(), at=now())
    session().commit()
    flash(
        _("Recorded: %(release)s. Every ISP that applies the list finds it.", release=name_of(key))
    )
    return redirect(url_for(".show", key=key), 303)


@bp.get("/<int:key>")
@allow(Permission.RELEASE_RECORD)
def show(key: int) -> Response:
    """One release, and every version of it."""
    found = own_release(session(), key, me().organisation_id)
    told = versions(session(), key)
    return page("releases/show.html", voiding=void_form(found), versions=told, **_about(found))


@bp.get("/<int:key>/corrections/new")
@allow(Permission.RELEASE_RECORD)
def ask_correction(key: int) -> Response:
    """Ask what is right instead."""
    found = own_release(session(), key, me().organisation_id)
    return page("releases/correct.html", form=correction_form(found), **_about(found))


@bp.post("/<int:key>/corrections")
@allow(Permission.RELEASE_RECORD)
def add_correction(key: int) -> Response:
    """Write the next version."""
    found = own_release(session(), key, me().organisation_id)
    typed: Any = correction_form(found).checked("releases/correct.html", **_about(found))
    value, reason = release_from(typed), typed.reason
    correct(session(), key, value, expects=typed.expects, reason=reason, by=me(), at=now())
    session().commit()
    flash(_("Corrected. The version before stays readable."))
    return redirect(url_for(".show", key=key), 303)


@bp.post("/<int:key>/voiding")
@allow(Permission.RELEASE_RECORD)
def add_voiding(key: int) -> Response:
    """Say that it was never released."""
    found = own_release(session(), key, me().organisation_id)
    told = versions(session(), key)
    form = void_form(found)
    typed: Any = form.checked("releases/show.html", voiding=form, versions=told, **_about(found))
    void(session(), key, expects=typed.expects, by=me(), at=now())
    session().commit()
    flash(_("Said to be never released. No ISP owes it any more."))
    return redirect(url_for(".show", key=key), 303)


def _words() -> dict[str, Any]:
    policy = policy_at(session(), now()).policy
    return {"name_of": name_of, "list_name": lambda code: text_of("list_code", code, policy)}


def _about(release: ListRelease) -> dict[str, Any]:
    policy = policy_at(session(), now()).policy
    return {
        "release": release,
        "name": name_of(release.key),
        "publisher": organisation_names([release.publisher_id])[release.publisher_id],
        "facts": facts_about(ListReleaseIn, release, policy, ListReleaseIn.model_fields),
        "groups": GROUPS,
    }
