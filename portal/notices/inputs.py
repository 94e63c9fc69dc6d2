"""What is typed when a notice is sent, and when its sender says more of it later."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field

from portal.entries.inputs import Given, Input, Problem
from portal.entries.texts import Reference
from portal.entries.values import When, Whole
from portal.notices.asked import Country, item_rules, legal_basis_rules, sender_rules, with_category
from portal.notices.codes import (
    ActKind,
    Assessment,
    Assessor,
    Harm,
    Instrument,
    LocatorKind,
    Media,
    SourceType,
)
from portal.policy.codes import Category, Priority, ServiceRole

MOST_ITEMS = 100_000
ItemNo = Annotated[Whole, Field(ge=1, le=MOST_ITEMS)]


class NoticeIn(Input):
    """A notice as its sender records it: about all its items alike, and never where they are."""

    source_type: SourceType = Field(title="Sent as")
    source_ref: Reference = Field(
        title="Your reference",
        description="The number on the notice, by which the ISP will log it. Never an address.",
    )
    items: ItemNo = Field(
        1, title="Number of items", description="Items are numbered from 1, as in the notice."
    )
    instrument: Instrument = Field(title="Kind of request")
    legal_basis: str = Field(title="Legal basis", json_schema_extra={"x-widget": "select"})
    category: Category = Field(title="Category", json_schema_extra={"x-widget": "hidden"})
    priority: Priority = Field(title="Priority")
    issued_at: When = Field(title="Notice issued", description="Date and time on the notice.")
    service_role: ServiceRole = Field(
        title="The ISP's part in the service", description="What its network is to the place named."
    )
    locator_kind: LocatorKind = Field(
        title="Kind of place named", description="The kind only. The place itself stays with you."
    )
    hosting_country: Country = Field(
        title="Country of hosting", description="Two letters, such as FR; XX if unknown."
    )
    harm: Harm = Field(title="Category of harm")
    assessment: Assessment = Field(title="Assessment")
    assessed_by: Assessor = Field(title="Assessed by")
    media: Media | None = Field(
        None, title="Kind of medium", json_schema_extra={"x-widget": "select"}
    )

    @classmethod
    def completed(cls, data: dict[str, Any], given: Given) -> dict[str, Any]:
        """The category of the legal basis, where only the basis was given."""
        return with_category(data, given)

    @classmethod
    def rules(cls, v: Any, given: Given) -> Iterator[Problem]:
        """The rules between the fields; they are those of the entry that an ISP makes of it."""
        yield from given.yet_to_come(v, "issued_at")
        yield from legal_basis_rules(v, given)
        yield from sender_rules(v)
        yield from item_rules(v, given)


class ActIn(Input):
    """What the sender says of some items later on."""

    kind: ActKind = Field(title="What happened", json_schema_extra={"x-widget": "radio"})
    occurred_at: When = Field(title="When it happened")
    reference: Reference | None = Field(
        None, title="Your reference", description="If it has a number of its own."
    )

    @classmethod
    def rules(cls, v: Any, given: Given) -> Iterator[Problem]:
        """Nothing that has yet to come is recorded."""
        yield from given.yet_to_come(v, "occurred_at")


class MonthCountIn(Input):
    """What a notifier counted in a month, by whatever way reports came and notices went."""

    received: Annotated[Whole, Field(ge=0)] = Field(title="Reports received")
    assessed: Annotated[Whole, Field(ge=0)] = Field(
        title="Reports assessed", description="Looked into, whatever the outcome."
    )
    sent: Annotated[Whole, Field(ge=0)] = Field(
        title="Notices sent", description="Through this portal and outside it."
    )
