"""An order round as its sender sees it: who is silent, since when; and taken back at once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import ngettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from portal.accounts import Organisation, Permission
from portal.errors import NotThere
from portal.letters.model import OrderReminder
from portal.letters.orders import reminders
from portal.notices.codes import Instrument
from portal.notices.model import Notice
from portal.notices.queries import name_of, own_notice
from portal.policy.codes import Priority
from portal.policy.queries import policy_at
from portal.registers.sides.folded import RoundState
from portal.registers.sides.inputs import WithdrawalIn
from portal.registers.sides.rounds import IspTold, answered_by, isps_told, pressing
from portal.registers.sides.withdrawing import withdraw
from portal.trail import Event
from portal.web.forms import ModelForm, form_for
from portal.web.gate import allow, me
from portal.web.nav import organisation_names
from portal.web.pages import page, whole
from portal.web.session import now, session

bp = Blueprint("orders", __name__, url_prefix="/orders")
SHOWN = 50
LATE: Final = "LATE"
_REFRESH_S = 60


@dataclass(frozen=True)
class Row:
    """One ISP of the round: where it stands, who said so, and the last reminder it got."""

    told: IspTold
    name: str
    slug: str
    by: Event | None
    reminder: OrderReminder | None
    late: bool
    left_s: int | None


@bp.get("/<int:key>")
@allow(Permission.NOTICE_READ)
def show(key: int) -> Response:
    """The round as it stands now, the silent first; the page comes anew by itself."""
    notice = _order(key)
    answer = page("orders/show.html", **_about(notice), **_round(notice))
    answer.headers["Refresh"] = str(_REFRESH_S)
    return answer


@bp.get("/<int:key>/withdrawal/new")
@allow(Permission.NOTICE_SEND)
def ask_withdrawal(key: int) -> Response:
    """Ask when the order was taken back."""
    return page("orders/withdraw.html", form=_form(), **_about(_order(key)))


@bp.post("/<int:key>/withdrawal")
@allow(Permission.NOTICE_SEND)
def add_withdrawal(key: int) -> Response:
    """Take the order back at every ISP."""
    typed = _form().checked("orders/withdraw.html", **_about(_order(key)))
    done = withdraw(session(), key, typed, by=me(), at=now())
    session().commit()
    flash(ngettext("Taken back at %(num)d ISP.", "Taken back at %(num)d ISPs.", done.isps))
    return redirect(url_for(".show", key=key), 303)


def _order(key: int) -> Notice:
    notice = own_notice(session(), key, me())
    if notice.instrument != Instrument.ORDER:
        raise NotThere("order")
    return notice


def _about(notice: Notice) -> dict[str, Any]:
    danger = notice.priority == Priority.P1_CHILD_IN_DANGER
    return {"notice": notice, "name": name_of(notice.key), "danger": danger}


def _round(notice: Notice) -> dict[str, Any]:
    """What the page shows of a round: a slice of the ISPs wanted, and how many stand how."""
    told = sorted(isps_told(session(), notice, now()), key=pressing)
    late = {one.isp_id for one in told if one.is_late(now())}
    wanted, after = _wanted(told, late), request.args.get("after", 0, type=whole)
    return {
        "rows": _rows(notice, wanted[after : after + SHOWN], late),
        "counts": _counts(told, late),
        "chosen": request.args.get("state", ""),
        "more": after + SHOWN if len(wanted) > after + SHOWN else None,
        "total": len(told),
        "asked_at": now(),
        "stands": any(one.withdrawn < one.sent for one in told),
    }


def _form() -> ModelForm[WithdrawalIn]:
    given = {"now": now(), "policy": policy_at(session(), now()).policy}
    return form_for(WithdrawalIn)(data={"occurred_at": now()}, given=given)


def _wanted(told: list[IspTold], late: set[int]) -> list[IspTold]:
    """Those in the state that the address names; all for none, and for one that is no state."""
    state = request.args.get("state", "")
    if state == LATE:
        return [one for one in told if one.isp_id in late]
    return [one for one in told if one.state == state] if state in list(RoundState) else told


def _counts(told: list[IspTold], late: set[int]) -> list[tuple[str, int]]:
    """How many ISPs are in each state, and how many are late."""
    found = Counter(one.state for one in told)
    states = [(str(state), found[state]) for state in RoundState if found[state]]
    return [*states, (LATE, len(late))]


def _rows(notice: Notice, shown: list[IspTold], late: set[int]) -> list[Row]:
    ids = [one.isp_id for one in shown]
    names, answers = organisation_names(ids), answered_by(session(), shown)
    query = select(Organisation.id, Organisation.slug).where(Organisation.id.in_(ids))
    slugs = {row.id: row.slug for row in session().execute(query)}
    last = {one.isp_id: one for one in reminders(session(), notice.key)}
    return [
        Row(
            told=one,
            name=names[one.isp_id],
            slug=slugs[one.isp_id],
            by=answers.get((one.isp_id, one.answered_seq or 0)),
            reminder=last.get(one.isp_id),
            late=one.isp_id in late,
            left_s=_left_s(one),
        )
        for one in shown
    ]


def _left_s(one: IspTold) -> int | None:
    """Seconds until the limit of what is still to do, or since it; None where nothing is."""
    if one.due_at is None or one.is_settled:
        return None
    return abs(int((one.due_at - now()).total_seconds()))
