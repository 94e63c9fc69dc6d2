"""A program of one ISP's network desk, which enters its list updates since October."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Final

from portal.accounts import Desk, Organisation, Role
from portal.accounts.bearers import use_key
from portal.accounts.keys import make_key, name_program
from portal.demo.agenda import Agenda
from portal.demo.chance import local
from portal.demo.world import DESKED, Isp, World

_BEGAN: Final = local(date(2026, 10, 1), 9)
_GOOD_UNTIL: Final = date(2027, 9, 30)


def plan_program(agenda: Agenda, world: World) -> None:
    """Let the ISP with desks name its program, make its first key, and go on by it."""
    isp = world.isp(DESKED)
    if isp is not None:
        agenda.plan(_BEGAN, lambda now: _begin(agenda, isp, now))


def _begin(agenda: Agenda, isp: Isp, now: datetime) -> None:
    session, manager = agenda.session, replace(isp.approver, role=Role.ADMINISTRATOR)
    own = session.get_one(Organisation, isp.id)
    made = name_program(session, own, "List loader", [Desk.NETWORK], by=manager, at=now)
    _, key = make_key(
        session, isp.id, made.person_id, _GOOD_UNTIL, on=now.date(), by=isp.approver, at=now
    )
    isp.writers["blocklists"] = use_key(session, key, on=now.date())
