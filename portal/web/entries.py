"""One entry: record it, and look at it with everything that was ever said of it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.accounts import Organisation, Permission
from portal.policy.codes import Priority
from portal.policy.document import Policy
from portal.policy.queries import policy_on
from portal.registers.actions import Admission, admit
from portal.registers.codes import Progress
from portal.registers.queries import Entry, entry
from portal.registers.register import Register, register_named
from portal.registers.shared.queries import name_of
from portal.registers.sides.guard import SENDERS_OWN, sender_acts
from portal.registers.states import states
from portal.web.entry_forms import GROUPS, entry_form
from portal.web.facts import GUARDED, changes, facts_of
from portal.web.gate import allow, me, my_isp
from portal.web.issue_forms import BLOCKLISTS, next_issue, released
from portal.web.nav import organisation_names
from portal.web.origins import origin_of
from portal.web.pages import page, whole
from portal.web.registers import TAKEDOWNS, TRAINING
from portal.web.session import now, session, today
from portal.web.step_words import offered, steps_of
from portal.web.words import sentence, title_of

bp = Blueprint("entries", __name__, url_prefix="/registers/<slug:slug>/entries")


@bp.get("/new")
@allow(Permission.ENTRY_WRITE)
def new(slug: str) -> Response:
    """Ask for a new entry; ``?like=`` names one to begin from, ``?list=`` the list of an issue,
    ``?release=`` what its publisher recorded of it.
    """
    register, isp = register_named(slug), my_isp()
    like = request.args.get("like", type=whole)
    begins = entry(session(), isp.id, register, like).now if like is not None else None
    told = released(request.args.get("release", type=whole)) if register is BLOCKLISTS else {}
    listed = told.get("list_code") or request.args.get("list")
    if register is BLOCKLISTS and (issue := next_issue(listed, begins, told)):
        return page("registers/new.html", form=issue.form(), **issue.context())
    return page("registers/new.html", form=entry_form(register, begins, told), **asking(register))


@bp.post("")
@allow(Permission.ENTRY_WRITE)
def record(slug: str) -> Response:
    """Record a new entry; the same ticket with the same content again changes nothing."""
    register, isp = register_named(slug), my_isp()
    issue = next_issue(request.form.get("list_code")) if register is BLOCKLISTS else None
    context = issue.context() if issue else asking(register)
    value = entry_form(register).checked("registers/new.html", **context)
    admission = admit(session(), isp.id, register, [value], by=me(), at=now())
    session().commit()
    _tell(register, admission)
    return redirect(url_for(".show", slug=slug, key=admission.keys[0]), 303)


@bp.get("/<int:key>")
@allow(Permission.ENTRY_READ)
def show(slug: str, key: int) -> Response:
    """One entry: what it says now, what was said before, what happened to the item."""
    register, isp = register_named(slug), my_isp()
    found = entry(session(), isp.id, register, key)
    policy = policy_on(session(), today()).policy
    context: dict[str, Any] = {}
    if register is TAKEDOWNS:
        context = {
            "state": states(session(), isp.id, [found.now], now())[key],
            "steps": steps_of(found, policy),
            "offered": offered(found, policy, _not_ours(isp, key)),
            "origin": origin_of(isp.id, found),
            "danger": found.now.priority == Priority.P1_CHILD_IN_DANGER,
        }
    return page(
        "registers/show.html",
        register=register,
        entry=found,
        name=register.name(key),
        groups=_groups(register, found, policy),
        guarded=_guarded(register, found, policy),
        versions=_versions(register, found, policy),
        related=_related(register, found),
        enforcer=_enforcer(found),
        **context,
    )


def asking(register: Register) -> dict[str, Any]:
    """What the page of a form needs besides the form."""
    return {"register": register, "groups": GROUPS[register.slug], "folded": (), "others": ()}


def _not_ours(isp: Organisation, key: int) -> frozenset[Progress]:
    """The steps that the item's sender records itself (chairs A1)."""
    acts = sender_acts(session(), isp.id, key, now())
    return SENDERS_OWN if acts else frozenset()


def _groups(register: Register, found: Entry, policy: Policy) -> list[Any]:
    return [
        (title, facts_of(register, found.now, policy, [n for n in names if n not in GUARDED]))
        for title, names in GROUPS[register.slug]
    ]


def _guarded(register: Register, found: Entry, policy: Policy) -> list[Any]:
    names = [name for name in GUARDED if name in register.input.model_fields]
    return facts_of(register, found.now, policy, names)


def _versions(register: Register, found: Entry, policy: Policy) -> list[Any]:
    """Each version, the newest first, with what it says differently and who entered it."""
    pairs = zip([None, *found.versions], found.versions, strict=False)
    told = [
        (
            after,
            found.people[after.recorded_by],
            before and changes(register, before, after, policy),
        )
        for before, after in pairs
    ]
    return told[::-1]


def _related(register: Register, found: Entry) -> list[tuple[str, str, str]]:
    """Links to the entries that this one names: (title, name, address)."""
    if register is TRAINING and found.now.shared_session is not None:
        key = found.now.shared_session
        return [(_("Confirms the session"), name_of(key), url_for("trainings.show", key=key))]
    if register is not TAKEDOWNS:
        return []
    named = {
        _("Duplicate of"): found.now.duplicate_of,
        title_of(register.input, "reappearance_of"): found.now.reappearance_of,
    }
    return [
        (title, register.name(key), url_for(".show", slug=register.slug, key=key))
        for title, key in named.items()
        if key is not None
    ]


def _enforcer(found: Entry) -> str | None:
    """Whose evidence the entry is, if an upstream's."""
    upstream = getattr(found.now, "enforced_by", None)
    return organisation_names([upstream])[upstream] if upstream else None


def _tell(register: Register, admission: Admission) -> None:
    name = register.name(admission.keys[0])
    if admission.same:
        flash(_("%(entry)s was recorded before with this content; nothing changed.", entry=name))
    else:
        flash(_("Recorded as %(entry)s.", entry=name))
    for _index, problem in admission.warnings:
        label = title_of(register.input, problem.field) if problem.field else ""
        flash(sentence(problem.code, label=label, **problem.params), "warning")
