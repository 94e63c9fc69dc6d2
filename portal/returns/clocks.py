"""Every clock of a month, with the pauses taken off, its status at the cut-off and its cohort.

Formulas: indicators §4.1-4.4, §4.12; every duration is whole microseconds.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CTE, ColumnElement, and_, case, func, literal, or_, select, tuple_, union_all

from portal.db import greatest, least, to_micros
from portal.registers.folds import pauses
from portal.returns.clockwork import ACTING, Clockwork, limits_in_force
from portal.returns.item_clocks import item_clocks
from portal.returns.list_clocks import complaint_clocks, list_clocks

_MONTHS_NAMED = 13


def clocks(work: Clockwork) -> CTE:
    """One row for each clock that runs on each item or list issue: clock, key, received (or
    published), done (empty while open), limit, policy version, and whether it was already gone.
    """
    limit = limits_in_force(work.limits)
    return union_all(
        *item_clocks(work, limit), *list_clocks(work, limit), *complaint_clocks(work, limit)
    ).cte()


def scored(work: Clockwork) -> CTE:
    """Every clock that this return scores: the month's own cohort and what was carried into it.

    Adds ``cohort`` (month of receipt), ``age`` (pauses clipped and taken off) and ``status``.
    """
    running = clocks(work)
    halts = pauses(work.frame.isp_id, work.frame.seq, work.cut_off_at)
    end = literal(to_micros(work.cut_off_at))
    aged = _aged(running, halts, end)
    received = aged.c.received
    # What began after the month (the restoring after a later decision) is the next return's.
    wanted: ColumnElement[bool] = and_(
        received >= to_micros(work.frame.starts_at), received < to_micros(work.frame.ends_at)
    )
    if work.carried_from is not None:
        carried = _carried(work, work.carried_from)
        wanted = or_(wanted, tuple_(aged.c.clock, aged.c.key).in_(carried))
    overdue = aged.c.age > aged.c.limit
    status = case(
        (and_(aged.c.done.is_not(None), ~overdue), "WITHIN"),
        (aged.c.done.is_not(None), "LATE"),
        (overdue, "OPEN_OVERDUE"),
        else_="OPEN_NOT_DUE",
    )
    return (
        select(*aged.c, status.label("status"), _cohort(aged.c.received, work).label("cohort"))
        .where(wanted)
        .cte()
    )


def _aged(running: CTE, halts: CTE, end: ColumnElement[int]) -> CTE:
    """Adds the age of each clock at its end (or at ``end``) with the pauses inside taken off."""
    run = select(*running.c, least(running.c.done, end).label("until")).cte()
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


def _carried(work: Clockwork, then: datetime) -> Any:
    """The clocks of earlier months that ran, not due, at the cut-off of the month before: what
    that return scored is not scored again, whatever happened since.
    """
    earlier = work.at(then)
    running = clocks(earlier)
    halts = pauses(work.frame.isp_id, work.frame.seq, then)
    aged = _aged(running, halts, literal(to_micros(then)))
    return select(aged.c.clock, aged.c.key).where(
        aged.c.received < min(to_micros(work.frame.starts_at), to_micros(then)),
        aged.c.done.is_(None),
        aged.c.age <= aged.c.limit,
    )


def _cohort(received: ColumnElement[int], work: Clockwork) -> ColumnElement[str]:
    month, branches = work.frame.period, []
    for _ in range(_MONTHS_NAMED):
        branches.append((received >= to_micros(month.starts_at(work.frame.zone)), str(month)))
        month = month.previous()
    return case(*branches, else_="earlier")
