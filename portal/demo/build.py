"""Build the demonstration: plan what everybody does in fourteen months, then let it happen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from portal.db import begin_write
from portal.demo.agenda import Agenda
from portal.demo.cast import CAST
from portal.demo.chance import entropy, local
from portal.demo.law import change_policy, rule, waive
from portal.demo.network import Network
from portal.demo.notices import Desk
from portal.demo.office import Office
from portal.demo.secretary import Secretary
from portal.demo.staff import Personnel
from portal.demo.world import ONE_PERSON, Isp, Login, World, set_stage
from portal.period import Period
from portal.policy import policy_on

# The newest month whose return is owed, and the day on which the story stops.
NEWEST: Final = Period(2026, 10)
TODAY: Final = local(date(2026, 11, 24), 8)


@dataclass(frozen=True)
class Built:
    """What was built: who can be signed in as, and how many acts it took."""

    logins: list[Login]
    acts: int


def build(session: Session, *, isps: int = 48, months: int = 14) -> Built:
    """Fill an empty database with the first ``isps`` of the cast and the newest ``months``.

    The same arguments give the same statements, byte for byte. Commits as it goes.
    """
    session.info["entropy"] = entropy(isps, months)
    begin_write(session)
    agenda = Agenda(session, TODAY)
    first = _months_before(NEWEST, months - 1)
    world = set_stage(session, CAST[:isps], first)
    officer = world.policy_officer
    rule(session, officer, local(date(2025, 8, 18), 10))
    change_policy(session, officer, local(date(2025, 11, 3), 10))
    agenda.pause()
    for isp in world.isps:
        _plan(agenda, world, isp)
    agenda.run()
    return Built(world.logins, agenda.done)


def _plan(agenda: Agenda, world: World, isp: Isp) -> None:
    office = Office(agenda, isp)
    policy = policy_on(agenda.session, isp.first.first_day).policy
    people = Personnel(office, policy, isp.first)
    desk, network = Desk(office, people), Network(office)
    secretary = Secretary(office, lambda filing: None)
    if isp.slug == ONE_PERSON:
        until = date(TODAY.year + 1, 6, 30)
        agenda.plan(
            local(isp.first.first_day, 9),
            lambda now: waive(agenda.session, isp, world.reviewers[0], now, until),
        )
    people.enter()
    secretary.begin()
    period = isp.first
    while period <= NEWEST.next():
        people.month(period)
        desk.month(period)
        network.month(period)
        if period <= NEWEST:
            secretary.month(period)
        period = period.next()


def _months_before(period: Period, count: int) -> Period:
    for _ in range(count):
        period = period.previous()
    return period
