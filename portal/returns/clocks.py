"""The clocks that policy puts on takedown items and on list issues, in SQL.

Formulas: indicators §4.1-4.4, §4.8, §4.12; every duration is whole microseconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, and_, case, func, literal, null, or_, select, true, tuple_, union_all

from portal.db import micros, to_micros
from portal.policy.codes import Priority, ServiceRole
from portal.registers.codes import Assessment, Outcome, SourceType, UpdateKind
from portal.registers.folds import fold, greatest, least, pauses
from portal.registers.takedowns import Takedown
from portal.returns.basis import Frame, blocklists, complaints, takedowns

ACKNOWLEDGE, ACT, BLOCK, REPORT = "SP5-02.acknowledge", "SP5-03.act", "SP5-04.block_forward", "SP5-05.report"
OWN = "SP5-03.own_initiative"
ADD, DELIST, EMERGENCY = "SP5-07.add", "SP5-07.delist", "SP5-07.emergency"
COMPLAINT_ACK, COMPLAINT_DECIDE, RESTORE = "SP5-11.acknowledge", "SP5-11.decide", "SP5-11.restore"
_HOSTS = (ServiceRole.HOSTING, ServiceRole.CACHE_CDN, ServiceRole.DOMAIN_REGISTRATION)
_MONTHS_NAMED = 13
_ITEM = (
    Takedown.key,
    Takedown.received_at,
    Takedown.priority,
    Takedown.service_role,
    Takedown.assessment,
    Takedown.source_type,
    Takedown.duplicate_of,
)


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
    list_add_s: int
    list_delist_s: int
    list_emergency_s: int
    complaint_ack_s: int
    complaint_decide_s: int
    restore_s: int


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
    item = takedowns(frame).with_only_columns(*_ITEM).cte("item")
    done = fold(frame.isp_id, frame.seq, work.cut_off_at)
    return (
        select(
            item.c.key,
            micros(item.c.received_at).label("received"),
            item.c.priority,
            item.c.service_role,
            item.c.assessment,
            item.c.source_type,
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
    """One row for each clock that runs on each item or list issue: clock, key, received (or
    published), done (empty while open), limit, policy version, and whether it was already gone.
    """
    limit = _limits(work.limits)
    return union_all(*_item_clocks(work, limit), *_list_clocks(work, limit), *_complaint_clocks(work, limit)).cte("clocks")


def _item_clocks(work: Clockwork, limit: CTE) -> list[Select[Any]]:
    rows = cases(work).alias("c")
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
    flags = (func.coalesce(rows.c.estimates, 0), func.coalesce(rows.c.late_reasons, 0))
    return [
        _clock(name, rows, (rows.c.priority, rows.c.received, done), (seconds, limit.c.policy), (gone_, *flags))
        .join(limit, judged)
        .where(runs)
        for name, runs, done, seconds, gone_ in clock
    ]


def _list_clocks(work: Clockwork, limit: CTE) -> list[Select[Any]]:
    """Issues of lists (indicators §4.8): applied when the first issue at or after it was fully live;
    an issue that adds and removes runs on both clocks.
    """
    rows = issues(work.frame, work.cut_off_at).alias("i")
    judged = and_(
        limit.c.priority == Priority.P2_STANDARD.value,
        rows.c.published >= limit.c.begins,
        rows.c.published < limit.c.ends,
    )
    kind = rows.c.update_kind
    clock = [
        (ADD, and_(kind != UpdateKind.EMERGENCY, kind != UpdateKind.DELIST), limit.c.list_add_s),
        (DELIST, and_(kind != UpdateKind.EMERGENCY, rows.c.removed > 0), limit.c.list_delist_s),
        (EMERGENCY, kind == UpdateKind.EMERGENCY, limit.c.list_emergency_s),
    ]
    return [
        _plain_clock(name, rows, rows.c.published, rows.c.satisfied, (seconds, limit.c.policy))
        .join(limit, judged)
        .where(runs)
        for name, runs, seconds in clock
    ]


def _complaint_clocks(work: Clockwork, limit: CTE) -> list[Select[Any]]:
    """Over-blocking complaints: acknowledged, decided, and restored after the decision if upheld."""
    rows = complaints(work.frame).subquery()
    judged = and_(
        limit.c.priority == Priority.P2_STANDARD.value,
        micros(rows.c.received_at) >= limit.c.begins,
        micros(rows.c.received_at) < limit.c.ends,
    )
    clock = [
        (COMPLAINT_ACK, rows.c.received_at, rows.c.acknowledged_at, limit.c.complaint_ack_s, true()),
        (COMPLAINT_DECIDE, rows.c.received_at, rows.c.decided_at, limit.c.complaint_decide_s, true()),
        (RESTORE, rows.c.decided_at, rows.c.restored_at, limit.c.restore_s, rows.c.outcome == Outcome.UPHELD),
    ]
    return [
        _plain_clock(
            name, rows, micros(begins), _by(done, work.cut_off_at), (seconds, limit.c.policy)
        )
        .join(limit, judged)
        .where(runs)
        for name, begins, done, seconds, runs in clock
    ]


def _by(column: Any, cut_off_at: datetime) -> ColumnElement[Any]:
    return case((column <= cut_off_at, micros(column)))


def _plain_clock(name: str, rows: Any, begins: Any, done: Any, limit: Any) -> Select[Any]:
    zero = literal(0)
    return _clock(name, rows, (literal(Priority.P2_STANDARD.value), begins, done), limit, (zero, zero, zero))


def _clock(name: str, rows: Any, times: Any, limit: Any, flags: Any) -> Select[Any]:
    priority, received, done = times
    seconds, policy = limit
    gone, estimates, late_reasons = flags
    return select(
        literal(name).label("clock"),
        rows.c.key,
        priority.label("priority"),
        received.label("received"),
        done.label("done"),
        (seconds * 1_000_000).label("limit"),
        policy.label("policy"),
        gone.label("gone"),
        estimates.label("estimates"),
        late_reasons.label("late_reasons"),
    )


def issues(frame: Frame, cut_off_at: datetime) -> CTE:
    """The list issues of the basis with ``satisfied``: when this one or a later one was fully live
    (no later than the cut-off), and ``next_published`` of the same list (microseconds).
    """
    row = blocklists(frame).cte("issue")
    applied = _by(row.c.applied_at, cut_off_at)
    order = (row.c.published_at.desc(), row.c.key.desc())
    return select(
        row.c.key,
        row.c.list_code,
        row.c.update_kind,
        row.c.removed,
        micros(row.c.published_at).label("published"),
        func.min(applied)
        .over(partition_by=row.c.list_code, order_by=order, rows=(None, 0))
        .label("satisfied"),
        func.lag(micros(row.c.published_at))
        .over(partition_by=row.c.list_code, order_by=order)
        .label("next_published"),
        func.row_number().over(partition_by=row.c.list_code, order_by=order).label("age_rank"),
    ).cte("issues")


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
    rows = [
        select(*[literal(value).label(name) for name, value in vars(limit).items()]) for limit in limits
    ]
    return union_all(*rows).cte("limits")


def _cohort(received: ColumnElement[int], work: Clockwork) -> ColumnElement[str]:
    month, branches = work.frame.period, []
    for _ in range(_MONTHS_NAMED):
        branches.append((received >= to_micros(month.starts_at(work.frame.zone)), str(month)))
        month = month.previous()
    return case(*branches, else_="earlier")


def _no_later(left: Any, right: Any) -> ColumnElement[bool]:
    return or_(right.is_(None), left <= right)
