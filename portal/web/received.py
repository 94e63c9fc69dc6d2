"""Notices that an ISP was sent: what of them is logged, taken in with one tap, matches undone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from pydantic import Field, create_model
from sqlalchemy import true
from werkzeug.wrappers import Response

from portal.accounts import Permission
from portal.entries.inputs import Input
from portal.entries.texts import Pseudonym
from portal.entries.values import When
from portal.notices.inputs import NoticeIn
from portal.notices.model import Notice
from portal.notices.queries import name_of, received_notice, sent
from portal.policy.codes import Priority
from portal.policy.queries import policy_at
from portal.registers.register import REGISTERS
from portal.registers.sides.actions import undo_match
from portal.registers.sides.matches import missing
from portal.registers.sides.model import UndoReason
from portal.registers.sides.progress import items_logged
from portal.registers.sides.rounds import order_told
from portal.registers.sides.taking_in import take_in
from portal.web.answers import OFFERED
from portal.web.facts import facts_about
from portal.web.forms import ModelForm, form_for
from portal.web.gate import allow, me, my_isp
from portal.web.labels import label
from portal.web.nav import organisation_names
from portal.web.pages import page
from portal.web.session import now, session
from portal.web.waiting import waiting_orders

bp = Blueprint("received", __name__, url_prefix="/received")
SHOWN = 50
TAKEDOWNS = REGISTERS["takedowns"]
_FACTS = tuple(n for n in NoticeIn.model_fields if n not in {"category", "harm", "media"})


class Taking(Input):
    """When the notice came, and who sees to it."""

    received_at: When = Field(
        title="Notice received", description="First receipt at your contact point, even if unread."
    )
    handled_by: Pseudonym | None = Field(
        None, title="Handled by", description="A staff pseudonym such as S-0421, never a name."
    )


Undoing = create_model(
    "Undoing", reason=(UndoReason, Field(title="Why it is not what the notice asked for"))
)


@bp.get("")
@allow(Permission.RECEIVED_READ)
def index() -> Response:
    """The notices with items not logged, the oldest first, and the newest of all."""
    isp = my_isp()
    lacking = list(missing(session(), isp.id, true()))[:SHOWN]
    newest = session().execute(sent(isp.id, None).order_by(Notice.key.desc()).limit(SHOWN)).all()
    names = organisation_names(notice.notifier_id for notice, _ in newest)
    names |= organisation_names(one.notice.notifier_id for one in lacking)
    context = {"lacking": lacking, "newest": newest, "names": names}
    return page("received/index.html", **context, **waiting_orders(isp.id))


@bp.get("/<int:key>")
@allow(Permission.RECEIVED_READ)
def show(key: int) -> Response:
    """One notice: what it asks, what of it is logged, and what is not."""
    context = _context(key)
    return page("received/show.html", form=_taking(context["at"]), undoing=_undoing(), **context)


@bp.post("/<int:key>/entries")
@allow(Permission.TAKEDOWN_WRITE)
def take(key: int) -> Response:
    """Record every item that is not logged yet."""
    isp, context = my_isp(), _context(key)
    value: Any = _taking(context["at"]).checked("received/show.html", undoing=_undoing(), **context)
    done = take_in(
        session(),
        isp.id,
        key,
        received_at=value.received_at,
        handled_by=value.handled_by,
        by=me(),
        at=now(),
    )
    session().commit()
    flash(ngettext("%(num)d entry recorded.", "%(num)d entries recorded.", len(done.keys)))
    return redirect(url_for(".show", key=key), 303)


@bp.post("/<int:key>/matches/<int:entry>/undoing")
@allow(Permission.TAKEDOWN_WRITE)
def undo(key: int, entry: int) -> Response:
    """Say that an entry is not what the notice asked for."""
    isp, context = my_isp(), _context(key)
    form = _undoing()
    value: Any = form.checked(
        "received/undo.html", entry=TAKEDOWNS.name(entry), entry_key=entry, **context
    )
    undo_match(session(), isp.id, key, entry, reason=value.reason, by=me(), at=now())
    session().commit()
    flash(_("Undone: %(entry)s is not this notice's.", entry=TAKEDOWNS.name(entry)))
    return redirect(url_for(".show", key=key), 303)


@bp.get("/<int:key>/matches/<int:entry>/undoing")
@allow(Permission.TAKEDOWN_WRITE)
def ask_undo(key: int, entry: int) -> Response:
    """Ask why an entry is not what the notice asked for."""
    name = TAKEDOWNS.name(entry)
    context = {"entry": name, "entry_key": entry, **_context(key)}
    return page("received/undo.html", form=_undoing(), **context)


def _context(key: int) -> dict[str, Any]:
    isp = my_isp()
    notice, addressed = received_notice(session(), isp.id, key)
    policy = policy_at(session(), now()).policy
    lack = list(missing(session(), isp.id, Notice.key == key))
    told = order_told(session(), isp.id, key, now())
    return {
        "notice": notice,
        "name": name_of(key),
        "sender": organisation_names([notice.notifier_id])[notice.notifier_id],
        "at": addressed.recorded_at,
        "facts": facts_about(NoticeIn, notice, policy, _FACTS),
        "told": told,
        "offered": OFFERED.get(told.state, ()) if told else (),
        "lacking": lack[0] if lack else None,
        "logged": items_logged(session(), isp.id, notice, limit=SHOWN),
        "entry_name": TAKEDOWNS.name,
        "danger": notice.priority == Priority.P1_CHILD_IN_DANGER,
    }


def _taking(came_at: datetime) -> ModelForm[Any]:
    """Begins with when the portal had it, which is right where the portal brought it."""
    given = {"now": now(), "policy": policy_at(session(), now()).policy}
    return form_for(Taking)(data={"received_at": came_at}, given=given)


def _undoing() -> ModelForm[Any]:
    offered = [(str(reason), label(reason)) for reason in UndoReason]
    return form_for(Undoing, choices={"reason": offered})()
