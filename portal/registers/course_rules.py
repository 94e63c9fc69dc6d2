"""The rules of an item's course: why an event cannot stand where it is claimed (§3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from portal.entries.inputs import Problem
from portal.notices.codes import LocatorKind, SourceType
from portal.policy.codes import ActionType, ServiceRole
from portal.policy.document import Policy
from portal.registers.codes import Progress
from portal.registers.takedowns import TakedownEvent

# The authority's own acts are not measured against the receipt.
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
class Standing:
    """Where the item stands after the events walked so far."""

    is_open: bool = True
    acknowledged: bool = False
    forwarded: bool = False
    withdrawn: bool = False
    transferred: bool = False
    confirmed_gone: bool = False
    action: ActionType | None = None
    pauses: dict[int, Pause] = field(default_factory=dict)


@dataclass
class Pause:
    """A pause of the clock; ``until_at`` is None while its end is not known."""

    from_at: datetime
    until_at: datetime | None
    approved: bool
    resumed: bool = False

    def meets(self, from_at: datetime, until_at: datetime | None) -> bool:
        ends_before = self.until_at is not None and self.until_at <= from_at
        return not ends_before and (until_at is None or until_at > self.from_at)


def early(item: Item, event: TakedownEvent, policy: Policy) -> Problem | None:
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


def objection(
    item: Item, standing: Standing, event: TakedownEvent, policy: Policy
) -> Problem | None:
    """Why an event cannot stand after what stands before it; None where it can."""
    if standing.transferred and event.kind != Progress.PAUSE_APPROVED:
        return Problem(None, "transferred-away")
    if event.kind == Progress.ACTIONED:
        return _action(item, standing, event, policy)
    ask = OBJECTIONS.get(event.kind)
    return ask(standing, event) if ask else None


def _action(item: Item, standing: Standing, event: TakedownEvent, policy: Policy) -> Problem | None:
    if not standing.is_open:
        return Problem(None, "not-open")
    if event.action is None or not policy.allows(item.service_role, event.action):
        return Problem("action", "not-an-action-of-this-service", {"service": item.service_role})
    if event.action == ActionType.WITHDRAWN_BY_NOTIFIER:
        return Problem("action", "record-the-withdrawal")
    whole_domain = event.action == ActionType.BLOCKED and item.locator_kind == LocatorKind.DOMAIN
    # Who agreed at a predecessor was asked there: its people's pseudonyms stayed behind.
    if whole_domain and event.carried_line is None:
        return _second(item, event)
    return None


def _second(item: Item, event: TakedownEvent) -> Problem | None:
    """To block a whole domain two people must agree (chairs C3)."""
    if event.second_approver is None:
        return Problem("second_approver", "domain-block-needs-a-second")
    if item.handled_by is None:
        return Problem(None, "domain-block-needs-a-first")
    if event.second_approver == item.handled_by:
        return Problem("second_approver", "second-must-be-another")
    return None


def _paused(standing: Standing, event: TakedownEvent) -> Problem | None:
    if not standing.is_open:
        return Problem(None, "not-open")
    if any(pause.meets(event.occurred_at, event.until_at) for pause in standing.pauses.values()):
        return Problem("occurred_at", "pauses-overlap")
    return None


def _resumed(standing: Standing, event: TakedownEvent) -> Problem | None:
    pause = standing.pauses.get(event.refers_to or 0)
    if pause is None or pause.resumed:
        return Problem("refers_to", "no-pause-to-end")
    if pause.until_at is not None and event.occurred_at > pause.until_at:
        return Problem("occurred_at", "pause-ended-before")
    return None


def _approved(standing: Standing, event: TakedownEvent) -> Problem | None:
    pause = standing.pauses.get(event.refers_to or 0)
    if pause is None:
        return Problem("refers_to", "no-such-pause")
    return Problem("refers_to", "already-approved") if pause.approved else None


def _reopened(standing: Standing, _event: TakedownEvent) -> Problem | None:
    if standing.is_open:
        return Problem(None, "still-open")
    return Problem(None, "record-as-reappearance") if standing.confirmed_gone else None


def _unless(code: str, holds: Callable[[Standing], bool]) -> Any:
    def ask(standing: Standing, _event: TakedownEvent) -> Problem | None:
        return None if holds(standing) else Problem(None, code)

    return ask


def _acted(standing: Standing) -> bool:
    return not standing.is_open and standing.action is not None


def _refused(standing: Standing) -> bool:
    return standing.is_open and standing.action == ActionType.REFUSED_NOT_ILLEGAL


OBJECTIONS: Final[Mapping[Progress, Callable[[Standing, TakedownEvent], Problem | None]]] = {
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
