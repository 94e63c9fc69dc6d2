"""The timed indicators of a month: counts, shares, medians and ages, aggregated by SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Row,
    Select,
    Subquery,
    and_,
    case,
    cast,
    func,
    select,
)
from sqlalchemy.orm import Session

from portal.policy.codes import Priority
from portal.returns.blanks import ask, built_once
from portal.returns.clocks import scored
from portal.returns.clockwork import ACTING, Clockwork, Shape

BANDS = (
    ("0-24h", 86_400),
    ("1-3d", 259_200),
    ("3-7d", 604_800),
    ("7-30d", 2_592_000),
    (">30d", None),
)
SMALL_P90 = 10
SECOND = 1_000_000
THOUSAND = 1000


def groups(session: Session, work: Clockwork) -> Sequence[Row[Any]]:
    """Everything that is said of timed clocks: one row a clock, cohort month and policy version, in
    that order, by one statement that runs the clocks once.

    The ages are first counted by whole seconds. Medians and percentiles are then read off the
    running count (nearest rank), so that no item is sorted; within a second, closed ones come
    before open ones.
    """
    found = ask(session, _groups(work.shape), work.values()).all()
    # Sorted here: every database has an alphabet of its own, and the statement's bytes have one.
    return sorted(found, key=lambda row: (row.clock, row.cohort, row.policy))


@built_once
def _groups(shape: Shape) -> Select[Any]:
    return _totals(_running(_cells(scored(shape))))


def timed(found: Sequence[Row[Any]]) -> list[dict[str, Any]]:
    """One indicator a group (indicators §4.1-4.4).

    ``numerator`` of ``denominator`` were in limit (open ones not yet due leave the denominator);
    ``n`` closed items stand behind ``median_s`` and ``p90_s`` (nearest rank, whole seconds, items
    that were already gone left out); ``p90_with_open_s`` is of closed and open ones (§4.3).
    """
    return [_indicator(row) for row in found]


def _cells(rows: CTE) -> Subquery:
    """How many clocks share group, status, flags and age in whole seconds."""

    def flag(condition: Any, name: str) -> Any:
        return case((condition, 1), else_=0).label(name)

    cell = (
        rows.c.clock,
        rows.c.cohort,
        rows.c.policy,
        rows.c.status,
        flag(rows.c.done.is_(None), "is_open"),
        flag(rows.c.priority == Priority.P1_CHILD_IN_DANGER, "urgent"),
        rows.c.gone,
        flag(rows.c.late_reasons > 0, "explained"),
        flag(rows.c.estimates > 0, "estimated"),
        (rows.c.age // SECOND).label("age"),
    )
    return (
        select(*cell, func.count().label("n"), func.max(rows.c.limit).label("limit"))
        .group_by(*cell)
        .subquery()
    )


def _running(cells: Subquery) -> Subquery:
    """Adds, in the order of age, how many closed ones and how many in all stand up to each cell."""
    group = [cells.c.clock, cells.c.cohort, cells.c.policy]
    counted = case((cells.c.gone == 0, cells.c.n), else_=0)
    closed = case((and_(cells.c.gone == 0, cells.c.is_open == 0), cells.c.n), else_=0)
    order = [cells.c.age, cells.c.is_open]

    def total(count: Any, **window: Any) -> Any:
        # PostgreSQL sums whole numbers into a decimal, whose quotient would not be a whole one.
        return cast(func.sum(count).over(partition_by=group, **window), BigInteger())

    return select(
        *cells.c,
        total(closed, order_by=order).label("closed_so_far"),
        total(closed).label("closed"),
        total(counted, order_by=order).label("so_far"),
        total(counted).label("whole"),
    ).subquery()


def _totals(cells: Subquery) -> Select[Any]:
    def count(*conditions: Any) -> Any:
        return func.sum(case((and_(*conditions), cells.c.n), else_=0))

    group = (cells.c.clock, cells.c.cohort, cells.c.policy)
    status, urgent = cells.c.status, cells.c.urgent == 1
    missed = status.in_(("LATE", "OPEN_OVERDUE"))
    return select(
        *group,
        count(status == "WITHIN").label("within"),
        count(status == "LATE").label("late"),
        count(status == "OPEN_OVERDUE").label("overdue"),
        count(status == "OPEN_NOT_DUE").label("not_due"),
        count(status == "WITHIN", urgent).label("urgent_within"),
        count(missed, urgent).label("urgent_missed"),
        count(status == "LATE", cells.c.explained == 1, ~urgent).label("explained"),
        count(cells.c.gone == 1).label("already_gone"),
        count(cells.c.estimated == 1).label("estimated"),
        func.max(cells.c.limit).label("limit"),
        *_ranks(cells),
        *[
            count(status == "OPEN_NOT_DUE", cells.c.clock.in_(ACTING), *within).label(name)
            for name, within in _bands(cells.c.age)
        ],
    ).group_by(*group)


def _ranks(cells: Subquery) -> list[ColumnElement[Any]]:
    """The ages at the nearest ranks; that of closed and open ones doubled, plus one if open."""

    def age_at(percent: int, so_far: Any, whole: Any, value: Any) -> Any:
        # ceil(p * n / 100) in whole numbers; the same on both engines.
        reached = and_(whole > 0, so_far >= (percent * whole + 99) // 100)
        return func.min(case((reached, value)))

    c = cells.c
    return [
        func.max(c.closed).label("closed"),
        func.max(c.whole).label("whole"),
        age_at(50, c.closed_so_far, c.closed, c.age).label("median"),
        age_at(90, c.closed_so_far, c.closed, c.age).label("p90"),
        age_at(90, c.so_far, c.whole, 2 * c.age + c.is_open).label("p90_with_open"),
    ]


def _bands(age: Any) -> list[tuple[str, list[Any]]]:
    """Each age band with its conditions on an age in seconds."""
    found, least_age = [], 0
    for name, most in BANDS:
        found.append((name, [age >= least_age, *([age < most] if most else [])]))
        least_age = most or 0
    return found


def _indicator(row: Row[Any]) -> dict[str, Any]:
    return indicator(
        {
            "code": row.clock,
            "cohort": row.cohort,
            "policy": row.policy,
            "numerator": int(row.within),
            "denominator": int(row.within + row.late + row.overdue),
            "late": int(row.late),
            "open_overdue": int(row.overdue),
            "open_not_due": int(row.not_due),
            "urgent_numerator": int(row.urgent_within),
            "urgent_denominator": int(row.urgent_within + row.urgent_missed),
            "explained": int(row.explained),
            "already_gone": int(row.already_gone),
            "estimated": int(row.estimated),
            "limit_s": int(row.limit) // SECOND,
            **_spread(row),
        }
    )


def indicator(counted: dict[str, Any]) -> dict[str, Any]:
    """One indicator as the statement writes it: what was not counted is nought, what cannot be
    said is None; never a bare percentage.
    """
    return {
        "open_overdue": 0,
        "open_not_due": 0,
        "urgent_numerator": 0,
        "urgent_denominator": 0,
        "explained": 0,
        "already_gone": 0,
        "estimated": 0,
        "basis": "COMPUTED",
        **_no_ranks(),
        **counted,
        "tenths": share(counted["numerator"], counted["denominator"]),
    }


def share(numerator: int, denominator: int) -> int | None:
    """Tenths of a percent, half up, at most 999 while any is missing; None of nothing (§4.12)."""
    if denominator == 0:
        return None
    tenths = (2 * THOUSAND * numerator + denominator) // (2 * denominator)
    return min(tenths, THOUSAND - 1) if numerator < denominator else tenths


def _spread(row: Row[Any]) -> dict[str, Any]:
    """Median and 90th percentiles of a group, where there are enough to speak of (§4.3)."""
    found = _no_ranks()
    if row.closed:
        found |= {"n": int(row.closed), "median_s": int(row.median)}
    if row.closed >= SMALL_P90:
        found["p90_s"] = int(row.p90)
    if row.whole >= SMALL_P90:
        age, is_open = divmod(int(row.p90_with_open), 2)
        found |= {"p90_with_open_s": age, "p90_with_open_is_open": is_open == 1}
    return found


def _no_ranks() -> dict[str, Any]:
    return {
        "n": 0,
        "median_s": None,
        "p90_s": None,
        "p90_with_open_s": None,
        "p90_with_open_is_open": False,
    }


def carried_forward(found: Sequence[Row[Any]]) -> list[dict[str, Any]]:
    """The items left for the next return by cohort and age band; no item is named.

    An item has one clock for acting on it, so that clocks count items.
    """
    left: dict[tuple[str, str], int] = {}
    for cohort in sorted({row.cohort for row in found}):
        for name, _ in BANDS:
            left[cohort, name] = sum(
                int(row._mapping[name])  # noqa: SLF001 - public by name
                for row in found
                if row.cohort == cohort
            )
    return [
        {"cohort": cohort, "band": band, "count": count}
        for (cohort, band), count in left.items()
        if count
    ]
