"""Build the demonstration: plan what everybody does in ten months, then let it happen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import delete
from sqlalchemy.orm import Session

from portal.accounts.actions import THE_SYSTEM
from portal.db import begin_write
from portal.demo.agenda import Act, Agenda
from portal.demo.audit import audits
from portal.demo.cast import CAST
from portal.demo.chance import entropy, local
from portal.demo.classroom import Classroom
from portal.demo.hard_cases import CASES, Players
from portal.demo.keeping import plan_hold
from portal.demo.law import LEAVER, change_policy, rule, waive
from portal.demo.merger import merges
from portal.demo.network import Network
from portal.demo.notices import Desk
from portal.demo.office import Office
from portal.demo.orders import plan_round
from portal.demo.programs import plan_program
from portal.demo.publishers import Publishers
from portal.demo.regulator import NEWEST, Regulator
from portal.demo.secretary import Secretary
from portal.demo.senders import Senders
from portal.demo.small_cases import SMALL_CASES
from portal.demo.staff import Personnel
from portal.demo.valley import Valley
from portal.demo.world import FOUNDED_ON, ONE_PERSON, Isp, Login, set_stage
from portal.mail import Mail
from portal.period import Period
from portal.policy import policy_on
from portal.trail import sign_checkpoint
from portal.trail.key import CheckpointKey

# The day on which the story stops.
TODAY: Final = local(date(2026, 11, 24), 8)
# The days whose checkpoint is signed; real life signs every day.
SEALED: Final = (date(2026, 11, 1), TODAY.date())


@dataclass(frozen=True)
class Built:
    """What was built: who can be signed in as, how many acts it took, and the serials of the
    certificates whose papers are to be made.
    """

    logins: list[Login]
    acts: int
    issued: list[int]


def build(session: Session, key: CheckpointKey, *, isps: int = 48, months: int = 10) -> Built:
    """Fill an empty database with the first ``isps`` of the cast and the newest ``months``; ``key``
    signs its checkpoints.

    The same arguments give the same statements, byte for byte. Commits as it goes.
    """
    session.info["entropy"] = entropy(isps, months)
    begin_write(session)
    agenda = Agenda(session, TODAY)
    world = set_stage(session, CAST[:isps], _months_before(NEWEST, months - 1))
    officer = world.policy_officer
    rule(session, officer, local(FOUNDED_ON, 10))
    change_policy(session, officer, local(date(2026, 2, 3), 10))
    agenda.pause()
    regulator = Regulator(agenda, world)
    senders = Senders(agenda, world)
    senders.begin()
    Publishers(agenda, world).begin()
    valley = Valley(agenda, world)
    valley.begin()
    plan_round(agenda, world)
    plan_program(agenda, world)
    plan_hold(agenda, world)
    Classroom(agenda, world).begin()
    audits(agenda, world)
    for isp in world.isps:
        _plan(agenda, regulator, senders, valley, isp)
    for day in SEALED:
        agenda.plan(local(day, 6), _sealing(session, key, day))
    agenda.run()
    _burn_mail(session)
    return Built(world.logins, agenda.done, regulator.issued)


def _sealing(session: Session, key: CheckpointKey, day: date) -> Act:
    return lambda now: sign_checkpoint(session, key, by=THE_SYSTEM, at=now, day=day)


def _burn_mail(session: Session) -> None:
    """Nobody of the story reads mail, least of all ten months of it at once."""
    begin_write(session)
    session.execute(delete(Mail))
    session.commit()


def _plan(agenda: Agenda, regulator: Regulator, senders: Senders, valley: Valley, isp: Isp) -> None:
    office = Office(agenda, isp)
    people = Personnel(office, policy_on(agenda.session, isp.first.first_day).policy, isp.first)
    secretary = Secretary(office, regulator.received)
    players = Players(Desk(office, people, senders), people, secretary, regulator)
    regulator.secretaries[isp.id] = secretary
    _begin(agenda, regulator, isp)
    people.enter()
    secretary.begin()
    _play_months(players, Network(office, valley))
    for month, case in (*CASES.get(isp.slug, ()), *SMALL_CASES.get(isp.slug, ())):
        if month >= isp.first:
            case(players)
    if isp.slug in LEAVER:
        merges(players)


def _begin(agenda: Agenda, regulator: Regulator, isp: Isp) -> None:
    """The act of the authority that concerns this ISP alone: a waiver."""
    if isp.slug == ONE_PERSON:
        until, reviewer = date(TODAY.year + 1, 6, 30), regulator.world.reviewers[0]
        agenda.plan(
            local(isp.first.first_day, 9),
            lambda now: waive(agenda.session, isp, reviewer, now, until),
        )
    regulator.waits_for(isp)


def _play_months(players: Players, network: Network) -> None:
    isp, period = players.desk.isp, players.desk.isp.first
    left = LEAVER.get(isp.slug)
    last = NEWEST.next() if left is None else Period.on(left)
    while period <= last:
        if left is None or period < last:
            players.people.month(period)
            players.desk.month(period)
        network.month(period)
        if period <= NEWEST:
            players.secretary.month(period)
        period = period.next()


def _months_before(period: Period, count: int) -> Period:
    for _ in range(count):
        period = period.previous()
    return period
