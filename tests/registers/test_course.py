"""Whatever is recorded in whatever order, closings and openings of an item follow each other."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from portal.notices.codes import LocatorKind, SourceType
from portal.policy.codes import ActionType, ServiceRole
from portal.policy.document import Policy
from portal.policy.pack import read_pack, shipped_pack
from portal.registers.codes import Effect, PauseReason, Progress, Verifier
from portal.registers.course import possible, running_pause, walk
from portal.registers.course_rules import Item
from portal.registers.takedowns import TakedownEvent

POLICY: Policy = next(iter(read_pack(shipped_pack("kh")).policies.values()))
RECEIVED = datetime(2026, 10, 12, 2, 10, tzinfo=UTC)
ITEM = Item(
    RECEIVED, SourceType.HOTLINE_NATIONAL, ServiceRole.HOSTING, LocatorKind.URL, handled_by=None
)
ACTIONS = (
    ActionType.REMOVED,
    ActionType.NOT_OUR_SERVICE,
    ActionType.REFUSED_NOT_ILLEGAL,
    ActionType.ALREADY_UNAVAILABLE,
)


def an_event(no: int, kind: Progress, minutes: int, action: ActionType) -> TakedownEvent:
    more: dict[str, Any] = {}
    if kind == Progress.ACTIONED:
        more["action"] = action
    if kind == Progress.VERIFIED:
        more["verifier"] = Verifier.HOTLINE
    if kind == Progress.PAUSED:
        more["pause_reason"] = PauseReason.CLARIFICATION
    at = RECEIVED + timedelta(minutes=minutes)
    return TakedownEvent(no=no, kind=kind, occurred_at=at, retracted=False, **more)


attempts = st.lists(
    st.tuples(st.sampled_from(list(Progress)), st.integers(0, 60), st.sampled_from(ACTIONS)),
    max_size=25,
)


def admitted(tried: Any) -> list[TakedownEvent]:
    """The events of the attempts that the course takes, each with its effect."""
    events: list[TakedownEvent] = []
    for kind, minutes, action in tried:
        event = an_event(len(events) + 1, kind, minutes, action)
        if kind in {Progress.RESUMED, Progress.PAUSE_APPROVED}:
            event.refers_to = running_pause(events)
        steps = walk(ITEM, [*events, event], POLICY)
        [mine] = [step for step in steps if step.event is event]
        others = [step for step in steps if step.event is not event]
        if not mine.problem and all(o.effect == o.event.effect and not o.problem for o in others):
            event.effect = mine.effect
            events.append(event)
    return events


@given(attempts)
def test_closings_and_openings_alternate_in_order_of_time(tried: Any) -> None:
    steps = walk(ITEM, admitted(tried), POLICY)
    effects = [step.effect for step in steps if step.effect]

    assert all(a != b for a, b in itertools.pairwise(effects))
    assert effects[:1] in ([], [Effect.CLOSES])


@given(attempts)
def test_walking_again_finds_the_same(tried: Any) -> None:
    events = admitted(tried)
    steps = walk(ITEM, events, POLICY)

    assert {step.event.no: step.effect for step in steps} == {e.no: e.effect for e in events}
    assert not any(step.problem for step in steps)


@given(attempts)
def test_what_is_called_possible_can_be_recorded_last(tried: Any) -> None:
    events = admitted(tried)
    for kind in possible(ITEM, events, POLICY):
        event = an_event(len(events) + 1, kind, 61, ActionType.REMOVED)
        if kind == Progress.RESUMED:
            event.refers_to = running_pause(events)
        [mine] = [s for s in walk(ITEM, [*events, event], POLICY) if s.event is event]
        overlaps = mine.problem is not None and mine.problem.code == "pauses-overlap"
        assert mine.problem is None or overlaps
