"""List releases as their publishers make them, and what each ISP logs of them.

Nationally three lists have about sixty issues a month each. If every ISP logged every issue by
hand that would be 8,600 entries a month; here only the giants do so for one list. Most ISPs log
one synchronisation a day or a week, which is what the portal is told in real life, too.
"""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from portal.demo.cast import Care, Part, Tier
from portal.demo.chance import ZONE, Chance, local
from portal.period import Period

_HOUR: Final = timedelta(hours=1)
_TWICE_A_DAY: Final = (8, 20)


@dataclass(frozen=True)
class Feed:
    """A permitted list: what it is called in the policy, what it holds and how it is enforced."""

    code: str
    kind: str
    transport: str
    method: str
    size: int
    daily: int


URLS: Final = Feed("IWF_URL", "URL", "CSV", "URL_PROXY", 11_400, 510)
WORST_OF: Final = Feed("INTERPOL_IWOL", "DOMAIN", "RPZ_IXFR", "DNS_RPZ", 2_050, 9)
NATIONAL: Final = Feed("NATIONAL_CSAM", "DOMAIN", "RPZ_IXFR", "DNS_RPZ", 180, 2)


@dataclass(frozen=True)
class Release:
    """One issue of a list. Counts are running totals, so that what an ISP skipped can be summed."""

    feed: Feed
    number: int
    published_at: datetime
    total: int
    added_so_far: int
    removed_so_far: int
    urgent: bool = False

    @property
    def digest(self) -> str:
        """Stands for the digest of the file: SHA-256 of a harmless text."""
        return hashlib.sha256(f"{self.feed.code} issue {self.number}".encode()).hexdigest()

    @property
    def label(self) -> str:
        """The publisher's label."""
        return f"{self.published_at.astimezone(ZONE):%Y}.{self.number}"


class Rhythm(enum.Enum):
    """How often an ISP logs a list."""

    EVERY_ISSUE = "EVERY_ISSUE"
    DAILY = "DAILY"
    WEEKLY = "WEEKLY"


def subscriptions(part: Part) -> dict[Feed, Rhythm]:
    """Which lists an ISP applies, and how often it logs them."""
    if part.tier is Tier.GIANT:
        return {URLS: Rhythm.EVERY_ISSUE, WORST_OF: Rhythm.DAILY, NATIONAL: Rhythm.DAILY}
    if part.tier is Tier.MOBILE:
        return {WORST_OF: Rhythm.DAILY, NATIONAL: Rhythm.DAILY}
    if part.tier is Tier.STANDARD:
        return {WORST_OF: Rhythm.WEEKLY, NATIONAL: Rhythm.DAILY}
    # A few of the smallest reach no permitted list at all: not assessed, never "not met".
    return {} if part.slug in {"loom", "oarsman"} else {NATIONAL: Rhythm.WEEKLY}


