"""The course of a takedown item: what may follow what, what closes and opens it (§3).

The rules are asked over all events of an item in the order of their claimed times, so that an
entry made late, or a correction, is judged by the same rules as one made in time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from portal.policy.codes import ActionType, ServiceRole
from portal.policy.document import Policy
from portal.registers.codes import Effect, LocatorKind, PauseReason, Progress, SourceType, Verifier
from portal.registers.inputs import Problem
from portal.registers.takedowns import TakedownEvent

_UNAPPROVED_REASONS = frozenset({PauseReason.CLARIFICATION, PauseReason.FORCE_MAJEURE})
_NEEDS_AN_OPEN_ITEM = frozenset({Progress.ACTIONED, Progress.PAUSED, Progress.RESUMED})
# Whether a pause overlaps another is known only when its time is.
_NO_PLACE_YET = frozenset({Progress.PAUSED})
# The notifier's word and the authority's own acts are not measured against the receipt.
_ANY_TIME = frozenset({Progress.PAUSE_APPROVED})


@dataclass(frozen=True)
class Item:
    """What the rules need to know of an item's particulars."""

    received_at: datetime
    source_type: SourceType
    service_role: ServiceRole
    locator_kind: LocatorKind
    handled_by: str | None

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Item:
        """The item of a row of the takedown table."""
        return cls(**{name: row[name] for name in cls.__dataclass_fields__})


@dataclass
class _Standing:
    """Where the item stands after the events walked so far."""

    is_open: bool = True
    acknowledged: bool = False
    forwarded: bool = False
    withdrawn: bool = False
    transferred: bool = False
    confirmed_gone: bool = False
    action: ActionType | None = None
    pauses: dict[int, _Pause] = field(default_factory=dict)


@dataclass
class _Pause:
    from_at: datetime
    until_at: datetime | None
    approved: bool
    resumed: bool = False

    def meets(self, from_at: datetime, until_at: datetime | None) -> bool:
        ends_before = self.until_at is not None and self.until_at <= from_at
        return not ends_before and (until_at is None or until_at > self.from_at)


@dataclass(frozen=True)
class Step:
    """An event as it stands in the course: the effect it has there, and why it cannot stand."""

    event: TakedownEvent
    effect: Effect | None
    problem: Problem | None


def walk(item: Item, events: Iterable[TakedownEvent], policy: Policy) -> list[Step]:
    """Every event in order of time with its effect; ``problem`` where it cannot stand there."""
    standing = _Standing()
    steps: list[Step] = []
    for event in in_order(list(events)):
        effect = _effect(standing, event)
        problem = _early(item, event, policy) or _objection(item, standing, event, policy)
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
    standing = _Standing()
    for step in walk(item, known, policy):
        _move(standing, step.event, step.effect)
    if standing.transferred:
        return []
    closed = frozenset() if standing.is_open else _NEEDS_AN_OPEN_ITEM
    pause = running_pause(known)
    found = []
    for kind in Progress:
        ask = _OBJECTIONS.get(kind)
        event = TakedownEvent(kind=kind, refers_to=pause, occurred_at=item.received_at)
        if kind not in closed and (
            kind in _NO_PLACE_YET or ask is None or not ask(standing, event)
        ):
            found.append(kind)
    return [kind for kind in found if kind != Progress.PAUSE_APPROVED]


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


def _effect(standing: _Standing, event: TakedownEvent) -> Effect | None:
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


def _move(standing: _Standing, event: TakedownEvent, effect: Effect | None) -> None:
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


def _move_pauses(standing: _Standing, event: TakedownEvent) -> None:
    if event.kind == Progress.PAUSED:
        pause = _Pause(event.occurred_at, event.until_at, bool(event.approved))
        standing.pauses[event.no] = pause
    elif event.refers_to in standing.pauses:
        pause = standing.pauses[event.refers_to]
        if event.kind == Progress.RESUMED:
            pause.until_at, pause.resumed = event.occurred_at, True
        pause.approved |= event.kind == Progress.PAUSE_APPROVED


