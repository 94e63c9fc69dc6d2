"""The clocks of list issues and of over-blocking complaints (indicators §4.8)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CTE, Select, and_, func, null, or_, select, true, type_coerce, union_all

from portal.db import Instant, micros
from portal.notices.codes import UpdateKind
from portal.policy.codes import Priority
from portal.registers.codes import Outcome
from portal.returns.basis import blocklists, complaints
from portal.returns.clockwork import (
    ADD,
    COMPLAINT_ACK,
    COMPLAINT_DECIDE,
    DELIST,
    EMERGENCY,
    RESTORE,
    Moment,
    plain_clock,
    until,
)
from portal.returns.owed_lists import releases


def list_clocks(moment: Moment, limit: CTE) -> list[Select[Any]]:
    """Issues of lists (§4.8): applied when the first issue at or after it was fully live;
    an issue that adds and removes runs on both clocks.
    """
    rows = issues(moment).alias()
    judged = and_(
        limit.c.priority == Priority.P2_STANDARD.value,
        rows.c.published >= limit.c.begins,
        rows.c.published < limit.c.ends,
    )
    kind = rows.c.update_kind
    clock = [
        (ADD, and_(kind != UpdateKind.EMERGENCY, kind != UpdateKind.DELIST), limit.c.list_add_s),
        (
            DELIST,
            or_(kind == UpdateKind.DELIST, and_(kind != UpdateKind.EMERGENCY, rows.c.removed > 0)),
            limit.c.list_delist_s,
        ),
        (EMERGENCY, kind == UpdateKind.EMERGENCY, limit.c.list_emergency_s),
    ]
    return [
        plain_clock(name, rows, rows.c.published, rows.c.satisfied, (seconds, limit.c.policy))
        .join(limit, judged)
        .where(runs)
        for name, runs, seconds in clock
    ]


def complaint_clocks(moment: Moment, limit: CTE) -> list[Select[Any]]:
    """Over-blocking complaints: acknowledged, decided, and restored after it if upheld (that clock
    belongs to the month of the decision).
    """
    rows = complaints().subquery()
    judged = and_(
        limit.c.priority == Priority.P2_STANDARD.value,
        micros(rows.c.received_at) >= limit.c.begins,
        micros(rows.c.received_at) < limit.c.ends,
    )
    came, decided = rows.c.received_at, rows.c.decided_at
    upheld = rows.c.outcome == Outcome.UPHELD
    clock = [
        (COMPLAINT_ACK, came, rows.c.acknowledged_at, limit.c.complaint_ack_s, true()),
        (COMPLAINT_DECIDE, came, decided, limit.c.complaint_decide_s, true()),
        (RESTORE, decided, rows.c.restored_at, limit.c.restore_s, upheld),
    ]
    ended = [until(done, moment) for _name, _begins, done, *_rest in clock]
    return [
        plain_clock(name, rows, micros(begins), done, (seconds, limit.c.policy))
        .join(limit, judged)
        .where(runs)
        for (name, begins, _done, seconds, runs), done in zip(clock, ended, strict=True)
    ]


def issues(moment: Moment) -> CTE:
    """The list issues of the basis with ``satisfied``: when this one or a later one was fully live
    (no later than the moment), and ``next_published`` of the same list (microseconds). Releases
    that were not logged are among them, under keys below nought, and never applied themselves.
    """
    row = _logged_or_not().cte()
    applied = until(row.c.applied_at, moment)
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
    ).cte()


def _logged_or_not() -> Any:
    logged, not_logged = blocklists().subquery(), releases().subquery()
    columns = ("list_code", "update_kind", "removed", "published_at")
    return union_all(
        select(logged.c.key, *[logged.c[name] for name in columns], logged.c.applied_at),
        select(
            -not_logged.c.key,
            *[not_logged.c[name] for name in columns],
            type_coerce(null(), Instant()).label("applied_at"),
        ),
    )
