"""One check for all doors: a program's values go through the model of the page's form.

Beside it, what JSON tells apart and a form does not: a number is no text, and yes is no number.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, Final, TypeVar

from flask_babel import gettext
from pydantic import BaseModel, ValidationError

from portal.policy.queries import policy_at
from portal.web.api.problems import Fault, NotTaken
from portal.web.api.reading import words_for
from portal.web.session import now, session
from portal.web.words import errors_of, sentence, title_of

M = TypeVar("M", bound=BaseModel)
_JSON: Final[dict[type, str]] = {
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
    types.NoneType: "null",
}
_SAID: Final = {"boolean": "bool_type", "integer": "int_type", "array": "list_type"}
_MANY: Final = (frozenset, set, list, tuple)


def given() -> dict[str, Any]:
    """What inputs are checked against: the clock of this request and the policy in force."""
    return {"now": now(), "policy": policy_at(session(), now()).policy}


def checked(model: type[M], data: Any, place: str = "") -> M:
    """The model's value of some JSON. Raises NotTaken(invalid) with every fault, at ``place``."""
    value, faults = tried(model, data, given(), place)
    if value is None:
        raise NotTaken("invalid", faults)
    return value


def tried(
    model: type[M], data: Any, context: dict[str, Any], place: str = ""
) -> tuple[M | None, list[Fault]]:
    """The model's value, or (None) everything that is wrong with the data."""
    if not isinstance(data, dict):
        return None, [Fault("not-an-object", words_for("not-an-object"), place)]
    known, faults = data, list[Fault]()
    if not data.keys() <= kinds_of(model).keys():
        known = {name: value for name, value in data.items() if name in kinds_of(model)}
        faults.append(Fault("unknown-field", words_for("unknown-field"), place))
    value: M | None = None
    try:
        value = model.model_validate(known, context=context)
    except ValidationError as failure:
        faults += _found(model, failure, place)
    if wrong := _wrong_kinds(model, known):
        blamed = {fault.pointer for fault in faults}
        faults += [_of_kind(model, n, place) for n in wrong if f"{place}/{n}" not in blamed]
    return (None if faults else value), faults


def _found(model: type[BaseModel], failure: ValidationError, place: str) -> list[Fault]:
    problems = errors_of(model, failure)
    raw = failure.errors(include_url=False, include_input=False)
    return [
        Fault(
            problem.code,
            problem.text,
            place if problem.field is None else f"{place}/{problem.field}",
            params={name: told for name, told in error.get("ctx", {}).items() if name != "error"},
        )
        for problem, error in zip(problems, raw, strict=True)
    ]


def _wrong_kinds(model: type[BaseModel], data: Mapping[str, Any]) -> list[str]:
    kinds = kinds_of(model)
    wrong = []
    for name, value in data.items():
        found = _JSON[type(value)]
        if found == "number" and value.is_integer():
            found = "integer"
        if found not in kinds[name]:
            wrong.append(name)
    return wrong


def _of_kind(model: type[BaseModel], name: str, place: str) -> Fault:
    expected = next(kind for kind in kinds_of(model)[name] if kind != "null")
    code = _SAID.get(expected) or _text_code(model.model_fields[name].annotation)
    label = title_of(model, name)
    said = gettext("%(label)s: send a list.", label=label)
    text = said if code == "list_type" else sentence(code, label=label)
    return Fault(code, text, f"{place}/{name}")


def _text_code(annotation: Any) -> str:
    kinds = _leaves(annotation)
    if any(kind is datetime for kind in kinds):
        return "datetime_type"
    return "date_type" if any(kind is date for kind in kinds) else "string_type"


@cache
def kinds_of(model: type[BaseModel]) -> dict[str, tuple[str, ...]]:
    """What each field may be in JSON, by the names of JSON Schema."""
    return {
        name: tuple(dict.fromkeys(_kind(leaf) for leaf in _leaves(field.annotation)))
        for name, field in model.model_fields.items()
    }


def _leaves(annotation: Any) -> list[Any]:
    """The plain types that an annotation is made of; a list of something is one."""
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return _leaves(inner[0])
    if origin in {typing.Union, types.UnionType}:
        return [leaf for part in inner for leaf in _leaves(part)]
    return [origin if origin in {*_MANY, dict} else annotation]


def _kind(leaf: Any) -> str:
    if leaf in _MANY:
        return "array"
    return _JSON[leaf] if leaf in {bool, int, dict, types.NoneType} else "string"
