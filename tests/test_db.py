"""Columns say the same on both engines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import BigInteger, Integer, cast, literal, select
from sqlalchemy.orm import Session

from portal.db import Instant, from_micros, greatest, least, micros, to_micros

MOMENT = datetime(2026, 10, 31, 23, 50, 0, 123456, tzinfo=timezone(timedelta(hours=7)))


def test_an_instant_comes_back_in_utc_to_the_microsecond(session: Session) -> None:
    assert session.scalar(select(literal(MOMENT, Instant()))) == MOMENT.astimezone(UTC)


def test_microseconds_are_counted_alike(session: Session) -> None:
    assert session.scalar(select(micros(literal(MOMENT, Instant())))) == to_micros(MOMENT)


def test_a_naive_time_is_refused(session: Session) -> None:
    with pytest.raises(Exception, match="naive time"):
        session.scalar(select(literal(MOMENT.replace(tzinfo=None), Instant())))


@pytest.mark.parametrize(
    ("left", "right", "smaller", "larger"),
    [(1, 2, 1, 2), (2, 1, 1, 2), (None, 2, 2, None), (1, None, 1, None), (None, None, None, None)],
)
def test_the_smaller_leaves_an_absent_one_aside_and_the_larger_does_not(
    session: Session, left: int | None, right: int | None, smaller: int | None, larger: int | None
) -> None:
    columns = [cast(literal(number, Integer()), BigInteger()) for number in (left, right)]

    row = session.execute(select(least(*columns), greatest(*columns))).one()

    assert tuple(row) == (smaller, larger)


@given(st.datetimes(timezones=st.just(UTC), min_value=datetime(1900, 1, 1)))  # noqa: DTZ001 - hypothesis wants it so
def test_counting_microseconds_loses_nothing(instant: datetime) -> None:
    assert from_micros(to_micros(instant)) == instant
