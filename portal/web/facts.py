"""What an entry or event says, field by field, as a reader expects it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from enum import Enum
from typing import Any, NamedTuple

from flask_babel import gettext as _
from pydantic import BaseModel

from portal.policy.document import Policy
from portal.registers.inputs_progress import PROGRESS_INPUTS
from portal.registers.register import Register
from portal.registers.takedowns import TakedownEvent
from portal.web.labels import label
from portal.web.language import local_day, local_time, number
from portal.web.nav import spoken
from portal.web.words import title_of

# Shown behind a content note, and never in lists (safety rule 10).
GUARDED = ("category", "harm", "assessment", "assessed_by", "media")
# Written by people: shown as written, never translated, never linked.
_VERBATIM = frozenset(
    {"own_ref", "source_ref", "reference", "staff_ref", "handled_by", "second_approver"}
    | {"session_ref", "version_label", "note", "content_digest", "hosting_country"}
)
_OF_THE_STEP = frozenset({"occurred_at", "action"})


class Fact(NamedTuple):
    """A field's title and what it says; ``verbatim`` is shown as somebody wrote it."""

    title: str
    text: str
    verbatim: bool


class Change(NamedTuple):
    """A field that a correction changed."""

    title: str
    before: str
    after: str


def facts_of(register: Register, row: Any, policy: Policy, names: Iterable[str]) -> list[Fact]:
    """The named fields of an entry."""
    return facts_about(register.input, row, policy, names)


def facts_about(
    model: type[BaseModel], row: Any, policy: Policy, names: Iterable[str]
) -> list[Fact]:
    """The named fields of whatever was typed into a model."""
    return [_fact(model, name, getattr(row, name), policy) for name in names]


def changes(register: Register, before: Any, after: Any, policy: Policy) -> list[Change]:
    """What a later version says differently."""
    return [
        Change(
            title_of(register.input, name),
            text_of(name, getattr(before, name), policy),
            text_of(name, getattr(after, name), policy),
        )
        for name in register.input.model_fields
        if getattr(before, name) != getattr(after, name)
    ]


def step_facts(event: TakedownEvent, policy: Policy, leave_out: Iterable[str] = ()) -> list[Fact]:
    """What an event says besides what happened and when; empty fields are left out."""
    model = PROGRESS_INPUTS.get(event.kind)
    if model is None:
        return []
    left_out = _OF_THE_STEP | {*leave_out}
    said = {name: getattr(event, name) for name in model.model_fields if name not in left_out}
    return [_fact(model, name, value, policy) for name, value in said.items() if value is not None]


def text_of(name: str, value: Any, policy: Policy) -> str:
    """A value in the reader's words; a dash for none."""
    if value is None:
        return "–"
    if name == "legal_basis":
        return _citation(value, policy)
    if name == "list_code":
        return next((x.name for x in policy.permitted_lists if x.code == value), str(value))
    if name in {"methods", "modules"}:
        return ", ".join(label(code) for code in value.split())
    return _plain(name, value)


def _plain(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, Enum):
        return label(value)
    if isinstance(value, datetime):
        return local_time(value)
    if isinstance(value, date):
        return local_day(value)
    if isinstance(value, bytes):
        return value.hex()
    plain = isinstance(value, int) and name not in {"serial", "reappearance_of", "refers_to"}
    return number(value) if plain else str(value)


def _citation(code: str, policy: Policy) -> str:
    for basis in policy.legal_bases:
        if basis.code == code:
            return basis.citation_km if spoken() == "km" else basis.citation_en
    return code


def _fact(model: type[BaseModel], name: str, value: Any, policy: Policy) -> Fact:
    return Fact(title_of(model, name), text_of(name, value, policy), name in _VERBATIM)
