"""What is typed of training, the roster and standing declarations (data dictionary §2.3)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field

from portal.entries.inputs import Given, Input, Problem
from portal.entries.texts import Note, Pseudonym, Reference
from portal.entries.values import Day, Whole
from portal.policy.codes import Measure, Module, RoleGroup, TrainingResult
from portal.policy.document import Policy
from portal.policy.obligations import Obligation
from portal.registers.codes import Answer, Funding, Language, Level, Mode, Provider


class CompletionIn(Input):
    """One person's result in one training session."""

    own_ref: Reference | None = Field(
        None,
        title="Your own record number",
        description="Recording the same number twice changes nothing.",
    )
    session_ref: Reference = Field(
        title="Session", description="Your number or name for the session."
    )
    held_on: Day = Field(title="Held on")
    module: Module = Field(title="Module")
    level: Level = Field(title="Level")
    provider: Provider = Field(title="Held by", json_schema_extra={"x-widget": "select"})
    mode: Mode = Field(title="Form")
    language: Language = Field(title="Language")
    minutes: Annotated[Whole, Field(ge=15, le=2400)] = Field(title="Minutes")
    funded_by: Funding = Field(Funding.OWN, title="Paid for by")
    staff_ref: Pseudonym = Field(
        title="Staff member", description="A pseudonym such as S-0421; the name stays with you."
    )
    result: TrainingResult = Field(title="Result")
    exempt_until: Day | None = Field(
        None, title="Exempt until", description="The last day. Never give a reason of health."
    )
    note: Note | None = Field(
        None,
        title="Note",
        description="No names, addresses or numbers.",
        json_schema_extra={"x-widget": "textarea"},
    )

    @classmethod
    def rules(cls, v: Any, given: Given) -> Iterator[Problem]:
        """The rules between the fields."""
        yield from given.yet_to_come(v, "held_on")
        if v.result is None:
            return
        if v.result == TrainingResult.EXEMPT and v.exempt_until is None:
            yield Problem("exempt_until", "exempt-needs-an-end")
        if v.result != TrainingResult.EXEMPT and v.exempt_until is not None:
            yield Problem("exempt_until", "only-exempt-has-an-end")
        if v.held_on and v.exempt_until and v.exempt_until < v.held_on:
            yield Problem("exempt_until", "ends-before-it-begins")


class RosterSpanIn(Input):
    """One person in one role, from a day on until a day."""

    own_ref: Reference | None = Field(
        None,
        title="Your own record number",
        description="Recording the same number twice changes nothing.",
    )
    staff_ref: Pseudonym = Field(
        title="Staff member", description="A pseudonym such as S-0421; the name stays with you."
    )
    role_group: RoleGroup = Field(title="Role")
    joined_on: Day = Field(
        title="Joined on",
        description="When this person came to you; the induction counts from here.",
    )
    from_on: Day = Field(title="In this role from")
    until_on: Day | None = Field(
        None,
        title="Last day in this role",
        description="Leave empty while the person is in the role.",
    )
    handles_notices: bool = Field(title="Handles notices", description="May see cases.")

    @classmethod
    def rules(cls, v: Any, given: Given) -> Iterator[Problem]:
        """The rules between the fields."""
        yield from given.yet_to_come(v, "joined_on", "from_on")
        if v.joined_on and v.from_on and v.joined_on > v.from_on:
            yield Problem("from_on", "in-role-before-joining")
        if v.from_on and v.until_on and v.until_on < v.from_on:
            yield Problem("until_on", "ends-before-it-begins")
        if v.role_group == RoleGroup.DESIGNATED_HANDLER and v.handles_notices is False:
            yield Problem("handles_notices", "designated-handlers-handle-notices")


class DeclarationIn(Input):
    """The standing answer to one obligation that has no register (chairs A2)."""

    obligation: str = Field(title="Obligation", json_schema_extra={"x-widget": "hidden"})
    answer: Answer = Field(title="Answer")
    since_on: Day = Field(title="Since", description="The day from which the answer is true.")
    checked_on: Day = Field(title="Checked on", description="When somebody last made sure.")
    deputies: Annotated[Whole, Field(ge=0, le=99)] | None = Field(
        None, title="Deputies", description="How many people stand in for the contact point."
    )

    @classmethod
    def rules(cls, v: Any, given: Given) -> Iterator[Problem]:
        """The rules between the fields."""
        yield from given.yet_to_come(v, "since_on", "checked_on")
        if v.since_on and v.checked_on and v.checked_on < v.since_on:
            yield Problem("checked_on", "checked-before-it-was-true")
        if v.obligation is None:
            return
        asked = {o.code: o.asks_deputies for o in declarable(given.policy)}
        if v.obligation not in asked:
            yield Problem("obligation", "not-a-declared-obligation")
        elif asked[v.obligation] and v.answer == Answer.YES and v.deputies is None:
            yield Problem("deputies", "deputies-how-many")
        elif not asked[v.obligation] and v.deputies is not None:
            yield Problem("deputies", "deputies-not-asked")


def declarable(policy: Policy) -> list[Obligation]:
    """The obligations that a standing declaration answers, in the policy's order."""
    return [o for o in policy.obligations if o.measured_by is Measure.DECLARATION]
