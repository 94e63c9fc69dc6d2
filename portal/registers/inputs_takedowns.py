"""What is typed when a takedown item is recorded (takedown register, data dictionary §2.1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from portal.entries.countries import COUNTRIES
from portal.entries.inputs import Given, Input, Problem
from portal.entries.texts import Note, Pseudonym, Reference
from portal.entries.values import When, Whole
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

_S = SourceType
GIVES_ORDERS = frozenset({_S.COURT, _S.POLICE, _S.TRC, _S.MPTC})
SAYS_CHILD_IN_DANGER = GIVES_ORDERS | {_S.HOTLINE_NATIONAL, _S.HOTLINE_INHOPE_PEER}
FOUND_ILLEGAL = frozenset({Assessment.BASELINE, Assessment.NATIONALLY_ILLEGAL})


def _country(text: str) -> str:
    if text not in COUNTRIES:
        raise PydanticCustomError("not-a-country", "is no country code")
    return text


Country = Annotated[str, StringConstraints(to_upper=True), AfterValidator(_country)]


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
        title="Country of hosting", description="Two letters, such as KH; XX if unknown."
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
        bases = {basis.code: basis for basis in given.policy.legal_bases}
        basis = bases.get(str(data.get("legal_basis")))
        # A basis that is not on the list is told of once, at the basis.
        return {"category": basis.category if basis else Category.CSAM, **data}

    @classmethod
    def rules(cls, v: Any, given: Given) -> Iterator[Problem]:
        """The rules between the fields."""
        yield from given.yet_to_come(v, "issued_at", "received_at")
        if not given.in_order(v.issued_at, v.received_at):
            yield Problem("received_at", "received-before-issued")
        yield from _legal_basis(v, given)
        yield from _sender(v)
        if v.service_role == ServiceRole.HOSTING and v.hosting_country not in {
            None,
            given.policy.calendar.country,
        }:
            yield Problem(
                "hosting_country", "hosted-elsewhere", {"country": given.policy.calendar.country}
            )
        if v.assessment in FOUND_ILLEGAL and v.assessed_by == Assessor.PROVIDER_UNVERIFIED:
            yield Problem("assessed_by", "assessment-needs-a-body")


def _legal_basis(v: Any, given: Given) -> Iterator[Problem]:
    categories = {basis.code: basis.category for basis in given.policy.legal_bases}
    if v.legal_basis is None:
        return
    if v.legal_basis not in categories:
        yield Problem("legal_basis", "not-a-legal-basis")
    elif v.category not in {None, categories[v.legal_basis]}:
        yield Problem(
            "category", "category-of-another-basis", {"category": categories[v.legal_basis]}
        )


def _sender(v: Any) -> Iterator[Problem]:
    """What an order and priority 1 ask of whoever sent the notice (chairs C5)."""
    if v.instrument == Instrument.ORDER:
        if v.source_type not in GIVES_ORDERS | {None}:
            yield Problem("source_type", "orders-come-from-authorities")
        if v.source_ref is None:
            yield Problem("source_ref", "order-needs-its-reference")
    if v.priority == Priority.P1_CHILD_IN_DANGER:
        if v.source_type not in SAYS_CHILD_IN_DANGER | {None}:
            yield Problem("source_type", "danger-is-said-by-a-body")
        if v.source_ref is None and v.instrument != Instrument.ORDER:
            yield Problem("source_ref", "danger-needs-its-reference")
    own = (v.source_type == SourceType.OWN_INITIATIVE, v.instrument == Instrument.OWN_INITIATIVE)
    if None not in {v.source_type, v.instrument} and own[0] != own[1]:
        yield Problem("instrument", "own-initiative-is-both")
