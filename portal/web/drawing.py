"""Which input draws which field of a model."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any, NamedTuple

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from wtforms.validators import Optional

from portal.intake.uploads import Spool
from portal.web import choices, inputs
from portal.web.words import title_of

Choices = Sequence[tuple[str, str]]
RADIO_LIMIT = 5
_SECRETS = {"current-password": inputs.Secret, "new-password": inputs.NewSecret}


class _Shape(NamedTuple):
    """What a model's field holds; whether it may be empty, be left out, or hold several."""

    kind: Any
    optional: bool = False
    many: bool = False
    required: bool = True
    widget: str = ""


def field_of(model: type[BaseModel], name: str, info: FieldInfo, offered: Choices | None) -> Any:
    """The input of one field; ``offered`` are choices known only at run time."""
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    shape = _shape(info.annotation)._replace(
        required=info.is_required(), widget=str(extra.get("x-widget", ""))
    )
    common: dict[str, Any] = {
        "label": inputs.later(title_of, model, name),
        "description": inputs.later(inputs.said, info.description or ""),
        "render_kw": _longest(info) if shape.kind is str else {},
        # Says no more than "may be left empty": the rules are the model's.
        "validators": [] if info.is_required() or shape.kind is bool else [Optional()],
    }
    if offered is None and typing.get_origin(shape.kind) is typing.Literal:
        offered = choices.named(typing.get_args(shape.kind))
    if offered is None and isinstance(shape.kind, type) and issubclass(shape.kind, Enum):
        offered = choices.named(list(shape.kind))
    if shape.widget == "hidden":
        return inputs.Hidden(**common)
    if shape.widget in _SECRETS:
        return _SECRETS[shape.widget](**common)
    return _plain(shape, common) if offered is None else _chooser(shape, offered, common)


def _plain(shape: _Shape, common: dict[str, Any]) -> Any:
    if shape.kind is bool:
        asks = shape.required or shape.optional
        return choices.YesNo(**common) if asks else inputs.Tick(**common)
    if shape.widget == "textarea":
        return inputs.LongText(**common)
    made = {
        datetime: inputs.Moment,
        date: inputs.Day,
        int: inputs.WholeNumber,
        str: inputs.Text,
        bytes: inputs.Upload,
        Spool: inputs.Upload,
    }.get(shape.kind)
    if made is None:
        msg = f"no input for {shape.kind!r}"
        raise TypeError(msg)
    return made(**common)


def _chooser(shape: _Shape, offered: Choices, common: dict[str, Any]) -> Any:
    if shape.many:
        return choices.Several(choices=offered, **common)
    few = len(offered) <= RADIO_LIMIT
    if shape.widget == "radio" or (few and shape.widget != "select"):
        return choices.OneOf(choices=offered, blank=shape.optional or not shape.required, **common)
    return choices.Pick(choices=offered, **common)


def _longest(info: FieldInfo) -> dict[str, Any]:
    limits = [getattr(rule, "max_length", None) for rule in _rules(info.annotation, info.metadata)]
    return {"maxlength": limit} if (limit := next(filter(None, limits), None)) else {}


def _rules(annotation: Any, known: Iterable[Any] = ()) -> list[Any]:
    """What the annotations say about a value, inside an optional one, too."""
    inner = typing.get_args(annotation) if typing.get_origin(annotation) else ()
    own = [*known, *getattr(annotation, "__metadata__", ())]
    return own + [rule for part in inner for rule in _rules(part)]


def _shape(annotation: Any) -> _Shape:
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return _shape(inner[0])
    if origin in (typing.Union, types.UnionType):
        return _shape(next(a for a in inner if a is not type(None)))._replace(optional=True)
    if origin in (list, set, tuple, frozenset):
        return _Shape(_shape(inner[0]).kind, many=True)
    return _Shape(annotation)
