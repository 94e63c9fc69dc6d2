"""What is typed when a takedown item is recorded (takedown register, data dictionary §2.1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field

from portal.entries.inputs import Given, Input, Problem
from portal.entries.texts import Note, Pseudonym, Reference
from portal.entries.values import When, Whole
from portal.notices.asked import Country, item_rules, legal_basis_rules, sender_rules, with_category
from portal.notices.codes import (
    Assessment,
    Assessor,
    Harm,
    Instrument,
    LocatorKind,
    Media,
    SourceType,
)
from portal.policy.codes import Category, Priority, ServiceRole


class TakedownIn(Input):
    """One item of one notice. The category follows from the legal basis and is not asked."""

    own_ref: Reference | None = Field(
        None,
        title="Your own ticket number",
        description="Recording the same ticket twice changes nothing.",
    )
    source_type: SourceType = Field(title="Who sent the notice")
    source_ref: Reference | None = Field(
        None,
        title="The sender's reference",
        description="The number on the notice. Never a web address, e-mail or phone number.",
    )
    item_no: Annotated[Whole, Field(ge=1, le=100_000)] = Field(
        1,
        title="Item number",
        description="Which item of the notice this is; 1 if there is only one.",
    )
    instrument: Instrument = Field(title="Kind of request")
    legal_basis: str = Field(title="Legal basis", json_schema_extra={"x-widget": "select"})
    category: Category = Field(title="Category", json_schema_extra={"x-widget": "hidden"})
    priority: Priority = Field(title="Priority")
    service_role: ServiceRole = Field(
        title="Your part in the service",
        description="What your network is to the place that was named.",
    )
    harm: Harm = Field(title="Category of harm", description="As the notice names it.")
    assessment: Assessment = Field(
        title="Assessment",
        description="As the notice names it. Nobody needs to look at the material.",
    )
    assessed_by: Assessor = Field(title="Assessed by")
    media: Media | None = Field(
        None, title="Kind of medium", json_schema_extra={"x-widget": "select"}
    )
    locator_kind: LocatorKind = Field(
        title="Kind of place named",
        description="The kind only. The place itself stays with the notifier.",
    )
    hosting_country: Country = Field(
        title="Country of hosting", description="Two letters, such as FR; XX if unknown."
    )
    issued_at: When = Field(title="Notice issued", description="Date and time on the notice.")
    received_at: When = Field(
        title="Notice received", description="First receipt at your contact point, even if unread."
    )
    handled_by: Pseudonym | None = Field(
        None, title="Handled by", description="A staff pseudonym such as S-0421, never a name."
    )
    reappearance_of: Whole | None = Field(
        None,
        title="Reappearance of entry",
        description="If the notifier says that material came back: the number of the closed entry.",
    )
    note: Note | None = Field(
        None,
        title="Note",
        description="Do not describe the material. No addresses, names or numbers.",
        json_schema_extra={"x-widget": "textarea"},
    )

    @classmethod
    def completed(cls, data: dict[str, Any], given: Given) -> dict[str, Any]:
        """The category of the legal basis, where only the basis was given."""
        return with_category(data, given)

    @classmethod
    def rules(cls, v: Any, given: Given) -> Iterator[Problem]:
        """The rules between the fields."""
        yield from given.yet_to_come(v, "issued_at", "received_at")
        if not given.in_order(v.issued_at, v.received_at):
            yield Problem("received_at", "received-before-issued")
        yield from legal_basis_rules(v, given)
        yield from sender_rules(v)
        yield from item_rules(v, given)
