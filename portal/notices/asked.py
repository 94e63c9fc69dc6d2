"""What notice and entry say alike of what was asked: the rules between sender, basis and item."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

from portal.entries.countries import COUNTRIES
from portal.entries.inputs import Given, Problem
from portal.notices.codes import Assessment, Assessor, Instrument, SourceType
from portal.policy.codes import Category, Priority, ServiceRole

_S = SourceType
GIVES_ORDERS = frozenset({_S.COURT, _S.POLICE, _S.REGULATOR, _S.MINISTRY})
SAYS_CHILD_IN_DANGER = GIVES_ORDERS | {_S.HOTLINE_NATIONAL, _S.HOTLINE_INHOPE_PEER}
FOUND_ILLEGAL = frozenset({Assessment.BASELINE, Assessment.NATIONALLY_ILLEGAL})


def _country(text: str) -> str:
    if text not in COUNTRIES:
        raise PydanticCustomError("not-a-country", "is no country code")
    return text


Country = Annotated[str, StringConstraints(to_upper=True), AfterValidator(_country)]


def with_category(data: dict[str, Any], given: Given) -> dict[str, Any]:
    """The data with the category of the legal basis, where only the basis was given."""
    category = _category_of(str(data.get("legal_basis")), given)
    # A basis that is not on the list is told of once, at the basis.
    return {"category": category or Category.CSAM, **data}


def _category_of(basis: str, given: Given) -> Category | None:
    for listed in given.policy.legal_bases:
        if listed.code == basis:
            return listed.category
    return None


def item_rules(v: Any, given: Given) -> Iterator[Problem]:
    """Where what is hosted stands, and who may have found it illegal."""
    country = given.policy.calendar.country
    if v.service_role == ServiceRole.HOSTING and v.hosting_country not in {None, country}:
        yield Problem("hosting_country", "hosted-elsewhere", {"country": country})
    if v.assessment in FOUND_ILLEGAL and v.assessed_by == Assessor.PROVIDER_UNVERIFIED:
        yield Problem("assessed_by", "assessment-needs-a-body")


def legal_basis_rules(v: Any, given: Given) -> Iterator[Problem]:
    """The legal basis is on the policy's closed list, and the category is its own."""
    if v.legal_basis is None:
        return
    category = _category_of(v.legal_basis, given)
    if category is None:
        yield Problem("legal_basis", "not-a-legal-basis")
    elif v.category not in {None, category}:
        yield Problem("category", "category-of-another-basis", {"category": category})


def sender_rules(v: Any) -> Iterator[Problem]:
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
