"""One room for everybody: the hotline trains all ISPs at once, and about half have confirmed it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from portal.accounts.queries import licensees
from portal.demo.agenda import Act, Agenda
from portal.demo.chance import Chance, local
from portal.demo.world import Isp, World
from portal.entries.inputs import check
from portal.period import Period
from portal.policy.queries import policy_at
from portal.registers.codes import Provider
from portal.registers.shared.actions import hold
from portal.registers.shared.confirming import confirm, usual_result
from portal.registers.shared.inputs import SharedSessionIn
from portal.registers.shared.queries import on_roster, session_for
from portal.registers.shared.trainers import admit_trainer

_ADMITTED_ON: Final = date(2026, 10, 1)
_HELD_ON: Final = date(2026, 11, 12)
_SESSION: Final[dict[str, Any]] = {
    "provider": Provider.HOTLINE,
    "session_ref": "HT-2026-11",
    "held_on": _HELD_ON,
    "modules": "TERMINOLOGY_VICTIM_CENTRED STAFF_WELLBEING",
    "level": "REFRESHER",
    "mode": "LIVE_ONLINE",
    "language": "KM",
    "minutes": 60,
    "funded_by": "DONOR",
}
# These have not confirmed it yet: that is left to whoever tries the portal.
_WAITING: Final = {"kapok", "kite", "gecko"}
_CONFIRMED: Final = 550
_MISCOUNTED: Final = "firefly"
_MOST: Final = 8


class Classroom:
    """The hotline as a trainer."""

    def __init__(self, agenda: Agenda, world: World) -> None:
        self.agenda, self.world = agenda, world
        self._came: dict[int, int] = {}

    def begin(self) -> None:
        """Plan its admission, and the session of November."""
        self.agenda.plan(local(date(2026, 9, 28), 11), self._admitted)
        self.agenda.plan(local(date(2026, 11, 13), 9), self._held)

    def _admitted(self, at: datetime) -> None:
        by, hotline = self.world.policy_officer, self.world.hotline.organisation_id
        admit_trainer(
            self.agenda.session, hotline, Provider.HOTLINE, from_on=_ADMITTED_ON, by=by, at=at
        )

    def _held(self, at: datetime) -> None:
        session = self.agenda.session
        licensed = {isp.id for isp in licensees(session, Period.on(_HELD_ON))}
        counts: dict[int, int | None] = {}
        confirming: list[tuple[Isp, datetime]] = []
        for isp in (isp for isp in self.world.isps if isp.id in licensed):
            chance = Chance("classroom", isp.slug)
            people = len(on_roster(session, isp.id, _HELD_ON))
            self._came[isp.id] = min(people, chance.randint(1, _MOST))
            counts[isp.id] = self._came[isp.id] - (isp.slug == _MISCOUNTED)
            if isp.slug not in _WAITING and chance.happens(_CONFIRMED):
                later = chance.moment(date(2026, 11, chance.randint(16, 23)), 8, 16)
                confirming.append((isp, later))
        policy = policy_at(session, at).policy
        value = check(SharedSessionIn, _SESSION, now=at, policy=policy)
        what = hold(session, value, counts, by=self.world.hotline, at=at)
        for isp, later in confirming:
            self.agenda.plan(later, self._confirmed(isp, what.key))

    def _confirmed(self, isp: Isp, key: int) -> Act:
        def do(at: datetime) -> None:
            session = self.agenda.session
            there = list(on_roster(session, isp.id, _HELD_ON))[: self._came[isp.id]]
            what, _ = session_for(session, isp.id, key)
            results = dict.fromkeys(there, usual_result(what))
            confirm(session, isp.id, key, results, by=isp.preparer, at=at)

        return do
