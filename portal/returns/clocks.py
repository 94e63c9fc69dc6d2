"""The four clocks of a takedown item, in SQL: acknowledged, acted, blocked and forwarded, reported.

Formulas: indicators §4.1-4.4, §4.12; every duration is whole microseconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CTE, ColumnElement, and_, case, func, literal, null, or_, select, tuple_, union_all

from portal.db import micros, to_micros
from portal.policy.codes import Priority, ServiceRole
from portal.registers.codes import Assessment, SourceType
from portal.registers.folds import fold, greatest, least, pauses
from portal.returns.basis import Frame, takedowns

ACKNOWLEDGE, ACT, BLOCK, REPORT = "SP5-02.acknowledge", "SP5-03.act", "SP5-04.block_forward", "SP5-05.report"
OWN = "SP5-03.own_initiative"
_HOSTS = (ServiceRole.HOSTING, ServiceRole.CACHE_CDN, ServiceRole.DOMAIN_REGISTRATION)
_MONTHS_NAMED = 13


@dataclass(frozen=True)
class Limit:
    """The limits in force for one priority in one span of days, and the policy version they are of.

    ``begins`` and ``ends`` are microseconds; the limits are seconds.
    """

    policy: str
    priority: Priority
    begins: int
    ends: int
    acknowledge_s: int
    act_s: int
    report_s: int


@dataclass(frozen=True)
class Clockwork:
    """A frame, the cut-off T, the cut-off of the month before (None: nothing carried in), the limits."""

    frame: Frame
    cut_off_at: datetime
    carried_from: datetime | None
    limits: Sequence[Limit]


def cases(work: Clockwork) -> CTE:
    """The action-required items: particulars and fold in one row each, less the excluded ones."""
    frame = work.frame
    item = takedowns(frame).cte("item")
    done = fold(frame.isp_id, frame.seq, work.cut_off_at)
    return (
        select(
            item.c.key,
            micros(item.c.received_at).label("received"),
            item.c.priority,
            item.c.service_role,
            item.c.assessment,
            item.c.source_type,
            item.c.hosting_country,
            *[column for column in done.c if column.name != "key"],
        )
        .outerjoin(done, done.c.key == item.c.key)
        .where(*included(item, done))
        .cte("cases")
    )


def included(item: Any, done: Any) -> list[ColumnElement[bool]]:
    """An item counts unless it is a duplicate, withdrawn, handed over, not the ISP's service, or
    refused with the refusal confirmed (indicators §4).
    """
    return [
        item.c.duplicate_of.is_(None),
        done.c.withdrawn.is_(None),
        done.c.transferred.is_(None),
        done.c.not_ours.is_(None),
        done.c.refusal_confirmed.is_(None),
    ]


def clocks(work: Clockwork) -> CTE:
    """One row for each clock that runs on each item: clock, key, received, done (empty while open),
    limit, policy version, and whether the item was already gone.
    """
    rows = cases(work).alias("c")
    limit = _limits(work.limits)
    judged = and_(
        limit.c.priority == rows.c.priority,
        rows.c.received >= limit.c.begins,
        rows.c.received < limit.c.ends,
    )
    own = rows.c.source_type == SourceType.OWN_INITIATIVE
    hosts = rows.c.service_role.in_(_HOSTS)
    acted = least(rows.c.acted, rows.c.gone)
    blocked = least(rows.c.gone, greatest(rows.c.blocked, rows.c.forwarded))
    illegal = rows.c.assessment.in_((Assessment.BASELINE, Assessment.NATIONALLY_ILLEGAL))
    gone = case((and_(rows.c.gone.is_not(None), _no_later(rows.c.gone, rows.c.acted)), 1), else_=0)
    clock = [
        (ACKNOWLEDGE, ~own, rows.c.acknowledged, limit.c.acknowledge_s, literal(0)),
        (ACT, and_(~own, hosts), acted, limit.c.act_s, gone),
        (BLOCK, and_(~own, ~hosts), blocked, limit.c.act_s, gone),
        (OWN, own, acted, limit.c.act_s, gone),
        (REPORT, illegal, rows.c.reported, limit.c.report_s, literal(0)),
    ]
    return union_all(
        *[
            select(
                literal(name).label("clock"),
                rows.c.key,
                rows.c.priority,
                rows.c.received,
                done.label("done"),
                (seconds * 1_000_000).label("limit"),
                limit.c.policy,
                flag.label("gone"),
                func.coalesce(rows.c.estimates, 0).label("estimates"),
                func.coalesce(rows.c.late_reasons, 0).label("late_reasons"),
            )
            .join(limit, judged)
            .where(runs)
            for name, runs, done, seconds, flag in clock
        ]
    ).cte("clocks")


def scored(work: Clockwork) -> CTE:
    """Every clock that this return scores: the month's own cohort and what was carried into it.

    Adds ``cohort`` (month of receipt), ``age`` (pauses clipped and taken off) and ``status``.
    """
    running = clocks(work)
    halts = pauses(work.frame.isp_id, work.frame.seq, work.cut_off_at)
    end = literal(to_micros(work.cut_off_at))
    aged = _aged(running, halts, end, "aged")
    starts = to_micros(work.frame.starts_at)
    wanted = aged.c.received >= starts
    if work.carried_from is not None:
        wanted = or_(wanted, tuple_(aged.c.clock, aged.c.key).in_(_carried(running, halts, work.carried_from, starts)))
    overdue = aged.c.age > aged.c.limit
    status = case(
        (and_(aged.c.done.is_not(None), ~overdue), "WITHIN"),
        (aged.c.done.is_not(None), "LATE"),
        (overdue, "OPEN_OVERDUE"),
        else_="OPEN_NOT_DUE",
    )
    return select(*aged.c, status.label("status"), _cohort(aged.c.received, work).label("cohort")).where(
        wanted
    ).cte("scored")


def _aged(running: CTE, halts: CTE, end: ColumnElement[int], name: str) -> CTE:
    """Adds the age of each clock at its end (or at ``end``) with the pauses inside taken off."""
    until = least(running.c.done, end)
    overlap = least(halts.c.ends, until) - greatest(halts.c.begins, running.c.received)
    stood = (
        select(running.c.clock, running.c.key, func.sum(case((overlap > 0, overlap), else_=0)).label("stood"))
        .join(halts, halts.c.key == running.c.key)
        .where(running.c.clock.in_((ACT, BLOCK, OWN)))
        .group_by(running.c.clock, running.c.key)
        .cte(f"{name}_stood")
    )
    age = until - running.c.received - func.coalesce(stood.c.stood, 0)
    return (
        select(*running.c, case((age > 0, age), else_=0).label("age"))
        .outerjoin(stood, and_(stood.c.clock == running.c.clock, stood.c.key == running.c.key))
        .cte(name)
    )


def _carried(running: CTE, halts: CTE, then: datetime, starts: int) -> Any:
    """The clocks of earlier months that ran and were not due at the cut-off of the month before."""
    at = to_micros(then)
    earlier = select(*running.c).where(
        running.c.received < starts,
        running.c.received < at,
        or_(running.c.done.is_(None), running.c.done > at),
    )
    still_open = earlier.cte("earlier")
    columns = [null().label("done") if c.name == "done" else c for c in still_open.c]
    before = _aged(select(*columns).cte("then"), halts, literal(at), "aged_then")
    return select(before.c.clock, before.c.key).where(before.c.age <= before.c.limit)


def _limits(limits: Sequence[Limit]) -> CTE:
    return union_all(
        *[
            select(
                literal(x.policy).label("policy"),
                literal(x.priority.value).label("priority"),
                literal(x.begins).label("begins"),
                literal(x.ends).label("ends"),
                literal(x.acknowledge_s).label("acknowledge_s"),
                literal(x.act_s).label("act_s"),
                literal(x.report_s).label("report_s"),
            )
            for x in limits
        ]
    ).cte("limits")


def _cohort(received: ColumnElement[int], work: Clockwork) -> ColumnElement[str]:
    month, branches = work.frame.period, []
    for _ in range(_MONTHS_NAMED):
        branches.append((received >= to_micros(month.starts_at(work.frame.zone)), str(month)))
        month = month.previous()
    return case(*branches, else_="earlier")


def _no_later(left: Any, right: Any) -> ColumnElement[bool]:
    return or_(right.is_(None), left <= right)
