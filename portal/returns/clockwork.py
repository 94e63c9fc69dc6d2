"""What the clocks need: a frame, cut-offs, limits, and the one shape in which clocks are told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import CTE, BigInteger, ColumnElement, Select, case, literal, select, union_all

from portal.db import micros
from portal.policy.codes import Priority
from portal.returns.basis import Frame

# What the clocks are called; a policy's indicator is its obligation's code, a dot and this name.
ACKNOWLEDGE, ACT, BLOCK, REPORT = "acknowledge", "act", "block_forward", "report"
OWN = "own_initiative"
# The clocks of the action itself: these a pause stops.
ACTING = (ACT, BLOCK, OWN)
ADD, DELIST, EMERGENCY = "add", "delist", "emergency"
COMPLAINT_ACK, COMPLAINT_DECIDE, RESTORE = "complaint_acknowledge", "decide", "restore"
INDUCTION = "induction"


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
    """A frame, the cut-off T, that of the month before (None: nothing carried in), the limits.

    ``received_before`` leaves out what came later (None: nothing).
    """

    frame: Frame
    cut_off_at: datetime
    carried_from: datetime | None
    limits: Sequence[Limit]
    received_before: datetime | None = None

    def at(self, then: datetime) -> Clockwork:
        """The clocks of earlier months as they stood at an earlier cut-off."""
        return replace(
            self, cut_off_at=then, carried_from=None, received_before=self.frame.starts_at
        )


def limits_in_force(limits: Sequence[Limit]) -> CTE:
    """The limits as a table, one row a priority and span."""
    rows = [
        select(*[_literal(value).label(name) for name, value in vars(limit).items()])
        for limit in limits
    ]
    return union_all(*rows).cte()


def _literal(value: Any) -> ColumnElement[Any]:
    # Microseconds do not fit a plain INTEGER.
    return literal(value, BigInteger()) if isinstance(value, int) else literal(str(value))


def clock_rows(name: str, rows: Any, times: Any, limit: Any, flags: Any) -> Select[Any]:
    """One clock: its name, key, priority, begin, end, limit, policy and flags."""
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


def plain_clock(name: str, rows: Any, begins: Any, done: Any, limit: Any) -> Select[Any]:
    """A clock without priorities, estimates or excuses."""
    zero = literal(0)
    return clock_rows(
        name, rows, (literal(Priority.P2_STANDARD.value), begins, done), limit, (zero, zero, zero)
    )


def until_cut_off(column: Any, cut_off_at: datetime) -> ColumnElement[Any]:
    """An instant column in microseconds, empty where it lies after the cut-off."""
    return case((column <= cut_off_at, micros(column)))
