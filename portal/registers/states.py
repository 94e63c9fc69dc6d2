"""Where the takedown items of a page stand: open, paused, overdue, closed, duplicate or void."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Integer, Select, bindparam, exists, or_, select
from sqlalchemy.orm import Session, aliased

from portal.db import from_micros, to_micros
from portal.policy.queries import policies_in_force
from portal.registers.codes import Progress
from portal.registers.folds import fold, pauses
from portal.registers.takedowns import Takedown, TakedownEvent


class State(enum.StrEnum):
    """Where an item stands. Overdue is derived: open, and the limit has passed."""

    OPEN = "OPEN"
    PAUSED = "PAUSED"
    OPEN_OVERDUE = "OPEN_OVERDUE"
    CLOSED = "CLOSED"
    DUPLICATE = "DUPLICATE"
    VOID = "VOID"


@dataclass(frozen=True)
class ItemState:
    """An item's state; ``due_at`` is when its limit ends, approved pauses added (None where no
    clock runs or no policy judged it), the others when it first happened.
    """

    state: State
    due_at: datetime | None
    acknowledged_at: datetime | None
    acted_at: datetime | None


def states(
    session: Session, isp_id: int, items: Sequence[Takedown], now: datetime
) -> dict[int, ItemState]:
    """The state of each item by key, with three queries however many items."""
    if not items:
        return {}
    asked = {"isp_id": isp_id, "keys": [item.key for item in items]}
    facts = {row["key"]: dict(row) for row in session.execute(_folded(), asked).mappings()}
    stood, running = _paused(session, asked, now)
    limits = _limits(session, items)
    found: dict[int, ItemState] = {}
    for item in items:
        of_item: Mapping[str, int | None] = facts.get(item.key, {})
        due_at = _due_at(item, limits.get(item.key), stood.get(item.key, 0))
        state = _state(item, of_item)
        if state == State.OPEN:
            state = _open_state(due_at, now, is_paused=item.key in running)
        acted = of_item.get("acted") or of_item.get("gone")
        told = _instant(of_item.get("acknowledged"))
        found[item.key] = ItemState(state, due_at, told, _instant(acted))
    return found


def _due_at(item: Takedown, limit_s: int | None, stood: int) -> datetime | None:
    if limit_s is None or item.void or item.duplicate_of is not None:
        return None
    return item.received_at + timedelta(seconds=limit_s, microseconds=stood)


def _state(item: Takedown, facts: Mapping[str, int | None]) -> State:
    if item.void:
        return State.VOID
    if item.duplicate_of is not None:
        return State.DUPLICATE
    closings, openings = facts.get("closings") or 0, facts.get("openings") or 0
    return State.CLOSED if closings > openings else State.OPEN


def _open_state(due_at: datetime | None, now: datetime, *, is_paused: bool) -> State:
    if is_paused:
        return State.PAUSED
    return State.OPEN_OVERDUE if due_at is not None and due_at < now else State.OPEN


def _instant(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)


# Building these two takes longer than answering them; so they are built once, for every ISP and
# page.
_ISP: Any = bindparam("isp_id", type_=Integer)
_KEYS: Any = bindparam("keys", type_=BigInteger, expanding=True)
_FOREVER = datetime(9999, 1, 1, tzinfo=UTC)


@cache
def _folded() -> Select[Any]:
    return select(fold(_ISP, None, None, _KEYS))


@cache
def _pauses() -> Select[Any]:
    """Every approved pause; one without an end does not end before it is cut off at now."""
    return select(pauses(_ISP, None, _FOREVER, _KEYS))


def _paused(
    session: Session, asked: Mapping[str, Any], now: datetime
) -> tuple[dict[int, int], set[int]]:
    """Microseconds that approved pauses took so far, by item, and the items that stand now."""
    stood: dict[int, int] = {}
    running: set[int] = set()
    at = to_micros(now)
    for key, begins, ends in session.execute(_pauses(), asked):
        stood[key] = stood.get(key, 0) + max(0, min(ends, at) - begins)
        if begins <= at <= ends:
            running.add(key)
    return stood, running


def _limits(session: Session, items: Sequence[Takedown]) -> dict[int, int]:
    """The limit to act in seconds of each item, by the policy in force when it was received."""
    days = [item.received_at.date() for item in items]
    spans = policies_in_force(session, min(days), max(days) + timedelta(days=1))
    found: dict[int, int] = {}
    for item in items:
        for span in spans:
            day = item.received_at.astimezone(span.policy.time_zone).date()
            if span.from_on <= day and (span.until_on is None or day <= span.until_on):
                found[item.key] = span.policy.limits.act_s[item.priority]
    return found


def waiting_pauses(session: Session) -> Sequence[TakedownEvent]:
    """The pauses of every ISP that stop no clock until they are approved, oldest first."""
    answer = aliased(TakedownEvent)
    answered = exists().where(
        answer.isp_id == TakedownEvent.isp_id,
        answer.key == TakedownEvent.key,
        answer.refers_to == TakedownEvent.no,
        answer.closed_seq.is_(None),
        answer.retracted.is_(False),
        or_(answer.kind == Progress.PAUSE_APPROVED, answer.approved.is_(True)),
    )
    gone = aliased(TakedownEvent)
    # What went to a successor waits there.
    went = exists().where(
        gone.isp_id == TakedownEvent.isp_id,
        gone.key == TakedownEvent.key,
        gone.kind == Progress.TRANSFERRED,
    )
    return session.scalars(
        select(TakedownEvent)
        .where(
            ~went,
            TakedownEvent.kind == Progress.PAUSED,
            TakedownEvent.approved.is_(False),
            TakedownEvent.closed_seq.is_(None),
            TakedownEvent.retracted.is_(False),
            ~answered,
        )
        .order_by(TakedownEvent.recorded_at, TakedownEvent.isp_id, TakedownEvent.key)
    ).all()
