"""Who publishes lists through the portal: hotline and police, from October 2026 on."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from portal.accounts import Actor
from portal.demo.agenda import Agenda
from portal.demo.chance import Chance, local
from portal.demo.lists import NATIONAL, WORST_OF, Feed, Release, Rhythm, chosen, own_counts
from portal.demo.world import World
from portal.entries.inputs import check
from portal.notices.releases.actions import record
from portal.notices.releases.inputs import ListReleaseIn
from portal.notices.releases.publishers import name_publisher
from portal.period import Period
from portal.policy import policy_at

_MONTHS: Final = (Period(2026, 10), Period(2026, 11))
_NAMED_ON: Final = date(2026, 9, 28)


class Publishers:
    """Record one consolidated issue a week, and what is urgent: what every ISP logs."""

    def __init__(self, agenda: Agenda, world: World) -> None:
        self.agenda, self.officer = agenda, world.policy_officer
        self._by: dict[Feed, Actor] = {NATIONAL: world.hotline, WORST_OF: world.police}

    def begin(self) -> None:
        """Plan that they are named, and every release."""
        self.agenda.plan(local(_NAMED_ON, 11), self._named)
        for feed in self._by:
            chance = Chance("published", feed.code)
            for period in _MONTHS:
                for release in chosen(feed, Rhythm.WEEKLY, period):
                    at = release.published_at + chance.minutes(3, 20)
                    self.agenda.plan(at, lambda now, one=release: self._record(one, now))  # type: ignore[misc]

    def _named(self, now: datetime) -> None:
        for feed, by in self._by.items():
            name_publisher(
                self.agenda.session,
                by.organisation_id,
                feed.code,
                from_on=_MONTHS[0].first_day,
                by=self.officer,
                at=now,
            )

    def _record(self, release: Release, now: datetime) -> None:
        feed, session = release.feed, self.agenda.session
        typed = {
            "list_code": feed.code,
            "list_kind": feed.kind,
            "version_label": release.label,
            "serial": release.number,
            "content_digest": release.digest,
            "published_at": release.published_at,
            "entries_total": release.total,
            **own_counts(release),
        }
        policy = policy_at(session, now).policy
        value = check(ListReleaseIn, typed, now=now, policy=policy)
        record(session, value, by=self._by[feed], at=now)
