"""The network team of an ISP: it logs the list updates that it applied."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from portal.demo.chance import Chance, local
from portal.demo.lists import Enforcement, chosen, subscriptions
from portal.demo.office import Office
from portal.period import Period

_DAY: Final = timedelta(days=1)


class Network:
    """The network team of one ISP: it logs what it applied, by file, once or twice a month."""

    def __init__(self, office: Office) -> None:
        self.office = office
        part, slug = office.isp.part, office.isp.slug
        self._enforcements = {
            feed: (rhythm, Enforcement(part, feed, Chance("lists", slug, feed.code)))
            for feed, rhythm in subscriptions(part).items()
        }

    def month(self, period: Period) -> None:
        """Plan the files of a month; what is not applied yet waits for the next one."""
        rows = [
            enforcement.row(release)
            for feed, (rhythm, enforcement) in self._enforcements.items()
            for release in chosen(feed, rhythm, period)
        ]
        if not rows:
            return
        middle = local(period.first_day + 15 * _DAY, 9)
        end = local(period.next().first_day, 11)
        first = [row for row in rows if row["applied_at"] < middle - _DAY]
        later = [row for row in rows if row["applied_at"] >= middle - _DAY]
        for part_of, at in ((first, middle), (later, end)):
            self._import(part_of, at)

    def _import(self, rows: list[dict[str, object]], at: datetime) -> None:
        ready = max([at, *(row["applied_at"] + timedelta(hours=2) for row in rows)])
        if rows:
            self.office.agenda.plan(ready, lambda now: self.office.record("blocklists", rows, now))
