"""What a mail about an order may carry: its number here, and whether to call first; no more."""

from __future__ import annotations

from typing import TypedDict

from portal.notices.queries import name_of
from portal.policy.codes import Priority


class Subject(TypedDict):
    """The order's key and name; ``urgent`` is 1 where a child may be in danger (chairs C5)."""

    notice: int
    name: str
    urgent: int


def subject_of(key: int, priority: Priority) -> Subject:
    """What mails about an order name."""
    return {
        "notice": key,
        "name": name_of(key),
        "urgent": int(priority == Priority.P1_CHILD_IN_DANGER),
    }
