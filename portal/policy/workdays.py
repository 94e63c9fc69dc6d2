"""Working days: computed weekends and holidays, overridden by what a sub-decree says."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

import holidays

from portal.policy.codes import DayKind

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Workdays:
    """A country's calendar: its weekend (Monday is 1) and the days that an act made different.

    Holidays of the lunar calendar are computed and may be wrong by a day until the year's
    sub-decree is entered; whoever computes a deadline stores the day it came to.
    """

    country: str
    weekend: frozenset[int]
    overrides: Mapping[date, DayKind]

    def is_working_day(self, day: date) -> bool:
        """Whether offices are open on a day."""
        told = self.overrides.get(day)
        if told is not None:
            return told is DayKind.WORKING
        return day.isoweekday() not in self.weekend and day not in holidays_of(
            self.country, day.year
        )

    def on_or_after(self, day: date) -> date:
        """The day itself when it is a working day, else the next one that is."""
        return next(d for d in _from(day) if self.is_working_day(d))

    def without(self, lost: Collection[date]) -> Workdays:
        """The same calendar with some days on which nobody could work."""
        return replace(self, overrides={**self.overrides, **dict.fromkeys(lost, DayKind.HOLIDAY)})

    def after(self, day: date, count: int) -> date:
        """The ``count``-th working day after a day (the day itself is never counted)."""
        for later in _from(day + _DAY):
            if count == 0:
                break
            count -= self.is_working_day(later)
            day = later
        return day

    def before(self, day: date, count: int) -> date:
        """The ``count``-th working day before a day (the day itself is never counted)."""
        while count:
            day -= _DAY
            count -= self.is_working_day(day)
        return day


@lru_cache(maxsize=64)
def holidays_of(country: str, year: int) -> Mapping[date, tuple[str, str]]:
    """The computed public holidays of a year with their names in English and Khmer."""
    english = holidays.country_holidays(country, years=year, language="en_US")
    khmer = holidays.country_holidays(country, years=year, language="km")
    return {day: (name, khmer.get(day, name)) for day, name in sorted(english.items())}


def knows(country: str) -> bool:
    """Whether holidays can be computed for a country."""
    return country in holidays.list_supported_countries()


def _from(day: date) -> Iterator[date]:
    while True:
        yield day
        day += _DAY
