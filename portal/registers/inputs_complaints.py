"""What is typed of a complaint that a block is wrong (chairs A2)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import Field

from portal.entries.inputs import Given, Input, Problem
from portal.entries.texts import Note, Reference
from portal.entries.values import When
from portal.registers.codes import Method, Outcome


class ComplaintIn(Input):
    """A complaint that a block is wrong: a list and a method, never an address (chairs A2)."""

    own_ref: Reference | None = Field(
        None,
        title="Your own ticket number",
        description="It leads to what was blocked; we do not ask.",
    )
    list_code: str = Field(title="List", json_schema_extra={"x-widget": "select"})
    method: Method = Field(title="Method")
    received_at: When = Field(title="Received")
    acknowledged_at: When | None = Field(None, title="Acknowledged")
    decided_at: When | None = Field(None, title="Decided")
    outcome: Outcome | None = Field(None, title="Outcome")
    restored_at: When | None = Field(None, title="Access restored")
    note: Note | None = Field(
        None,
        title="Note",
        description="No addresses, names or numbers.",
        json_schema_extra={"x-widget": "textarea"},
    )

    @classmethod
    def rules(cls, v: Any, given: Given) -> Iterator[Problem]:
        """The rules between the fields."""
        yield from given.yet_to_come(
            v, "received_at", "acknowledged_at", "decided_at", "restored_at"
        )
        if v.list_code is not None and v.list_code not in {
            x.code for x in given.policy.permitted_lists
        }:
            yield Problem("list_code", "not-a-permitted-list")
        for name in ("acknowledged_at", "decided_at"):
            if not given.in_order(v.received_at, getattr(v, name)):
                yield Problem(name, "before-the-complaint")
        if not given.in_order(v.decided_at, v.restored_at):
            yield Problem("restored_at", "restored-before-decided")
        if (v.decided_at is None) != (v.outcome is None):
            missing = "decided_at" if v.decided_at is None else "outcome"
            yield Problem(missing, "decision-needs-both")
        if v.restored_at is not None and v.outcome != Outcome.UPHELD:
            yield Problem("restored_at", "restored-only-if-upheld")