def _early(item: Item, event: TakedownEvent, policy: Policy) -> Problem | None:
    """Nothing happens to an item before it came, beyond the skew of clocks (hard case 20)."""
    skew = timedelta(seconds=policy.limits.clock_skew_s)
    free = (
        event.kind in _ANY_TIME
        or item.source_type == SourceType.OWN_INITIATIVE
        or event.action == ActionType.ALREADY_UNAVAILABLE
    )
    if free or event.occurred_at >= item.received_at - skew:
        return None
    return Problem("occurred_at", "before-receipt", {"received_at": item.received_at})


def _objection(
    item: Item, standing: _Standing, event: TakedownEvent, policy: Policy
) -> Problem | None:
    if standing.transferred and event.kind != Progress.PAUSE_APPROVED:
        return Problem(None, "transferred-away")
    if event.kind == Progress.ACTIONED:
        return _action(item, standing, event, policy)
    ask = _OBJECTIONS.get(event.kind)
    return ask(standing, event) if ask else None


def _action(
    item: Item, standing: _Standing, event: TakedownEvent, policy: Policy
) -> Problem | None:
    if not standing.is_open:
        return Problem(None, "not-open")
    if event.action is None or not policy.allows(item.service_role, event.action):
        return Problem("action", "not-an-action-of-this-service", {"service": item.service_role})
    if event.action == ActionType.WITHDRAWN_BY_NOTIFIER:
        return Problem("action", "record-the-withdrawal")
    if event.action == ActionType.BLOCKED and item.locator_kind == LocatorKind.DOMAIN:
        return _second(item, event)
    return None


def _second(item: Item, event: TakedownEvent) -> Problem | None:
    """To block a whole domain two people must agree (chairs C3)."""
    if event.second_approver is None:
        return Problem("second_approver", "domain-block-needs-a-second")
    if event.second_approver == item.handled_by:
        return Problem("second_approver", "second-must-be-another")
    return None


def _paused(standing: _Standing, event: TakedownEvent) -> Problem | None:
    if not standing.is_open:
        return Problem(None, "not-open")
    if any(pause.meets(event.occurred_at, event.until_at) for pause in standing.pauses.values()):
        return Problem("occurred_at", "pauses-overlap")
    return None


def _resumed(standing: _Standing, event: TakedownEvent) -> Problem | None:
    pause = standing.pauses.get(event.refers_to or 0)
    if pause is None or pause.resumed:
        return Problem("refers_to", "no-pause-to-end")
    if pause.until_at is not None and event.occurred_at > pause.until_at:
        return Problem("occurred_at", "pause-ended-before")
    return None


def _approved(standing: _Standing, event: TakedownEvent) -> Problem | None:
    pause = standing.pauses.get(event.refers_to or 0)
    if pause is None:
        return Problem("refers_to", "no-such-pause")
    return Problem("refers_to", "already-approved") if pause.approved else None


def _reopened(standing: _Standing, _event: TakedownEvent) -> Problem | None:
    if standing.is_open:
        return Problem(None, "still-open")
    return Problem(None, "record-as-reappearance") if standing.confirmed_gone else None


def _unless(code: str, holds: Callable[[_Standing], bool]) -> Any:
    def ask(standing: _Standing, _event: TakedownEvent) -> Problem | None:
        return None if holds(standing) else Problem(None, code)

    return ask


def _acted(standing: _Standing) -> bool:
    return not standing.is_open and standing.action is not None


def _refused(standing: _Standing) -> bool:
    return standing.is_open and standing.action == ActionType.REFUSED_NOT_ILLEGAL


_OBJECTIONS: Final[Mapping[Progress, Callable[[_Standing, TakedownEvent], Problem | None]]] = {
    Progress.ACKNOWLEDGED: _unless("already-acknowledged", lambda s: not s.acknowledged),
    Progress.PAUSED: _paused,
    Progress.RESUMED: _resumed,
    Progress.PAUSE_APPROVED: _approved,
    Progress.VERIFIED: _unless("nothing-to-confirm", _acted),
    Progress.REFUSAL_CONFIRMED: _unless("nothing-refused", _refused),
    Progress.REFUSAL_REJECTED: _unless("nothing-refused", _refused),
    Progress.REINSTATED: _unless("nothing-to-put-back", _acted),
    Progress.REOPENED: _reopened,
    Progress.WITHDRAWN: _unless("already-withdrawn", lambda s: not s.withdrawn),
    Progress.TRANSFERRED: _unless("not-open", lambda s: s.is_open),
}
