"""One legal hold, set in May and due for another look on the day of the story."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from portal.demo.agenda import Agenda
from portal.demo.chance import local
from portal.demo.world import World
from portal.entries.holds import HoldGround, set_hold
from portal.entries.holds.actions import Wanted
from portal.period import Period

_SET_ON: Final = date(2026, 5, 4)
_MONTHS: Final = (Period(2026, 2), Period(2026, 4))


def plan_hold(agenda: Agenda, world: World) -> None:
    """Plan that a court has three months of one ISP kept; nobody there knows."""
    agenda.plan(local(_SET_ON, 11), lambda at: _set(agenda, world, at))


def _set(agenda: Agenda, world: World, at: datetime) -> None:
    isp_id = world.isps[-1].id
    wanted = Wanted(isp_id, HoldGround.COURT_ORDER, "DEMO-C-2026-14", _SET_ON, months=_MONTHS)
    set_hold(agenda.session, wanted, by=world.policy_officer, at=at)
