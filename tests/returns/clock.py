"""Instants as people in Phnom Penh say them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from portal.period import Period

ZONE = ZoneInfo("Asia/Phnom_Penh")
SEPTEMBER, OCTOBER, NOVEMBER = Period(2026, 9), Period(2026, 10), Period(2026, 11)


def local(text: str) -> datetime:
    """The instant of ``2026-10-31 23:50`` on the clocks of Phnom Penh."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)


def said(instant: datetime) -> str:
    """An instant as an officer in Phnom Penh would type it."""
    return instant.astimezone(ZONE).strftime("%Y-%m-%d %H:%M")
