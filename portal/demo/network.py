"""The network team of an ISP: it logs the list updates that it applied."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from portal.demo.chance import ZONE, Chance, local
from portal.demo.law import LEAVER
from portal.demo.lists import (
    NATIONAL,
    URLS,
    Enforcement,
    Feed,
    Release,
    Rhythm,
    chosen,
    releases,
    subscriptions,
)
from portal.demo.office import Office, Row
from portal.demo.valley import Valley
from portal.period import Period

_DAY: Final = timedelta(days=1)
# Hard case 6: (ISP, list, month) -> the issue of the month that was passed over for the next one.
_PASSED_OVER: Final = {
    ("peacock", URLS.code, Period(2026, 9)): 41,
    # This one its publisher recorded here.
    ("turmeric", NATIONAL.code, Period(2026, 10)): 14,
}
# Hard case 7: the month's last issue is not live on one of the resolvers.
_PARTIAL: Final = {("tamarind", NATIONAL.code, Period(2026, 10))}
# Hard case 5: an issue comes again under the same label with other content.
_REISSUED: Final = {("firefly", NATIONAL.code, Period(2026, 9)): 21}


class Network:
    """Logs what was applied, by file, once or twice a month."""

    def __init__(self, office: Office, valley: Valley) -> None:
        self.office, self.valley = office, valley
        self.slug, part = office.isp.slug, office.isp.part
        self._enforcements = {
            feed: (rhythm, Enforcement(part, feed, Chance("lists", self.slug, feed.code)))
            for feed, rhythm in subscriptions(part).items()
        }

    def month(self, period: Period) -> None:
        """Plan the files of a month; what is not applied yet waits for the next one."""
        rows = [
            row
            for feed, (rhythm, enforcement) in self._enforcements.items()
            for row in self._rows(period, feed, rhythm, enforcement)
        ]
        middle = local(period.first_day + 15 * _DAY, 9)
        end = local(period.next().first_day, 11)
        early = [row for row in rows if _live_at(row) < middle - _DAY]
        later = [row for row in rows if _live_at(row) >= middle - _DAY]
        for some, at in ((early, middle), (later, end)):
            self._import(some, at)
        if self.valley.relies(self.office.isp, NATIONAL, period):
            # A day after the upstream logged the end of the month.
            self.office.agenda.plan(end + _DAY, lambda now: self.office.inherit(period, now))

    def _rows(
        self, period: Period, feed: Feed, rhythm: Rhythm, enforcement: Enforcement
    ) -> list[Row]:
        if self.valley.relies(self.office.isp, feed, period):
            return []
        place = (self.slug, feed.code, period)
        made = list(chosen(feed, rhythm, period))
        if place in _PASSED_OVER:
            passed = releases(feed, period)[_PASSED_OVER[place]]
            made = [release for release in made if release is not passed]
        rows = [enforcement.row(release) for release in made if not self._is_gone(release)]
        rows = [self._with_wholesale(row, feed, period) for row in rows]
        if place in _REISSUED:
            rows.append(_again(rows[_REISSUED[place]]))
        if place in _PARTIAL:
            rows[-1] = _one_point_short(rows[-1])
        return rows

    def _with_wholesale(self, row: Row, feed: Feed, period: Period) -> Row:
        """Subscribers of others are counted once, by whoever enforces."""
        more = self.valley.wholesale(self.office.isp, feed, period)
        counted = ("subscribers_in_scope", "subscribers_covered")
        return {**row, **{name: row[name] + more for name in counted}}

    def _is_gone(self, release: Release) -> bool:
        """Whether the ISP's licence had ended when the issue was published."""
        left = LEAVER.get(self.slug)
        return left is not None and release.published_at.astimezone(ZONE).date() > left

    def _import(self, rows: list[Row], at: datetime) -> None:
        ready = max([at, *(_live_at(row) + timedelta(hours=2) for row in rows)])
        if rows:
            self.office.agenda.plan(ready, lambda now: self.office.record("blocklists", rows, now))


def _live_at(row: Row) -> datetime:
    moment: datetime = row["applied_at"] or row["fetched_at"]
    return moment


def _again(row: Row) -> Row:
    """The same label with new content, three hours later: a new issue with its own lag."""
    later = {
        name: row[name] + timedelta(hours=3)
        for name in ("published_at", "fetched_at", "applied_at")
    }
    turned = row["content_digest"][::-1]
    return {
        **row,
        **later,
        "content_digest": turned,
        "serial": row["serial"] and row["serial"] + 5000,
        "update_kind": "MIXED",
        "added": 1,
        "removed": 1,
        "test_result": "NOT_RUN",
        "tested_at": None,
        "vantage_points": 0,
        "note": "Issued again by the publisher under the same label",
    }


def _one_point_short(row: Row) -> Row:
    """One forgotten resolver: not applied, however many others are live."""
    served = row["subscribers_in_scope"]
    return {
        **row,
        "applied_at": None,
        "points_live": row["points_in_scope"] - 1,
        "subscribers_covered": served - served // row["points_in_scope"],
        "note": "One regional resolver was not reached",
    }
