"""The columns that a table of entries has, as a spreadsheet needs to know them."""

from __future__ import annotations

import enum
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from pydantic.fields import FieldInfo

from portal.entries.inputs import Input
from portal.intake.columns import NEVER_ASKED
from portal.policy.document import Policy

_YES_NO: Final = ("yes", "no")
_MOST: Final = 2**53


class Kind(enum.StrEnum):
    """What the cells of a column hold."""

    TEXT = "TEXT"
    WHOLE = "WHOLE"
    DAY = "DAY"
    MOMENT = "MOMENT"
    CODE = "CODE"
    CODES = "CODES"
    """Several codes, parted by spaces."""


@dataclass(frozen=True)
class Column:
    """A field as a column. ``codes`` are those it takes; a whole number lies from ``least`` to
    ``most``, a text has at most ``most`` signs (0: no limit is known).
    """

    field: str
    kind: Kind
    required: bool
    codes: tuple[str, ...] = ()
    least: int = 0
    most: int = 0


def layout_of(model: type[Input], policy: Policy) -> tuple[Column, ...]:
    """The columns of a model's table under a policy, in the order of its fields."""
    known = {
        "legal_basis": tuple(basis.code for basis in policy.legal_bases),
        "list_code": tuple(listed.code for listed in policy.permitted_lists),
    }
    return tuple(
        _column(name, field, known)
        for name, field in model.model_fields.items()
        if name not in NEVER_ASKED
    )


def codes_of(model: type[Input], field: str) -> tuple[str, ...]:
    """The codes that a field takes, but for those that a policy lists; none where it takes any."""
    return _column(field, model.model_fields[field], {}).codes


def _column(name: str, field: FieldInfo, known: Mapping[str, tuple[str, ...]]) -> Column:
    said = list(_said(field.annotation))
    kinds = [one for one in said if isinstance(one, type)]
    rules = [*field.metadata, *said]
    if name in known:
        return Column(name, Kind.CODE, field.is_required(), known[name])
    listed = next((one for one in kinds if issubclass(one, enum.Enum)), None)
    if listed is not None:
        kind = Kind.CODES if frozenset in kinds else Kind.CODE
        return Column(name, kind, field.is_required(), tuple(listed))
    if bool in kinds:
        return Column(name, Kind.CODE, field.is_required(), _YES_NO)
    if int in kinds:
        least, most = _bound(rules, "ge", 0), _bound(rules, "le", _MOST)
        return Column(name, Kind.WHOLE, field.is_required(), (), least, most)
    kind = Kind.MOMENT if datetime in kinds else Kind.DAY if date in kinds else Kind.TEXT
    longest = _bound(rules, "max_length", 0)
    return Column(name, kind, field.is_required(), (), 0, longest)


def _said(annotation: Any) -> Iterator[Any]:
    """The types and rules that an annotation is made of."""
    origin = typing.get_origin(annotation)
    if origin is None:
        yield annotation
        return
    yield origin
    for part in typing.get_args(annotation):
        yield from _said(part)


def _bound(rules: list[Any], name: str, otherwise: int) -> int:
    """What a rule says: by itself, or in a field or constraint that holds several."""
    for rule in rules:
        for one in (rule, *getattr(rule, "metadata", ())):
            if isinstance(found := getattr(one, name, None), int):
                return found
    return otherwise
