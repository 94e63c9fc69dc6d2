"""Hard case 14: a small ISP merges into another after the 17th; what is open follows."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import func, select

from portal.accounts import SuccessionKind
from portal.accounts.successions import Succeeding
from portal.demo.chance import local
from portal.demo.hard_cases import Players
from portal.demo.law import LEAVER, MERGES_INTO, end_licence
from portal.demo.office import Office, Step
from portal.period import Period
from portal.registers.codes import Progress
from portal.registers.folds import is_open
from portal.registers.successions import succeed
from portal.registers.takedowns import Takedown, TakedownEvent

_DAY: Final = timedelta(days=1)


def merges(players: Players) -> None:
    """14: a notice of the last days is handed over, open, and dealt with by the successor."""
    office, last = players.desk.office, LEAVER[players.desk.isp.slug]
    successor = players.regulator.world.isp(MERGES_INTO[office.isp.slug])
    if successor is None or office.isp.first > Period.on(last):
        office.agenda.plan(
            local(last, 9), lambda now: end_licence(office.agenda.session, office.isp, last, now)
        )
        return
    other = players.regulator.secretaries[successor.id].office
    players.desk.take_in([players.item("H-2026-05160", local(last - _DAY, 16))])
    first = last + _DAY
    office.agenda.plan(local(first, 9), lambda now: _succeed(players, other, first, now))
    office.agenda.plan(local(first, 11), lambda now: _deal_with(other, office.isp.id, now))


def _succeed(players: Players, other: Office, first: date, at: datetime) -> None:
    office, by = players.desk.office, players.regulator.world.policy_officer
    decided = Succeeding(
        office.isp.id, other.isp.id, SuccessionKind.MERGER, first, "Fictional decision D-14"
    )
    succeed(office.agenda.session, decided, by=by, at=at)
    other.mark("takedowns", at)


def _deal_with(other: Office, predecessor: int, at: datetime) -> None:
    """Everything that came is looked for, and found gone."""
    session = other.agenda.session
    came = select(Takedown.key).where(
        Takedown.isp_id == other.isp.id, Takedown.carried_isp == predecessor, is_open()
    )
    gone = {"occurred_at": at - timedelta(minutes=20), "action": "ALREADY_UNAVAILABLE"}
    for key in session.scalars(came.order_by(Takedown.key)).all():
        mine = (TakedownEvent.isp_id == other.isp.id, TakedownEvent.key == key)
        other.saw(key, session.scalar(select(func.max(TakedownEvent.no)).where(*mine)) or 0)
        other.move(key, [Step(Progress.ACTIONED, gone)], at)
