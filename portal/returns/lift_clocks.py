"""The clock of lifting: a block whose order was taken back keeps people out for nothing (C3)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CTE, Select, and_, case, func, select

from portal.db import micros
from portal.policy.codes import Priority
from portal.registers.codes import Progress
from portal.registers.folds import fold, valid_events
from portal.registers.sides.folded import LIFTABLE
from portal.registers.takedowns import Takedown, TakedownEvent
from portal.returns.basis import takedowns
from portal.returns.blanks import ISP_ID, SEQ
from portal.returns.clockwork import LIFT, Moment, plain_clock


def lift_clocks(moment: Moment, limit: CTE) -> list[Select[Any]]:
    """Of each item that was blocked and then taken back: from when the withdrawal was made known
    until the block was lifted, against the limit of delistings. None runs where it was lifted
    before that.
    """
    rows = _taken_back(moment).subquery()
    judged = and_(
        limit.c.priority == Priority.P2_STANDARD.value,
        rows.c.withdrawn >= limit.c.begins,
        rows.c.withdrawn < limit.c.ends,
    )
    against = (limit.c.list_delist_s, limit.c.policy)
    return [plain_clock(LIFT, rows, rows.c.withdrawn, rows.c.lifted, against).join(limit, judged)]


def _taken_back(moment: Moment) -> Select[Any]:
    """Each such item with when it was withdrawn, and lifted since (microseconds)."""
    happened = valid_events(ISP_ID, SEQ, moment.at)
    keys = select(TakedownEvent.key).where(happened, TakedownEvent.kind == Progress.WITHDRAWN)
    item = (
        takedowns()
        .with_only_columns(Takedown.key)
        .where(Takedown.key.in_(keys), Takedown.duplicate_of.is_(None))
        .cte()
    )
    done, held = fold(ISP_ID, SEQ, moment.at, keys), _moments(moment, keys, held=True)
    back = _moments(moment, keys, held=False)
    since = case((back.c.moment >= done.c.withdrawn, back.c.moment))
    before = case((back.c.moment < done.c.withdrawn, back.c.moment))
    holds = func.coalesce(func.max(before), 0) < func.max(held.c.moment)
    return (
        select(item.c.key, done.c.withdrawn, func.min(since).label("lifted"))
        .join(done, done.c.key == item.c.key)
        .join(held, held.c.key == item.c.key)
        .outerjoin(back, back.c.key == item.c.key)
        .where(done.c.withdrawn.is_not(None), done.c.transferred.is_(None))
        .group_by(item.c.key, done.c.withdrawn)
        .having(holds)
    )


def _moments(moment: Moment, keys: Any, *, held: bool) -> CTE:
    """When blocks that can be lifted were set, or when something was put back."""
    blocks = and_(TakedownEvent.kind == Progress.ACTIONED, TakedownEvent.action.in_(LIFTABLE))
    return (
        select(TakedownEvent.key, micros(TakedownEvent.occurred_at).label("moment"))
        .where(
            valid_events(ISP_ID, SEQ, moment.at, keys),
            blocks if held else TakedownEvent.kind == Progress.REINSTATED,
        )
        .cte()
    )
