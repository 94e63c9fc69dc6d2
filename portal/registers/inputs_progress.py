"""What is typed when a takedown item moves on: one input a kind of progress."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Final

from pydantic import Field

from portal.entries.inputs import Given, Input, Problem
from portal.entries.texts import Note, Pseudonym, Reference
from portal.entries.values import Day, When, Whole
from portal.policy.codes import ActionType
from portal.registers.codes import (
    Authority,
    LateReason,
    PauseReason,
    Progress,
    TimeSource,
    Verifier,
)


class ProgressIn(Input):
    """Something that happened to an item, and when (when it was entered is kept, too)."""

    kind: ClassVar[Progress]

    occurred_at: When = Field(title="When it happened")
    note: Note | None = Field(
        None,
        title="Note",
        description="Do not describe the material. No addresses, names or numbers.",
        json_schema_extra={"x-widget": "textarea"},
    )

    @classmethod
    def rules(cls, v: Any, given: Given) -> Iterator[Problem]:
        """Nothing that has yet to come is recorded."""
        yield from given.yet_to_come(v, "occurred_at")


class AcknowledgedIn(ProgressIn):
    """The sender was told that the notice arrived."""

    kind = Progress.ACKNOWLEDGED


class PausedIn(ProgressIn):
    """The clock is asked to stand. Beyond the policy's limit the authority must approve it."""

    kind = Progress.PAUSED

    pause_reason: PauseReason = Field(
        title="Reason",
        description="If an authority asked you to wait: approved pause, and nothing about why.",
    )
    until_at: When | None = Field(
        None,
        title="Until",
        description="Leave empty if the end is not known; record it when it ends.",
    )

    @classmethod
    def rules(cls, v: Any, given: Given) -> Iterator[Problem]:
        """A pause ends after it began; its planned end may lie ahead."""
        yield from super().rules(v, given)
        if v.occurred_at and v.until_at and v.until_at < v.occurred_at:
            yield Problem("until_at", "ends-before-it-begins")


class ResumedIn(ProgressIn):
    """A pause ended."""

    kind = Progress.RESUMED

    refers_to: Whole | None = Field(
        None,
        title="Which pause",
        description="The number of the pause; empty for the one that runs.",
    )


class ActionedIn(ProgressIn):
    """What the ISP did about the item."""

    kind = Progress.ACTIONED

    action: ActionType = Field(title="What was done")
    time_source: TimeSource = Field(
        TimeSource.OPERATOR_ENTRY,
        title="Where the time comes from",
        description="Estimates are counted apart.",
    )
    late_reason: LateReason | None = Field(
        None, title="If late: why", json_schema_extra={"x-widget": "select"}
    )
    second_approver: Pseudonym | None = Field(
        None,
        title="Second approver",
        description="Needed to block a whole domain: the pseudonym of another person.",
    )


class ForwardedIn(ProgressIn):
    """The notice was passed on to whoever hosts the place, or to the sender."""

    kind = Progress.FORWARDED

    reference: Reference | None = Field(None, title="Their reference")


class ReportedIn(ProgressIn):
    """The item was reported to an authority."""

    kind = Progress.REPORTED

    authority: Authority = Field(title="Reported to", json_schema_extra={"x-widget": "select"})
    reference: Reference | None = Field(None, title="Their reference")


class PreservedIn(ProgressIn):
    """Evidence is kept at the ISP or the police, never here."""

    kind = Progress.PRESERVED

    reference: Reference | None = Field(
        None,
        title="Your custody number",
        description="A number only. Nothing is ever uploaded here.",
    )
    expires_on: Day = Field(title="Kept until")


class VerifiedIn(ProgressIn):
    """Somebody made sure that the action holds."""

    kind = Progress.VERIFIED

    verifier: Verifier = Field(title="Confirmed by")
    reference: Reference | None = Field(None, title="Their reference")

    @classmethod
    def rules(cls, v: Any, given: Given) -> Iterator[Problem]:
        """Another body's word is traced to its own reference."""
        yield from super().rules(v, given)
        if v.verifier in {Verifier.HOTLINE, Verifier.POLICE} and v.reference is None:
            yield Problem("reference", "confirmation-needs-its-reference")


class _OfTheSender(ProgressIn):
    """Something the sender of the notice said."""

    reference: Reference = Field(
        title="The sender's reference", description="Where the sender said so."
    )


class RefusalConfirmedIn(_OfTheSender):
    """The sender agrees that the item is not illegal."""

    kind = Progress.REFUSAL_CONFIRMED


class RefusalRejectedIn(_OfTheSender):
    """The sender insists; the item stays open."""

    kind = Progress.REFUSAL_REJECTED


class ReopenedIn(_OfTheSender):
    """The sender says it can still be reached at the same place; the clock goes on."""

    kind = Progress.REOPENED


class WithdrawnIn(_OfTheSender):
    """The sender took the notice back."""

    kind = Progress.WITHDRAWN


class ReinstatedIn(ProgressIn):
    """What was taken down was put back after a complaint, or lifted after a withdrawal."""

    kind = Progress.REINSTATED

    reference: Reference | None = Field(
        None, title="Complaint", description="Your number of the complaint."
    )


_INPUTS: Final = (
    AcknowledgedIn,
    PausedIn,
    ResumedIn,
    ActionedIn,
    ForwardedIn,
    ReportedIn,
    PreservedIn,
    VerifiedIn,
    RefusalConfirmedIn,
    RefusalRejectedIn,
    ReinstatedIn,
    ReopenedIn,
    WithdrawnIn,
)

PROGRESS_INPUTS: Final[Mapping[Progress, type[ProgressIn]]] = MappingProxyType(
    {model.kind: model for model in _INPUTS}
)
"""The input of each kind of progress; approving a pause and handing over to a successor are the
authority's own acts."""
