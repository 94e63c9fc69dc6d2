"""An order round on the last day but one: most ISPs answer the police, one is silent."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Final

from portal.accounts.queries import is_licensed_on
from portal.demo.agenda import Act, Agenda
from portal.demo.chance import Chance, local
from portal.demo.world import Isp, World
from portal.entries.inputs import check
from portal.notices.actions import send
from portal.notices.inputs import NoticeIn
from portal.policy import policy_at
from portal.registers.sides.answering import answer
from portal.registers.sides.inputs import ANSWER_INPUTS, Answer

_SENT_ON: Final = date(2026, 11, 23)
# Whoever tries the demonstration out as this one finds the order waiting.
_SILENT: Final = "kite"
_MINUTE: Final = timedelta(minutes=1)
_ORDER: Final = {
    "source_type": "POLICE",
    "source_ref": "ACD-2026-0231",
    "items": 2,
    "instrument": "ORDER",
    "legal_basis": "PRAKAS_170_2018_7",
    "priority": "P2_STANDARD",
    "service_role": "ACCESS",
    "locator_kind": "URL",
    "hosting_country": "NL",
    "harm": "CSAM",
    "assessment": "BASELINE",
    "assessed_by": "POLICE",
}
# Of a hundred ISPs: what they answer first; a third of those who received it apply it later.
_RECEIVED, _CANNOT = 30, 8
_GROUNDS: Final = ("CLARIFICATION", "FORCE_MAJEURE", "NOT_BLOCKED_OVERBLOCK")


def plan_round(agenda: Agenda, world: World) -> None:
    """Plan the order, and the answer of each ISP but the silent one."""
    agenda.plan(local(_SENT_ON, 9, 2), lambda at: _send(agenda, world, at))


def _send(agenda: Agenda, world: World, at: datetime) -> None:
    isps = [isp for isp in world.isps if is_licensed_on(agenda.session, isp.id, _SENT_ON)]
    value = _checked(agenda, NoticeIn, {**_ORDER, "issued_at": local(_SENT_ON, 9)}, at)
    notice = send(agenda.session, value, [isp.id for isp in isps], by=world.police, at=at)
    for isp in isps:
        if isp.slug != _SILENT:
            _plan_answers(agenda, isp, notice.key, at)


def _plan_answers(agenda: Agenda, isp: Isp, notice: int, sent_at: datetime) -> None:
    # Of each ISP's own, so that who else plays changes nothing.
    chance = Chance("orders", isp.slug)
    at, drawn = sent_at + chance.minutes(9, 400), chance.randrange(100)
    if drawn < _CANNOT:
        because = {"because": chance.choice(_GROUNDS), "occurred_at": at}
        agenda.plan(at, _answer(agenda, isp, notice, Answer.CANNOT, because))
        return
    if drawn < _CANNOT + _RECEIVED:
        agenda.plan(at, _answer(agenda, isp, notice, Answer.RECEIVED, {}))
        if chance.happens(667):
            return
        at += chance.minutes(30, 240)
    applied = {"occurred_at": at - chance.minutes(2, 8)}
    agenda.plan(at, _answer(agenda, isp, notice, Answer.APPLIED, applied))


def _answer(agenda: Agenda, isp: Isp, notice: int, said: Answer, typed: dict[str, Any]) -> Act:
    def do(at: datetime) -> None:
        value = _checked(agenda, ANSWER_INPUTS[said], typed, at)
        answer(agenda.session, isp.id, notice, value, by=isp.preparer, at=at)

    return do


def _checked(agenda: Agenda, model: Any, typed: dict[str, Any], at: datetime) -> Any:
    return check(model, typed, now=at, policy=policy_at(agenda.session, at).policy)
