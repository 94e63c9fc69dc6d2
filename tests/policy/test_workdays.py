"""When a return is due: the tenth, moved past weekends, holidays and what sub-decrees say."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from portal.accounts import Actor
from portal.ledger import SYSTEM, sequence
from portal.period import Period
from portal.policy import due_at, load, override_day, shipped_pack
from portal.policy.actions import NothingSaid
from portal.policy.calendar import (
    add_working_days,
    is_working_day,
    next_working_day,
    special_days,
    workdays,
)
from portal.policy.codes import DayKind
from portal.policy.workdays import Workdays
from tests.policy.conftest import AT

CALENDAR = Workdays("KH", frozenset({6, 7}), {})
DAYS = st.dates(date(2025, 1, 1), date(2028, 12, 31))

TOLD = {
    "name_en": "Day of the example",
    "name_km": "ទិវាឧទាហរណ៍",
    "sub_decree": "Sub-decree 1 (fictional)",
}


def test_case_04_the_tenth_of_october_2026_moves_past_pchum_ben(in_force: Session) -> None:
    assert due_at(in_force, Period(2026, 9)) == datetime(2026, 10, 13, 16, 59, 59, tzinfo=UTC)


def test_a_working_tenth_stays(in_force: Session) -> None:
    assert due_at(in_force, Period(2026, 10)) == datetime(2026, 11, 10, 16, 59, 59, tzinfo=UTC)


def test_december_is_due_in_january(in_force: Session) -> None:
    assert due_at(in_force, Period(2026, 12)) == datetime(2027, 1, 11, 16, 59, 59, tzinfo=UTC)


def test_the_water_festival_of_2026_is_no_working_time(in_force: Session) -> None:
    festival = [date(2026, 11, day) for day in (23, 24, 25)]

    assert [is_working_day(in_force, day) for day in festival] == [False] * 3
    assert next_working_day(in_force, festival[0]) == date(2026, 11, 26)
    assert next_working_day(in_force, date(2026, 11, 26)) == date(2026, 11, 26)


def test_working_days_are_counted_from_the_day_after(in_force: Session) -> None:
    friday = date(2026, 11, 20)

    assert add_working_days(in_force, friday, 0) == friday
    assert add_working_days(in_force, friday, 1) == date(2026, 11, 26)
    assert add_working_days(in_force, friday, 3) == date(2026, 11, 30)


def test_a_sub_decree_makes_a_holiday_and_the_due_day_moves(
    in_force: Session, officer: Actor
) -> None:
    then = sequence(in_force, SYSTEM)
    override_day(in_force, date(2026, 11, 10), DayKind.HOLIDAY, **TOLD, by=officer, at=AT)

    assert due_at(in_force, Period(2026, 10)).date() == date(2026, 11, 11)
    assert due_at(in_force, Period(2026, 10), seq=then).date() == date(2026, 11, 10)


def test_a_sub_decree_makes_a_saturday_a_working_day(in_force: Session, officer: Actor) -> None:
    override_day(in_force, date(2026, 10, 10), DayKind.WORKING, **TOLD, by=officer, at=AT)

    assert due_at(in_force, Period(2026, 9)).date() == date(2026, 10, 10)


def test_a_day_can_be_overridden_again_and_the_last_word_holds(
    in_force: Session, officer: Actor
) -> None:
    day = date(2026, 11, 10)
    first = override_day(in_force, day, DayKind.HOLIDAY, **TOLD, by=officer, at=AT)
    second = override_day(in_force, day, DayKind.WORKING, **TOLD, by=officer, at=AT)

    assert (first.version, second.version) == (1, 2)
    assert first.closed_seq == second.admitted_seq
    assert is_working_day(in_force, day)


def test_saying_the_same_of_a_day_twice_is_one_version(in_force: Session, officer: Actor) -> None:
    day = date(2026, 11, 10)
    override_day(in_force, day, DayKind.HOLIDAY, **TOLD, by=officer, at=AT)

    assert override_day(in_force, day, DayKind.HOLIDAY, **TOLD, by=officer, at=AT).version == 1


def test_loading_the_pack_again_does_not_undo_an_override(
    in_force: Session, officer: Actor
) -> None:
    day = date(2022, 6, 6)
    override_day(in_force, day, DayKind.WORKING, **TOLD, by=officer, at=AT)
    load(in_force, shipped_pack("kh"), by=officer, at=AT)

    assert workdays(in_force, date(2026, 1, 5)).overrides[day] is DayKind.WORKING


@pytest.mark.parametrize("field", TOLD)
def test_an_override_names_its_sub_decree_and_the_day_in_both_languages(
    in_force: Session, officer: Actor, field: str
) -> None:
    told = TOLD | {field: " "}
    with pytest.raises(NothingSaid) as refusal:
        override_day(in_force, date(2026, 11, 10), DayKind.HOLIDAY, **told, by=officer, at=AT)
    assert refusal.value.field == field


def test_holidays_and_overrides_stand_in_one_list(in_force: Session, officer: Actor) -> None:
    override_day(in_force, date(2026, 11, 24), DayKind.WORKING, **TOLD, by=officer, at=AT)

    found = special_days(in_force, date(2026, 11, 1), date(2026, 11, 30))

    assert [(day.day.day, day.kind, day.sub_decree) for day in found] == [
        (9, "HOLIDAY", None),
        (23, "HOLIDAY", None),
        (24, "WORKING", "Sub-decree 1 (fictional)"),
        (25, "HOLIDAY", None),
    ]
    assert found[1].name_en == "Water Festival"
    assert any("\u1780" <= letter <= "\u17ff" for letter in found[1].name_km)


@given(DAYS)
def test_the_next_working_day_is_the_first_one_from_the_day_on(day: date) -> None:
    found = CALENDAR.on_or_after(day)

    between = [day + timedelta(days=n) for n in range((found - day).days)]
    assert CALENDAR.is_working_day(found)
    assert not any(CALENDAR.is_working_day(d) for d in between)


@given(DAYS, st.integers(0, 30))
def test_counting_working_days_is_counting_one_by_one(day: date, count: int) -> None:
    found = CALENDAR.after(day, count)

    passed = [day + timedelta(days=n) for n in range(1, (found - day).days + 1)]
    assert sum(CALENDAR.is_working_day(d) for d in passed) == count
    assert count == 0 or CALENDAR.is_working_day(found)
