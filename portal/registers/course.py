"""The course of a takedown item: what may follow what, what closes and opens it (§3).

The rules are asked over all events of an item in the order of their claimed times, so that an
entry made late, or a correction, is judged by the same rules as one made in time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.entries.inputs import Problem
from portal.policy.codes import ActionType
from portal.policy.document import Policy
from portal.registers.codes import Effect, PauseReason, Progress, Verifier
from portal.registers.course_rules import OBJECTIONS, Item, Pause, Standing, early, objection
from portal.registers.takedowns import TakedownEvent

_UNAPPROVED_REASONS = frozenset({PauseReason.CLARIFICATION, PauseReason.FORCE_MAJEURE})
_NEEDS_AN_OPEN_ITEM = frozenset({Progress.ACTIONED, Progress.PAUSED, Progress.RESUMED})
# Approving a pause, and the succession of an ISP.
_THE_AUTHORITYS = frozenset({Progress.PAUSE_APPROVED, Progress.TRANSFERRED})
# Whether a pause overlaps another is known only when its time is.
_NO_PLACE_YET = frozenset({Progress.PAUSED})


@dataclass(frozen=True)
class Step:
    """An event as it stands in the course: the effect it has there, and why it cannot stand."""

    event: TakedownEvent
    effect: Effect | None
    problem: Problem | None


def walk(item: Item, events: Iterable[TakedownEvent], policy: Policy) -> list[Step]:
    """Every event in order of time with its effect; ``problem`` where it cannot stand there."""
    standing = Standing()
    steps: list[Step] = []
    for event in in_order(list(events)):
        effect = _effect(standing, event)
        problem = early(item, event, policy) or objection(item, standing, event, policy)
        steps.append(Step(event, effect, problem))
        _move(standing, event, effect)
    return steps


def in_order(events: Sequence[TakedownEvent]) -> list[TakedownEvent]:
    """Events by claimed time; at the same time a correction stands where the wrong one stood."""
    corrects = {event.no: event.corrects for event in events}

    def root(no: int) -> int:
        while (earlier := corrects.get(no)) is not None:
            no = earlier
        return no

    return sorted(events, key=lambda event: (event.occurred_at, root(event.no)))


def possible(item: Item, events: Iterable[TakedownEvent], policy: Policy) -> list[Progress]:
    """The kinds of progress that could be recorded next, after everything that stands."""
    known = list(events)
    standing = Standing()
    for step in walk(item, known, policy):
        _move(standing, step.event, step.effect)
    if standing.transferred:
        return []
    closed = frozenset() if standing.is_open else _NEEDS_AN_OPEN_ITEM
    pause = running_pause(known)
    found = []
    for kind in Progress:
        ask = OBJECTIONS.get(kind)
        event = TakedownEvent(kind=kind, refers_to=pause, occurred_at=item.received_at)
        if kind not in closed and (
            kind in _NO_PLACE_YET or ask is None or not ask(standing, event)
        ):
            found.append(kind)
    return [kind for kind in found if kind not in _THE_AUTHORITYS]


def running_pause(events: Iterable[TakedownEvent]) -> int | None:
    """The number of the pause that has not been ended, if one has not."""
    ended = {event.refers_to for event in events if event.kind == Progress.RESUMED}
    open_ended = [
        event.no
        for event in events
        if event.kind == Progress.PAUSED and event.until_at is None and event.no not in ended
    ]
    return max(open_ended, default=None)


def is_approved(pause: TakedownEvent, events: Iterable[TakedownEvent]) -> bool:
    """Whether a pause stops the clock: short by itself, ended in time, or by the authority."""
    answers = [
        event
        for event in events
        if event.refers_to == pause.no and event.closed_seq is None and not event.retracted
    ]
    return bool(pause.approved) or any(event.approved for event in answers)


def needs_no_approval(pause: TakedownEvent, until_at: datetime | None, policy: Policy) -> bool:
    """Whether a pause that ends then counts without the authority's approval."""
    limit = timedelta(seconds=policy.limits.pause_without_approval_s)
    known = pause.pause_reason in _UNAPPROVED_REASONS and until_at is not None
    return known and until_at - pause.occurred_at <= limit  # type: ignore[operator]


def _effect(standing: Standing, event: TakedownEvent) -> Effect | None:
    if not standing.is_open:
        return Effect.OPENS if event.kind == Progress.REOPENED else None
    if event.kind == Progress.ACTIONED:
        if event.action == ActionType.REFUSED_NOT_ILLEGAL:
            return None
        waits = event.action == ActionType.NOT_OUR_SERVICE and not standing.forwarded
        return None if waits else Effect.CLOSES
    if event.kind == Progress.FORWARDED:
        return Effect.CLOSES if standing.action == ActionType.NOT_OUR_SERVICE else None
    closing = {Progress.REFUSAL_CONFIRMED, Progress.WITHDRAWN, Progress.TRANSFERRED}
    return Effect.CLOSES if event.kind in closing else None


def _move(standing: Standing, event: TakedownEvent, effect: Effect | None) -> None:
    if effect is not None:
        standing.is_open = effect == Effect.OPENS
    if event.kind == Progress.ACTIONED:
        standing.action = event.action
    elif event.kind in {Progress.REOPENED, Progress.REFUSAL_REJECTED}:
        standing.action, standing.forwarded, standing.withdrawn = None, False, False
    standing.acknowledged |= event.kind == Progress.ACKNOWLEDGED
    standing.forwarded |= event.kind == Progress.FORWARDED
    standing.withdrawn |= event.kind == Progress.WITHDRAWN
    standing.transferred |= event.kind == Progress.TRANSFERRED
    standing.confirmed_gone |= event.verifier in {Verifier.HOTLINE, Verifier.POLICE}
    _move_pauses(standing, event)


def _move_pauses(standing: Standing, event: TakedownEvent) -> None:
    if event.kind == Progress.PAUSED:
        pause = Pause(event.occurred_at, event.until_at, bool(event.approved))
        standing.pauses[event.no] = pause
    elif event.refers_to in standing.pauses:
        pause = standing.pauses[event.refers_to]
        if event.kind == Progress.RESUMED:
            pause.until_at, pause.resumed = event.occurred_at, True
        pause.approved |= event.kind == Progress.PAUSE_APPROVED
