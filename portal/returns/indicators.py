"""The timed indicators of a month: counts, shares, medians and ages, aggregated by SQL."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import CTE, Row, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from portal.policy.codes import Priority
from portal.returns.clocks import scored
from portal.returns.clockwork import ACTING, Clockwork

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


def timed(session: Session, work: Clockwork) -> list[dict[str, Any]]:
    """One indicator a clock, cohort month and policy version (indicators §4.1-4.4), in that order.

    ``numerator`` of ``denominator`` were in limit (open ones not yet due leave the denominator);
    ``n`` closed items stand behind ``median_s`` and ``p90_s`` (nearest rank, whole seconds, items
    that were already gone left out).
    """
    rows = scored(work)
    ranks = _ranks(session, rows)
    return [
        _indicator(row, ranks[row.clock, row.cohort, row.policy])
        for row in session.execute(_tally(rows))
    ]


def _tally(rows: CTE) -> Select[Any]:
    def count(*conditions: Any) -> Any:
        return func.sum(case((and_(*conditions), 1), else_=0))

    group = (rows.c.clock, rows.c.cohort, rows.c.policy)
    status, urgent = rows.c.status, rows.c.priority == Priority.P1_CHILD_IN_DANGER
    missed = status.in_(("LATE", "OPEN_OVERDUE"))
    return (
        select(
            *group,
            count(status == "WITHIN").label("within"),
            count(status == "LATE").label("late"),
            count(status == "OPEN_OVERDUE").label("overdue"),
            count(status == "OPEN_NOT_DUE").label("not_due"),
            count(status == "WITHIN", urgent).label("urgent_within"),
            count(missed, urgent).label("urgent_missed"),
            count(status == "LATE", rows.c.late_reasons > 0, ~urgent).label("explained"),
            count(rows.c.gone == 1).label("already_gone"),
            count(rows.c.estimates > 0).label("estimated"),
            func.max(rows.c.limit).label("limit"),
        )
        .group_by(*group)
        .order_by(*group)
    )


def _indicator(row: Row[Any], ranks: dict[str, Any]) -> dict[str, Any]:
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
            **ranks,
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


def _ranks(session: Session, rows: CTE) -> dict[tuple[str, str, str], dict[str, Any]]:
    """Nearest rank over closed items, and p90 over closed and open ones together (§4.3)."""
    found: dict[tuple[str, str, str], dict[str, Any]] = defaultdict(_no_ranks)
    for row in session.execute(_ranked(rows)):
        entry = found[row.clock, row.cohort, row.policy]
        if row.done is not None:
            entry["n"] = int(row.closed)
            if row.closed_rank == _nearest(row.closed, 50):
                entry["median_s"] = int(row.age) // SECOND
            if row.closed_rank == _nearest(row.closed, 90) and row.closed >= SMALL_P90:
                entry["p90_s"] = int(row.age) // SECOND
        if row.whole_rank == _nearest(row.whole, 90) and row.whole >= SMALL_P90:
            entry["p90_with_open_s"] = int(row.age) // SECOND
            entry["p90_with_open_is_open"] = row.done is None
    return found


def _no_ranks() -> dict[str, Any]:
    return {
        "n": 0,
        "median_s": None,
        "p90_s": None,
        "p90_with_open_s": None,
        "p90_with_open_is_open": False,
    }


def _nearest(n: int, percent: int) -> int:
    return int(-(-percent * n // 100))


def _ranked(rows: CTE) -> Select[Any]:
    group = [rows.c.clock, rows.c.cohort, rows.c.policy]
    is_open = case((rows.c.done.is_(None), 1), else_=0)
    order = [rows.c.age, rows.c.key]
    ranked = (
        select(
            *group,
            rows.c.age,
            rows.c.done,
            func.row_number()
            .over(partition_by=[*group, is_open], order_by=order)
            .label("closed_rank"),
            func.count().over(partition_by=[*group, is_open]).label("closed"),
            func.row_number().over(partition_by=group, order_by=order).label("whole_rank"),
            func.count().over(partition_by=group).label("whole"),
        )
        .where(rows.c.gone == 0)
        .subquery()
    )
    closed = and_(ranked.c.done.is_not(None), _at_rank(ranked.c.closed_rank, ranked.c.closed))
    return select(ranked).where(or_(closed, _at_rank(ranked.c.whole_rank, ranked.c.whole)))


def _at_rank(rank: Any, count: Any) -> Any:
    # ceil(p * n / 100) in whole numbers; the same on both engines.
    return or_(rank == (50 * count + 99) // 100, rank == (90 * count + 99) // 100)


def carried_forward(session: Session, work: Clockwork) -> list[dict[str, Any]]:
    """The items left for the next return by cohort and age band; no item is named."""
    rows = scored(work)
    band = case(
        *[(rows.c.age < seconds * SECOND, name) for name, seconds in BANDS if seconds],
        else_=BANDS[-1][0],
    ).label("band")
    query = (
        select(rows.c.cohort, band, func.count(rows.c.key.distinct()).label("count"))
        .where(rows.c.status == "OPEN_NOT_DUE", rows.c.clock.in_(ACTING))
        .group_by(rows.c.cohort, band)
    )
    order = [name for name, _ in BANDS]
    found = [
        {"cohort": r.cohort, "band": r.band, "count": int(r[2])} for r in session.execute(query)
    ]
    return sorted(found, key=lambda r: (r["cohort"], order.index(r["band"])))
