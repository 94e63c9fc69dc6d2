"""Chance that falls the same way every time: one seeded stream for each purpose."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

SEED: Final = "strategic-priority-5"
# The demonstration plays in Cambodia whatever machine it is built on.
ZONE: Final = ZoneInfo("Asia/Phnom_Penh")
_DEEP_NIGHT: Final = (23, 6)


class Chance(random.Random):
    """A stream of chance with the shapes that this house's data has."""

    def __init__(self, *purpose: object) -> None:
        super().__init__("/".join([SEED, *map(str, purpose)]))

    def happens(self, per_mille: int) -> bool:
        """Whether something happens that happens in so many of a thousand cases."""
        return self.randrange(1000) < per_mille

    def spell(self, median: timedelta, spread: float = 0.9) -> timedelta:
        """A log-normal duration in whole seconds, at least one (load profile: shapes)."""
        seconds = median.total_seconds() * math.exp(self.gauss(0.0, spread))
        return timedelta(seconds=max(1, round(seconds)))

    def minutes(self, least: int, most: int) -> timedelta:
        """A duration between two numbers of minutes, to the second."""
        return timedelta(seconds=self.randrange(least * 60, most * 60))

    def moment(self, day: date, first_hour: int = 0, last_hour: int = 23) -> datetime:
        """An instant of a local day, from the first hour to the end of the last one."""
        hour = self.randint(first_hour, last_hour)
        return local(day, hour, self.randrange(60), self.randrange(60))


def entropy(*purpose: object) -> Callable[[int], bytes]:
    """A source of salts that gives the same bytes every time; for a demonstration only."""
    return Chance("salt", *purpose).randbytes


def local(day: date, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """The instant in UTC of a time on Cambodian clocks."""
    return datetime.combine(day, time(hour, minute, second), ZONE).astimezone(UTC)


def awake(moment: datetime) -> datetime:
    """The moment itself, or at night the next morning: small offices sleep."""
    here = moment.astimezone(ZONE)
    late, early = _DEEP_NIGHT
    if early <= here.hour < late:
        return moment
    day = here.date() + timedelta(days=here.hour >= late)
    return local(day, early, 20) + timedelta(seconds=here.minute * 60 + here.second)
