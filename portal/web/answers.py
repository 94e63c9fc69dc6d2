"""An ISP answers an order: received, applied, cannot because, lifted; three taps on a phone."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import ngettext
from werkzeug.wrappers import Response

from portal.accounts import Permission
from portal.errors import NotThere
from portal.notices.codes import LocatorKind
from portal.notices.model import Notice
from portal.notices.queries import brought_at, name_of
from portal.policy.codes import ActionType, Priority
from portal.policy.document import Policy
from portal.policy.queries import policy_at
from portal.registers.sides.answering import answer, doings, grounds
from portal.registers.sides.folded import RoundState
from portal.registers.sides.inputs import ANSWER_INPUTS, Answer
from portal.registers.sides.rounds import IspTold, order_told
from portal.web.forms import ModelForm, form_for
from portal.web.gate import allow, me, my_isp
from portal.web.labels import label
from portal.web.nav import organisation_names
from portal.web.pages import page
from portal.web.session import now, session

bp = Blueprint("answers", __name__, url_prefix="/received/<int:key>/answers")
_S = RoundState
_OPEN = (Answer.RECEIVED, Answer.APPLIED, Answer.CANNOT)
# What can be answered, by where the order stands.
OFFERED = {
    _S.SILENT: _OPEN,
    _S.RECEIVED: (Answer.APPLIED, Answer.CANNOT),
    _S.CANNOT: (Answer.APPLIED,),
    _S.TO_LIFT: (Answer.LIFTED,),
}


@bp.get("/new")
@allow(Permission.TAKEDOWN_WRITE)
def new(key: int) -> Response:
    """Ask for what an answer needs; times begin with now."""
    told, said = _told(key), _said()
    return page("answers/new.html", form=_form(told, said), **_context(told, said))


@bp.post("")
@allow(Permission.TAKEDOWN_WRITE)
def add(key: int) -> Response:
    """Answer the order; entries and events are made from it."""
    told, said = _told(key), _said()
    value = _form(told, said).checked("answers/new.html", **_context(told, said))
    count = answer(session(), told.isp_id, key, value, by=me(), at=now())
    session().commit()
    flash(ngettext("Answered for %(num)d item.", "Answered for %(num)d items.", count))
    return redirect(url_for("received.show", key=key), 303)


def _told(key: int) -> IspTold:
    found = order_told(session(), my_isp().id, key, now())
    if found is None:
        raise NotThere("order")
    return found


def _said() -> Answer:
    asked = request.args.get("answer", "")
    if asked not in list(Answer):
        raise NotThere("answer")
    return Answer(asked)


def _context(told: IspTold, said: Answer) -> dict[str, Any]:
    notice = told.notice
    return {
        "key": notice.key,
        "name": name_of(notice.key),
        "answer": said,
        "sender": organisation_names([notice.notifier_id])[notice.notifier_id],
        "reference": notice.source_ref,
        "danger": notice.priority == Priority.P1_CHILD_IN_DANGER,
    }


def _form(told: IspTold, said: Answer) -> ModelForm[Any]:
    notice = told.notice
    policy = policy_at(session(), now()).policy
    can = doings(policy, notice.service_role)
    offered = {
        "action": [(str(action), label(action)) for action in can],
        "because": [(str(b), label(b)) for b in grounds(policy, notice.service_role)],
    }
    form = form_for(ANSWER_INPUTS[said], choices=offered, leave_out=_not_asked(told, policy))
    begins: dict[str, Any] = {"occurred_at": now(), "action": str(can[0])}
    begins["received_at"] = brought_at(session(), told.isp_id, notice.key)
    return form(data=begins, given={"now": now(), "policy": policy})


def _not_asked(told: IspTold, policy: Policy) -> set[str]:
    """What is known already, or matters to other orders alone."""
    notice: Notice = told.notice
    left = set()
    if not told.counts.get(_S.SILENT):
        left.add("received_at")
    if len(doings(policy, notice.service_role)) == 1:
        left.add("action")
    blocks = policy.allows(notice.service_role, ActionType.BLOCKED)
    if notice.locator_kind != LocatorKind.DOMAIN or not blocks:
        left |= {"second_approver"}
    if not told.is_late(now()):
        left.add("late_reason")
    return left
