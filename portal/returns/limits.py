"""The limits that clocks are judged by: those of the policy in force when each of them began."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from portal.db import to_micros
from portal.period import start_of
from portal.policy.codes import Priority
from portal.policy.queries import InForce

_FOREVER = 2**53


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


def limits_of(policies: Sequence[InForce], zone: ZoneInfo) -> list[Limit]:
    """The limits of each policy by priority, from its first day to its last in the zone."""
    found = []
    for place, force in enumerate(policies):
        # What was received before the first policy is judged by the first.
        begins = 0 if place == 0 else to_micros(start_of(force.from_on, zone))
        ends = (
            _FOREVER
            if force.until_on is None
            else to_micros(start_of(force.until_on + timedelta(days=1), zone))
        )
        found += [_limit(force, priority, begins, ends) for priority in Priority]
    return found


def _limit(force: InForce, priority: Priority, begins: int, ends: int) -> Limit:
    limits = force.policy.limits
    return Limit(
        policy=force.policy.version,
        priority=priority,
        begins=begins,
        ends=ends,
        acknowledge_s=limits.acknowledge_s[priority],
        act_s=limits.act_s[priority],
        report_s=limits.report_s[priority],
        list_add_s=limits.list_add_s,
        list_delist_s=limits.list_delist_s,
        list_emergency_s=limits.list_emergency_s,
        complaint_ack_s=limits.complaint_ack_s,
        complaint_decide_s=limits.complaint_decide_s,
        restore_s=limits.restore_s,
    )
