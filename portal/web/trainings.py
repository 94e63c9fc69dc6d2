"""Shared sessions as an ISP has them: what waits, who of its people was there, what differs."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask_babel import ngettext
from werkzeug.wrappers import Response

from portal.accounts import Permission
from portal.policy.queries import policy_on
from portal.registers.shared.confirming import TRAINING, confirm, follow, known_pairs
from portal.registers.shared.inputs import SharedSessionIn
from portal.registers.shared.model import SharedSession
from portal.registers.shared.queries import (
    HeldFor,
    completions_of,
    differs,
    held,
    name_of,
    on_roster,
    session_for,
    waiting,
)
from portal.web.facts import facts_about
from portal.web.gate import allow, me, my_isp
from portal.web.nav import organisation_names
from portal.web.pages import page
from portal.web.session import now, session, today
from portal.web.session_forms import people_form, result_field, results_of

bp = Blueprint("trainings", __name__, url_prefix="/trainings")
SHOWN = 50


@bp.get("")
@allow(Permission.ENTRY_READ)
def index() -> Response:
    """The sessions that wait for the ISP, the oldest first, and the newest of all."""
    isp = my_isp()
    query = held(isp.id, None).order_by(SharedSession.held_on.desc(), SharedSession.key.desc())
    newest = [what for what, _ in session().execute(query.limit(SHOWN))]
    return page("trainings/index.html", newest=newest, **sessions_waiting(isp.id))


@bp.get("/<int:key>")
@allow(Permission.ENTRY_READ)
def show(key: int) -> Response:
    """One session: who of the ISP's people is confirmed, who can be, and what differs."""
    context = _context(key)
    return page(
        "trainings/show.html", form=people_form(context["what"], context["open"]), **context
    )


@bp.post("/<int:key>/people")
@allow(Permission.TRAINING_WRITE)
def add_people(key: int) -> Response:
    """Confirm people of the ISP, as one act."""
    isp, context = my_isp(), _context(key)
    form = people_form(context["what"], context["open"])
    typed = form.checked("trainings/show.html", **context)
    done = confirm(session(), isp.id, key, results_of(typed), by=me(), at=now())
    session().commit()
    flash(ngettext("%(num)d entry recorded.", "%(num)d entries recorded.", len(done.keys)))
    return redirect(url_for(".show", key=key), 303)


@bp.post("/<int:key>/corrections")
@allow(Permission.TRAINING_WRITE)
def add_corrections(key: int) -> Response:
    """Let the ISP's rows say what the session says now."""
    changed = follow(session(), my_isp().id, key, by=me(), at=now())
    session().commit()
    flash(ngettext("%(num)d entry corrected.", "%(num)d entries corrected.", changed))
    return redirect(url_for(".show", key=key), 303)


def sessions_waiting(isp_id: int) -> dict[str, Any]:
    """What a page needs to say that sessions wait to be confirmed."""
    lacking = [what for what, _ in waiting(session(), isp_id)]
    return {"lacking": lacking, "session_name": name_of}


def _context(key: int) -> dict[str, Any]:
    isp = my_isp()
    what, at_isp = session_for(session(), isp.id, key)
    rows = completions_of(session(), isp.id, key)
    known, modules = known_pairs(session(), isp.id, what), what.modules.split()
    people = on_roster(session(), isp.id, what.held_on)
    done = {who for who in people if all((who, module) in known for module in modules)}
    by_hand = {k for k in known.values() if k not in {row.key for row in rows}}
    policy = policy_on(session(), today()).policy
    names = [name for name in SharedSessionIn.model_fields if name != "session_ref"]
    there = {row.staff_ref for row in rows if row.result not in {"ABSENT", "EXEMPT"}}
    return {
        "what": what,
        "name": name_of(key),
        "trainer": organisation_names([what.trainer_id])[what.trainer_id],
        "facts": facts_about(SharedSessionIn, what, policy, names),
        "here": HeldFor(isp.id, at_isp.counted, len(there)),
        "rows": [(row, differs(row, what)) for row in rows],
        "by_hand": [(TRAINING.name(key), key) for key in sorted(by_hand)],
        "open": {who: role for who, role in people.items() if who not in done},
        "on_roster": len(people),
        "entry_name": TRAINING.name,
        "result_field": result_field,
    }
