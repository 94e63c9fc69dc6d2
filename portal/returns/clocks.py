"""Every clock of a month, with the pauses taken off, its status at the cut-off and its cohort.

Formulas: indicators §4.1-4.4, §4.12; every duration is whole microseconds.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import CTE, ColumnElement, and_, case, func, or_, select, tuple_, union_all

from portal.db import greatest, least
from portal.registers.folds import pauses
from portal.returns.blanks import CARRIED_US, ENDS_US, ISP_ID, SEQ, STARTS_US
from portal.returns.clockwork import (
    ACTING,
    AT_CUT_OFF,
    AT_CUT_OFF_BEFORE,
    Moment,
    Shape,
    at_cut_off_of,
    cohort_of,
    judged_until,
    limits_in_force,
)
from portal.returns.item_clocks import item_clocks
from portal.returns.lift_clocks import lift_clocks
from portal.returns.list_clocks import complaint_clocks, list_clocks


def clocks(shape: Shape, moment: Moment) -> CTE:
    """One row for each clock that runs on each item or list issue: clock, key, received (or
    published), done (empty while open), limit, policy version, and whether it was already gone.
    """
    limit = limits_in_force(shape)
    if moment.of is not None:
        return union_all(*item_clocks(moment, limit)).cte()
    return union_all(
        *item_clocks(moment, limit),
        *lift_clocks(moment, limit),
        *list_clocks(moment, limit),
        *complaint_clocks(moment, limit),
    ).cte()


def scored(shape: Shape) -> CTE:
    """Every clock that this return scores: the month's own cohort and what was carried into it.

    Adds ``cohort`` (month of receipt), ``age`` (pauses clipped and taken off) and ``status``.
    """
    aged = _aged(shape, AT_CUT_OFF)
    received = aged.c.received
    # What began after the month (the restoring after a later decision) is the next return's.
    wanted: ColumnElement[bool] = and_(received >= STARTS_US, received < ENDS_US)
    clock = tuple_(aged.c.clock, aged.c.key)
    if shape.carries:
        wanted = or_(wanted, clock.in_(_carried(shape)))
    for place in range(shape.predecessors):
        wanted = or_(wanted, clock.in_(_come(shape, place)))
    overdue = aged.c.age > aged.c.limit
    status = case(
        (and_(aged.c.done.is_not(None), ~overdue), "WITHIN"),
        (aged.c.done.is_not(None), "LATE"),
        (overdue, "OPEN_OVERDUE"),
        else_="OPEN_NOT_DUE",
    )
    return (
        select(*aged.c, status.label("status"), cohort_of(received).label("cohort"))
        .where(wanted)
        .cte()
    )


def _aged(shape: Shape, moment: Moment) -> CTE:
    """Adds the age of each clock at its end (or at the moment), the pauses inside taken off."""
    running, halts = clocks(shape, moment), pauses(ISP_ID, SEQ, moment.at)
    run = select(*running.c, least(running.c.done, moment.us).label("until")).cte()
    overlap = least(halts.c.ends, run.c.until) - greatest(halts.c.begins, run.c.received)
    lasting = func.sum(case((overlap > 0, overlap), else_=0)).label("stood")
    stood = (
        select(run.c.clock, run.c.key, lasting)
        .join(halts, halts.c.key == run.c.key)
        .where(run.c.clock.in_(ACTING))
        .group_by(run.c.clock, run.c.key)
        .cte()
    )
    age = run.c.until - run.c.received - func.coalesce(stood.c.stood, 0)
    columns = [column for column in run.c if column.name != "until"]
    return (
        select(*columns, case((age > 0, age), else_=0).label("age"))
        .outerjoin(stood, and_(stood.c.clock == run.c.clock, stood.c.key == run.c.key))
        .cte()
    )


def _carried(shape: Shape) -> Any:
    """The clocks of earlier months that ran, not due, at the cut-off of the month before: what
    that return scored is not scored again, whatever happened since.
    """
    aged = _aged(shape, AT_CUT_OFF_BEFORE)
    return select(aged.c.clock, aged.c.key).where(
        aged.c.received < STARTS_US,
        aged.c.received < CARRIED_US,
        aged.c.done.is_(None),
        aged.c.age <= aged.c.limit,
    )


def _come(shape: Shape, place: int) -> Any:
    """The clocks of earlier months' items that came from a predecessor, less those that its own
    returns had scored when they came: each clock is scored once, by whoever holds the item.
    """
    aged = _aged(shape, at_cut_off_of(place))
    ran_on = and_(aged.c.done.is_(None), aged.c.age <= aged.c.limit)
    return select(aged.c.clock, aged.c.key).where(
        aged.c.received < STARTS_US, or_(aged.c.received >= judged_until(place), ran_on)
    )
