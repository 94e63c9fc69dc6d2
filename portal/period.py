"""A period is a calendar month in the policy's time zone; its bounds are instants in UTC."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from portal.errors import Refusal

# Years far from ours are typing errors, and the calendar's own ends break every sum with months.
_SHAPE = re.compile(r"((?:19|20|21)\d{2})-(0[1-9]|1[0-2])", re.ASCII)


class NotAPeriod(Refusal):
    """The text is not a month written as 2026-10."""

    code = "not-a-period"


@dataclass(frozen=True, order=True)
class Period:
    """One calendar month. Its written form is ``2026-10``."""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read ``2026-10`` (1900 to 2199); raises NotAPeriod for anything else."""
        match = _SHAPE.fullmatch(text)
        if not match:
            raise NotAPeriod("period", given=text[:20])
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, instant: datetime, zone: ZoneInfo) -> Period:
        """The month in which an aware instant falls, on the clocks of the zone."""
        local = instant.astimezone(zone)
        return cls(local.year, local.month)

    @classmethod
    def on(cls, day: date) -> Period:
        """The month of a day."""
        return cls(day.year, day.month)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    @property
    def first_day(self) -> date:
        """The first calendar day."""
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        """The last calendar day."""
        return date(self.year, self.month, calendar.monthrange(self.year, self.month)[1])

    def next(self) -> Period:
        """The month after."""
        return Period(self.year + self.month // 12, self.month % 12 + 1)

    def previous(self) -> Period:
        """The month before."""
        return Period(self.year - (self.month == 1), (self.month - 2) % 12 + 1)

    def starts_at(self, zone: ZoneInfo) -> datetime:
        """The first instant (inclusive), in UTC."""
        return start_of(self.first_day, zone)

    def ends_at(self, zone: ZoneInfo) -> datetime:
        """The first instant after the period (exclusive), in UTC."""
        return start_of(self.next().first_day, zone)


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """The instant in UTC at which a day begins on the clocks of the zone."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def months_later(day: date, months: int) -> date:
    """The same day so many months later (earlier, if negative), or the last of a shorter month."""
    whole = day.year * 12 + day.month - 1 + months
    last = Period(whole // 12, whole % 12 + 1).last_day
    return last.replace(day=min(day.day, last.day))
