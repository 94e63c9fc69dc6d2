"""Months are counted on Phnom Penh's clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.period import NotAPeriod, Period

PHNOM_PENH = ZoneInfo("Asia/Phnom_Penh")


def test_three_in_the_morning_of_the_first_is_the_new_month_although_utc_says_the_old() -> None:
    assert Period.of(datetime(2026, 10, 31, 20, 0, tzinfo=UTC), PHNOM_PENH) == Period(2026, 11)


def test_ten_to_midnight_is_still_the_old_month() -> None:
    assert Period.of(datetime(2026, 10, 31, 16, 50, tzinfo=UTC), PHNOM_PENH) == Period(2026, 10)


def test_a_month_begins_and_ends_at_local_midnight() -> None:
    october = Period(2026, 10)

    assert october.starts_at(PHNOM_PENH) == datetime(2026, 9, 30, 17, 0, tzinfo=UTC)
    assert october.ends_at(PHNOM_PENH) == datetime(2026, 10, 31, 17, 0, tzinfo=UTC)
    assert (october.first_day, october.last_day) == (date(2026, 10, 1), date(2026, 10, 31))


@pytest.mark.parametrize("text", ["2026-13", "2026-1", "26-10", "2026-10-01", "", "២០២៦-១០", "x"])
def test_anything_else_is_no_month(text: str) -> None:
    with pytest.raises(NotAPeriod):
        Period.parse(text)


@given(st.integers(1900, 2198), st.integers(1, 12))
def test_the_next_month_comes_back_by_the_previous(year: int, month: int) -> None:
    period = Period(year, month)

    assert period.next().previous() == period
    assert Period.parse(str(period)) == period
    assert period.next().first_day > period.last_day