@cache
def releases(feed: Feed, period: Period) -> tuple[Release, ...]:
    """The issues that a publisher makes in a month: about sixty."""
    chance = Chance("releases", feed.code, period)
    before = _before(feed, period)
    added, removed = before.added_so_far, before.removed_so_far
    made = []
    for number, at in enumerate(_instants(chance, period), before.number + 1):
        come = max(0, round(chance.gauss(feed.daily / 2, feed.daily / 6)))
        gone = min(feed.size // 3, max(0, round(chance.gauss(feed.daily / 2, feed.daily / 6))))
        urgent = feed is NATIONAL and chance.happens(12)
        added, removed = added + come, removed + (0 if urgent else gone)
        total = max(feed.size // 2, feed.size + added - removed)
        made.append(Release(feed, number, at, total, added, removed, urgent))
    return tuple(made)


def _before(feed: Feed, period: Period) -> Release:
    if period <= Period(2025, 11):
        return Release(feed, 100, local(period.first_day, 0), feed.size, 0, 0)
    return releases(feed, period.previous())[-1]


def own_counts(release: Release) -> dict[str, Any]:
    """What an issue itself adds and removes, over the one before it."""
    period = Period.of(release.published_at, ZONE)
    made = (_before(release.feed, period), *releases(release.feed, period))
    last = made[made.index(release) - 1]
    added = release.added_so_far - last.added_so_far
    removed = release.removed_so_far - last.removed_so_far
    kind = "EMERGENCY" if release.urgent else _kind(added, removed)
    return {"update_kind": kind, "added": min(added, release.total), "removed": removed}


def _instants(chance: Chance, period: Period) -> Iterator[datetime]:
    day = period.first_day
    while day <= period.last_day:
        for hour in _TWICE_A_DAY:
            yield local(day, hour) + chance.minutes(0, 50)
        day += timedelta(days=1)


def chosen(feed: Feed, rhythm: Rhythm, period: Period) -> Sequence[Release]:
    """The issues of a month that an ISP of this rhythm logs."""
    made = releases(feed, period)
    step = {Rhythm.EVERY_ISSUE: 1, Rhythm.DAILY: 2, Rhythm.WEEKLY: 14}[rhythm]
    return [one for place, one in enumerate(made) if place % step == 0 or one.urgent]


class Enforcement:
    """How one ISP applies one list: turns releases into what its network team types."""

    def __init__(self, part: Part, feed: Feed, chance: Chance) -> None:
        self.part, self.feed, self.chance = part, feed, chance
        self._last: Release | None = None
        self._tested: set[Period] = set()

    def row(self, release: Release) -> dict[str, Any]:
        """What is typed of an issue that is live at every point."""
        fetched = release.published_at + self.chance.minutes(2, 25)
        applied = fetched + self._lag(urgent=release.urgent)
        row = {
            "list_code": self.feed.code,
            "list_kind": self.feed.kind,
            "transport": self.feed.transport,
            "version_label": release.label,
            "serial": release.number if self.feed.transport.startswith("RPZ") else None,
            "content_digest": release.digest,
            "published_at": release.published_at,
            "fetched_at": fetched,
            "applied_at": applied,
            **self._counts(release),
            "overblock_risk": release.total // 2000,
            "methods": self.feed.method,
            "points_in_scope": self.part.points,
            "points_live": self.part.points,
            "subscribers_in_scope": self.part.subscribers,
            "subscribers_covered": self.part.subscribers,
            "stop_page": "YES",
            **self._test(applied),
        }
        self._last = release
        return row

    def _lag(self, *, urgent: bool) -> timedelta:
        slow = {Care.GOOD: 4, Care.FAIR: 12, Care.POOR: 60}[self.part.care]
        if self.chance.happens(slow):
            return 26 * _HOUR + self.chance.minutes(0, 900)
        if urgent:
            return self.chance.minutes(10, 80)
        return min(self.chance.spell(2 * _HOUR), 20 * _HOUR)

    def _counts(self, release: Release) -> dict[str, Any]:
        last = self._last
        if last is None:
            kind, added = "FULL_RESET", release.total
            removed = own_counts(release)["removed"]
        else:
            added = release.added_so_far - last.added_so_far
            removed = release.removed_so_far - last.removed_so_far
            kind = "EMERGENCY" if release.urgent else _kind(added, removed)
        return {
            "update_kind": kind,
            "entries_total": release.total,
            "added": min(added, release.total),
            "removed": removed,
        }

    def _test(self, applied: datetime) -> dict[str, Any]:
        """Once a month with the publisher's harmless test entry."""
        month = Period.of(applied, ZONE)
        if month in self._tested:
            return {}
        self._tested.add(month)
        if self.part.care is Care.POOR and self.chance.happens(300):
            return {}
        return {
            "test_result": "PASS",
            "tested_at": applied + self.chance.minutes(5, 55),
            "vantage_points": min(4, self.part.points),
        }


def _kind(added: int, removed: int) -> str:
    if added and removed:
        return "MIXED"
    return "DELIST" if removed else "ADD"
