"""What the clocks need: a frame, cut-offs, limits, and the one shape in which clocks are told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, case, literal, select, union_all

from portal.db import micros, to_micros
from portal.policy.codes import Priority
from portal.returns.basis import Frame
from portal.returns.blanks import (
    CARRIED_AT,
    CARRIED_US,
    CUT_OFF_AT,
    CUT_OFF_US,
    STARTS_AT,
    at,
    count,
    text,
)
from portal.returns.limits import Limit

# What the clocks are called; a policy's indicator is its obligation's code, a dot and this name.
ACKNOWLEDGE, ACT, BLOCK, REPORT = "acknowledge", "act", "block_forward", "report"
OWN = "own_initiative"
# The clocks of the action itself: these a pause stops.
ACTING = (ACT, BLOCK, OWN)
ADD, DELIST, EMERGENCY = "add", "delist", "emergency"
LIFT = "lift"
COMPLAINT_ACK, COMPLAINT_DECIDE, RESTORE = "complaint_acknowledge", "decide", "restore"
INDUCTION = "induction"
MONTHS_NAMED = 4
_TEXTS = ("policy", "priority")


@dataclass(frozen=True)
class Clockwork:
    """A frame, the cut-off of the month before (None: nothing is carried in), the limits, and the
    predecessors whose items came in the month.
    """

    frame: Frame
    carried_from: datetime | None
    limits: Sequence[Limit]
    predecessors: Sequence[Predecessor] = ()

    @property
    def shape(self) -> Shape:
        """What the statements are built for."""
        return Shape(len(self.limits), self.carried_from is not None, len(self.predecessors))

    def values(self) -> dict[str, Any]:
        """What fills the blanks of every statement about the month's clocks."""
        found = {**self.frame.values, **_cohorts(self.frame)}
        if self.carried_from is not None:
            found |= {"carried_at": self.carried_from, "carried_us": to_micros(self.carried_from)}
        for place, one in enumerate(self.predecessors):
            found[_blank("old_isp", place)] = one.isp_id
            found[_blank("old_at", place)] = one.judged_at
            found[_blank("old_us", place)] = to_micros(one.judged_at)
            found[_blank("old_since", place)] = to_micros(one.judged_until)
        for place, limit in enumerate(self.limits):
            for name, value in vars(limit).items():
                found[_blank(name, place)] = value if isinstance(value, int) else str(value)
        return found


@dataclass(frozen=True)
class Predecessor:
    """An ISP whose items came in the month: up to which cut-off its own returns had judged them by
    then, and before which instant an item was received to be judged there.
    """

    isp_id: int
    judged_at: datetime
    judged_until: datetime


@dataclass(frozen=True)
class Shape:
    """All that the statements depend on: how many limits, whether anything is carried in, and from
    how many predecessors items came.
    """

    limits: int
    carries: bool
    predecessors: int = 0


@dataclass(frozen=True)
class Moment:
    """When clocks are read: the blank of the instant, the same in microseconds, and the receipt
    before which items are looked at (None: all); ``of`` is the predecessor whose items alone are
    meant.
    """

    at: Any
    us: Any
    received_before: Any = None
    of: Any = None


AT_CUT_OFF = Moment(CUT_OFF_AT, CUT_OFF_US)
# The clocks of earlier months as they stood at the cut-off of the month before.
AT_CUT_OFF_BEFORE = Moment(CARRIED_AT, CARRIED_US, STARTS_AT)


def at_cut_off_of(place: int) -> Moment:
    """When the clocks of a predecessor's items were last judged by its own returns."""
    moment, us = at(_blank("old_at", place)), count(_blank("old_us", place))
    return Moment(moment, us, STARTS_AT, count(_blank("old_isp", place)))


def judged_until(place: int) -> ColumnElement[int]:
    """Items that a predecessor received before this instant were its own returns' to judge."""
    return count(_blank("old_since", place))


def _cohorts(frame: Frame) -> dict[str, Any]:
    """The month and those before it, newest first: when each began, and its name."""
    month, found = frame.period, dict[str, Any]()
    for place in range(MONTHS_NAMED):
        found[_blank("began", place)] = to_micros(month.starts_at(frame.zone))
        found[_blank("cohort", place)] = str(month)
        month = month.previous()
    return found


def cohort_of(received: ColumnElement[int]) -> ColumnElement[str]:
    """The month of receipt; ``earlier`` where it lies more than three months back."""
    branches = [
        (received >= count(_blank("began", place)), text(_blank("cohort", place)))
        for place in range(MONTHS_NAMED)
    ]
    return case(*branches, else_="earlier")


def limits_in_force(shape: Shape) -> CTE:
    """The limits as a table, one row a priority and span."""
    rows = [
        select(
            *[
                (text if field.name in _TEXTS else count)(_blank(field.name, place)).label(
                    field.name
                )
                for field in fields(Limit)
            ]
        )
        for place in range(shape.limits)
    ]
    return union_all(*rows).cte()


def _blank(name: str, place: int) -> str:
    # Two underscores: with one the library names blanks of its own.
    return f"{name}__{place}"


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


def until(column: Any, moment: Moment) -> ColumnElement[Any]:
    """An instant column in microseconds, empty where it lies after the moment."""
    return case((column <= moment.at, micros(column)))
