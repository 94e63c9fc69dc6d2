"""The forms of the registers: their groups of fields, their choices, what they begin with."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString
from pydantic import Field, create_model

from portal.entries.codes import CorrectionReason
from portal.entries.inputs import Input
from portal.policy.document import Policy
from portal.policy.queries import policy_at
from portal.registers.register import Register
from portal.web.drawing import Choices
from portal.web.facts import text_of
from portal.web.forms import ModelForm, form_for
from portal.web.labels import label
from portal.web.session import now, session

Groups = tuple[tuple[LazyString, tuple[str, ...]], ...]


def group_of(title: LazyString, names: str) -> tuple[LazyString, tuple[str, ...]]:
    """A group of fields of a page, under its title."""
    return title, tuple(names.split())


# Every field of a register's input, in the order of its page.
GROUPS: Mapping[str, Groups] = {
    "takedowns": (
        group_of(
            _("The notice"),
            "source_type source_ref item_no instrument legal_basis priority issued_at received_at",
        ),
        group_of(
            _("The item"),
            "service_role locator_kind hosting_country harm assessment assessed_by media"
            " reappearance_of",
        ),
        group_of(_("Your own handling"), "own_ref handled_by note"),
    ),
    "blocklists": (
        group_of(
            _("The issue"),
            "list_code list_kind update_kind transport version_label serial content_digest"
            " published_at fetched_at entries_total added removed",
        ),
        group_of(
            _("In your network"),
            "methods points_in_scope points_live applied_at subscribers_in_scope"
            " subscribers_covered stop_page",
        ),
        group_of(_("Test"), "test_result tested_at vantage_points"),
        group_of(_("Entries left out"), "malformed overblock_risk shared_hosting technical"),
        group_of(_("Your own handling"), "hits_blocked own_ref note"),
    ),
    "training": (
        group_of(
            _("The session"),
            "session_ref held_on module level provider mode language minutes funded_by",
        ),
        group_of(_("The person"), "staff_ref result exempt_until own_ref note"),
    ),
    "roster": (
        group_of(_("The person"), "staff_ref role_group handles_notices"),
        group_of(_("The days"), "joined_on from_on until_on own_ref"),
    ),
    "complaints": (
        group_of(_("The complaint"), "list_code method received_at own_ref"),
        group_of(_("What became of it"), "acknowledged_at decided_at outcome restored_at note"),
    ),
}

# What the next item of a notice, person of a session or issue of a list does not share.
_OWN = """
    own_ref note reappearance_of staff_ref result exempt_until from_on until_on joined_on
    update_kind version_label serial content_digest published_at fetched_at applied_at
    entries_total added removed malformed overblock_risk shared_hosting technical test_result
    tested_at vantage_points hits_blocked acknowledged_at decided_at outcome restored_at
"""
_OF_ONE_ENTRY = frozenset(_OWN.split())
_TO_VOID = {CorrectionReason.WRONGLY_RECORDED, CorrectionReason.DUPLICATE_FOUND}
# Their progress is later versions; that of takedown items is events.
_GOES_ON_BY_VERSIONS = {"blocklists", "complaints", "roster"}


def entry_form(
    register: Register, like: Any = None, instead: Mapping[str, Any] | None = None
) -> ModelForm[Input]:
    """The form of a new entry; ``like`` is an entry that lends it what usually stays the same, but
    for what is given ``instead``, such as what a release says.
    """
    policy = _policy()
    kind = form_for(register.input, choices=_choices(policy), leave_out=("category",))
    fields = register.input.model_fields.items()
    first = {name: field.default for name, field in fields if not field.is_required()}
    if "hosting_country" in register.input.model_fields:
        first["hosting_country"] = policy.calendar.country
    if like is not None:
        first |= _alike(register, like)
    first |= dict(instead or {})
    return kind(data=first, given={"now": now(), "policy": policy})


def correction_form(register: Register, row: Any) -> ModelForm[Input]:
    """The form of an entry's next version, filled with what stands."""
    policy = _policy()
    offered = {**_choices(policy), "reason": [(str(r), label(r)) for r in reasons(register)]}
    kind = form_for(_again(register.input), choices=offered, leave_out=("category",))
    stands = _stands(register, row)
    given = {"now": now(), "policy": policy}
    return kind(data={**stands, "expects": row.version}, given=given)


def entry_of(register: Register, typed: Input) -> Input:
    """The entry itself, out of what a correction's form took."""
    said = {name: getattr(typed, name) for name in register.input.model_fields}
    return register.input.model_construct(**said)


def reasons(register: Register) -> list[CorrectionReason]:
    """Why an entry of this register may get a later version."""
    left_out = set(_TO_VOID)
    if register.slug not in _GOES_ON_BY_VERSIONS:
        left_out.add(CorrectionReason.PROGRESS)
    return [reason for reason in CorrectionReason if reason not in left_out]


def _stands(register: Register, row: Any) -> dict[str, Any]:
    """What an entry says, as its form begins with it."""
    stands = {name: _typed(getattr(row, name)) for name in register.input.model_fields}
    if "methods" in stands:
        stands["methods"] = row.methods.split()
    return stands


def _alike(register: Register, row: Any) -> dict[str, Any]:
    lent = {n: v for n, v in _stands(register, row).items() if n not in _OF_ONE_ENTRY}
    if register.slug == "takedowns":
        lent["item_no"] = row.item_no + 1
    return lent


@cache
def _again(model: type[Input]) -> type[Input]:
    return create_model(
        f"{model.__name__}Again",
        __base__=model,
        expects=(int, Field(title="Version", json_schema_extra={"x-widget": "hidden"})),
        reason=(CorrectionReason, Field(title="Why the entry is corrected")),
    )


def _choices(policy: Policy) -> dict[str, Choices]:
    bases = [(x.code, text_of("legal_basis", x.code, policy)) for x in policy.legal_bases]
    lists = [(x.code, x.name) for x in policy.permitted_lists]
    return {"legal_basis": bases, "list_code": lists}


def _typed(value: Any) -> Any:
    return value.hex() if isinstance(value, bytes) else value


def _policy() -> Policy:
    return policy_at(session(), now()).policy
