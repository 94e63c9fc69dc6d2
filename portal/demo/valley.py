"""An upstream with three small ISPs below it: it enforces their list, they inherit (chairs A5)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from portal.demo.agenda import Agenda
from portal.demo.chance import local
from portal.demo.lists import NATIONAL, Feed
from portal.demo.world import Isp, World
from portal.period import Period
from portal.registers.codes import ListMode
from portal.registers.lists.consenting import consent
from portal.registers.lists.standing import say

UPSTREAM: Final = "bamboo"
BELOW: Final = ("lemongrass", "galangal", "pinewood")
SINCE: Final = Period(2026, 7)
# Who reaches no permitted list at all, and says so.
NOT_REACHED: Final = ("loom", "oarsman")
_DAY: Final = timedelta(days=1)
_SAID_ON: Final = date(2026, 1, 2)


class Valley:
    """Who enforces for whom; nobody where the upstream does not play in this build."""

    def __init__(self, agenda: Agenda, world: World) -> None:
        self.agenda = agenda
        self.upstream = world.isp(UPSTREAM)
        below = [world.isp(slug) for slug in BELOW] if self.upstream else []
        self.below = [isp for isp in below if isp is not None]
        self.not_reached = [isp for isp in map(world.isp, NOT_REACHED) if isp is not None]

    def begin(self) -> None:
        """Plan what is said of lists, and the upstream's consents."""
        for isp in self.not_reached:
            self.agenda.plan(local(_SAID_ON, 11), lambda now, isp=isp: self._idle(isp, now))  # type: ignore[misc]
        for isp in self.below:
            day = SINCE.first_day
            self.agenda.plan(local(day, 8), lambda now, isp=isp: self._named(isp, now))  # type: ignore[misc]
            self.agenda.plan(local(day, 10), lambda now, isp=isp: self._let(isp, now))  # type: ignore[misc]

    def relies(self, isp: Isp, feed: Feed, period: Period) -> bool:
        """Whether an ISP logs nothing of a list, since the upstream does."""
        return isp in self.below and feed is NATIONAL and period >= SINCE

    def wholesale(self, isp: Isp, feed: Feed, period: Period) -> int:
        """The subscribers of others that an ISP counts among its own."""
        if isp is not self.upstream or feed is not NATIONAL or period < SINCE:
            return 0
        return sum(one.part.subscribers for one in self.below)

    def _named(self, isp: Isp, now: datetime) -> None:
        self._say(isp, ListMode.UPSTREAM, SINCE.first_day, now)

    def _idle(self, isp: Isp, now: datetime) -> None:
        self._say(isp, ListMode.NOT_REACHABLE, _SAID_ON - _DAY, now)

    def _say(self, isp: Isp, mode: ListMode, from_on: date, now: datetime) -> None:
        upstream = self.upstream.id if self.upstream and mode == ListMode.UPSTREAM else None
        say(
            self.agenda.session,
            isp.id,
            [NATIONAL.code],
            mode,
            from_on=from_on,
            upstream_id=upstream,
            by=isp.preparer,
            at=now,
        )

    def _let(self, isp: Isp, now: datetime) -> None:
        if self.upstream is not None:
            by, from_on = self.upstream.approver, SINCE.first_day
            consent(self.agenda.session, self.upstream.id, isp.id, from_on=from_on, by=by, at=now)
