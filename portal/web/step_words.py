"""The steps of an item in words: what stands, what was replaced, what may come next."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from portal.policy.document import Policy
from portal.registers import course
from portal.registers.case import has_gone
from portal.registers.codes import Progress
from portal.registers.course_rules import Item
from portal.registers.inputs_progress import PROGRESS_INPUTS
from portal.registers.queries import Entry
from portal.registers.takedowns import TakedownEvent
from portal.web.facts import Fact, step_facts
from portal.web.labels import label


class Step(NamedTuple):
    """An event for a reader: what, when (claimed), entered when and by whom, and its details."""

    event: TakedownEvent
    title: str
    by: str
    facts: list[Fact]
    may_be_corrected: bool
    waits: bool


def steps_of(found: Entry, policy: Policy) -> tuple[list[Step], list[Step]]:
    """The steps that stand, in order of their claimed times, and those that were replaced."""
    standing = {event.no for event in standing_of(found)}
    words = {event.no: told(found, event, policy) for event in found.events}
    stand = [words[event.no] for event in course.in_order(standing_of(found))]
    return stand, [words[no] for no in sorted(words) if no not in standing]


def offered(
    found: Entry, policy: Policy, besides: Collection[Progress] = ()
) -> list[tuple[str, str]]:
    """The kinds of steps that may come next, named; ``besides`` are others' to record."""
    if found.now.void or found.now.duplicate_of is not None:
        return []
    item = Item.of(vars(found.now))
    kinds = course.possible(item, standing_of(found), policy)
    return [(str(kind), label(kind)) for kind in kinds if kind not in besides]


def standing_of(found: Entry) -> Sequence[TakedownEvent]:
    """The events that stand."""
    return [e for e in found.events if e.closed_seq is None and not e.retracted]


def told(found: Entry, event: TakedownEvent, policy: Policy) -> Step:
    """One event in words."""
    title = label(event.kind)
    if event.action is not None:
        title = f"{title}: {label(event.action)}"
    return Step(
        event=event,
        title=title,
        by=found.people[event.recorded_by],
        facts=step_facts(event, policy),
        may_be_corrected=event.kind in PROGRESS_INPUTS and not _is_kept(found, event),
        waits=event.kind == Progress.PAUSED and not course.is_approved(event, found.events),
    )


def _is_kept(found: Entry, event: TakedownEvent) -> bool:
    """Whether an event stays as it is: of an item that went away, or what opened and closed one
    that came.
    """
    carried = event.carried_line is not None and event.effect is not None
    return carried or has_gone(found.events)
