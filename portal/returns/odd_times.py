"""Times that a reviewer looks at first: told too late, or allowed too late (§7, cases 9 and 19).

Neither is a breach. Both times of each are kept, and what is counted here is drawn into a sample
before anything else.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session, aliased

from portal.accounts.queries import as_of
from portal.db import micros
from portal.registers.codes import Progress
from portal.registers.folds import items, valid_events
from portal.registers.takedowns import Takedown, TakedownEvent
from portal.returns.basis import Frame, takedowns
from portal.returns.blanks import CUT_OFF_AT, ENDS_AT, ISP_ID, SEQ, STARTS_AT, ask, built_once
from portal.returns.clockwork import Clockwork, Shape, limits_in_force


def approved_afterwards(session: Session, frame: Frame) -> int:
    """How many pauses of the month were over before the authority allowed them."""
    return ask(session, _afterwards(), frame.values).scalar() or 0


@built_once
def _afterwards() -> Select[Any]:
    pause, approval, resumed = TakedownEvent, aliased(TakedownEvent), aliased(TakedownEvent)
    over_at = func.coalesce(micros(resumed.occurred_at), micros(pause.until_at))
    rightly_recorded = items(ISP_ID, SEQ).with_only_columns(Takedown.key)
    return (
        select(func.count())
        .select_from(pause)
        .join(approval, _answers(approval, Progress.PAUSE_APPROVED))
        .outerjoin(resumed, _answers(resumed, Progress.RESUMED))
        .where(
            valid_events(ISP_ID, SEQ, keys=rightly_recorded),
            pause.kind == Progress.PAUSED,
            pause.carried_line.is_(None),
            pause.occurred_at >= STARTS_AT,
            pause.occurred_at < ENDS_AT,
            micros(approval.occurred_at) > over_at,
        )
    )


def _answers(other: Any, kind: Progress) -> ColumnElement[bool]:
    return and_(
        other.isp_id == TakedownEvent.isp_id,
        other.key == TakedownEvent.key,
        other.refers_to == TakedownEvent.no,
        other.kind == kind,
        other.retracted.is_(False),
        as_of(other, SEQ),
    )


def entered_after_limit(session: Session, work: Clockwork) -> int:
    """How many actions on the month's items are said to have been in limit and were entered when
    it had passed; pauses are left aside.
    """
    return ask(session, _entered_late(work.shape), work.values()).scalar() or 0


@built_once
def _entered_late(shape: Shape) -> Select[Any]:
    return entered_late(shape).with_only_columns(func.count(TakedownEvent.key.distinct()))


def entered_late(shape: Shape) -> Select[Any]:
    """The keys of those items, one a row for each such action."""
    limit = limits_in_force(shape)
    item = takedowns().where(Takedown.received_at >= STARTS_AT).subquery()
    received = micros(item.c.received_at)
    due = received + limit.c.act_s * 1_000_000
    return (
        select(TakedownEvent.key)
        .join(item, item.c.key == TakedownEvent.key)
        .join(
            limit,
            and_(
                limit.c.priority == item.c.priority,
                received >= limit.c.begins,
                received < limit.c.ends,
            ),
        )
        .where(
            valid_events(ISP_ID, SEQ, CUT_OFF_AT),
            TakedownEvent.kind == Progress.ACTIONED,
            TakedownEvent.carried_line.is_(None),
            item.c.duplicate_of.is_(None),
            micros(TakedownEvent.occurred_at) <= due,
            micros(TakedownEvent.recorded_at) > due,
        )
    )
