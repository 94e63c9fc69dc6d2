"""The one check, for very many inputs of text: each field's answer to a text is remembered.

What it says is what the model says, value by value and code by code (tests hold the two against
each other); it only asks a field again where a text is new to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Annotated, Any, Final, NamedTuple

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from portal.entries.inputs import Given, Input, Problem
from portal.policy.document import Policy

_MOST_KNOWN: Final = 10_000
_CONFIG: Final = ConfigDict(str_strip_whitespace=True, hide_input_in_errors=True)

Dress = Callable[[str, Any], tuple[Any, str]]
"""Of a field's value two forms that the caller wants of it."""


class Answer(NamedTuple):
    """What a field says to a text: its value, or what is wrong; and both forms of the value."""

    value: Any
    wrong: tuple[Problem, ...]
    stored: Any
    part: str


class Checked(NamedTuple):
    """What the check says to one input: the values by field (None for wrong ones), both forms of
    each, and every problem, in the order of the fields.
    """

    values: dict[str, Any]
    stored: dict[str, Any]
    parts: dict[str, str]
    wrong: list[Problem]


class _Seen:
    """What rules look at: the values as attributes."""


class Many:
    """The check of a model, on the clock of one act; ``dress`` makes of a field's value what the
    caller wants of it, once for each text. Fields in ``coded`` may be written in small letters.
    """

    def __init__(
        self,
        model: type[Input],
        *,
        now: datetime,
        policy: Policy,
        dress: Dress,
        coded: frozenset[str] = frozenset(),
    ) -> None:
        self._model, self._given, self._dress, self._coded = model, Given(now, policy), dress, coded
        self._context = {"now": now, "policy": policy}
        self._fields = _adapters(model)
        self._known: dict[str, dict[Any, Answer]] = {name: {} for name in self._fields}
        self._order = {name: place for place, name in enumerate(self._fields)}
        self._needed = {n for n, f in model.model_fields.items() if f.is_required()}
        self._values = {
            name: None if f.is_required() else f.get_default(call_default_factory=True)
            for name, f in model.model_fields.items()
        }
        dressed = {name: dress(name, value) for name, value in self._values.items()}
        self._stored = {name: one[0] for name, one in dressed.items()}
        self._parts = {name: one[1] for name, one in dressed.items()}

    def __call__(self, filled: dict[str, Any]) -> Checked:
        """Check one input: the texts of the fields that are filled."""
        filled = self._model.completed(filled, self._given)
        values, stored, parts = self._values.copy(), self._stored.copy(), self._parts.copy()
        wrong: list[Problem] = []
        known = self._known
        for name, text in filled.items():
            answer = known[name].get(text) or self._ask(name, text)
            values[name], problems, stored[name], parts[name] = answer
            if problems:
                wrong += problems
        if not self._needed <= filled.keys():
            wrong += [Problem(name, "missing") for name in self._needed - filled.keys()]
        if wrong:
            wrong.sort(key=self._place)
        seen: Any = _Seen()
        seen.__dict__ = values
        further = list(self._model.rules(seen, self._given))
        if further:
            wrong_by_itself = {problem.field for problem in wrong}
            wrong += [problem for problem in further if problem.field not in wrong_by_itself]
        return Checked(values, stored, parts, wrong)

    def columns(self, checked: Checked) -> Mapping[str, Any]:
        """The columns that a right input fills."""
        seen: Any = _Seen()
        seen.__dict__ = checked.values
        return self._model.columns(seen)

    def _ask(self, name: str, text: Any) -> Answer:
        try:
            said = text.strip().upper() if name in self._coded else text
            value = self._fields[name].validate_python(said, context=self._context)
            answer = Answer(value, (), *self._dress(name, value))
        except ValidationError as failure:
            answer = Answer(None, tuple(_problems(name, failure)), None, "")
        known = self._known[name]
        if len(known) >= _MOST_KNOWN:
            known.clear()
        known[text] = answer
        return answer

    def _place(self, problem: Problem) -> int:
        return self._order[problem.field or ""]


@cache
def _adapters(model: type[Input]) -> Mapping[str, TypeAdapter[Any]]:
    return {name: _adapter(field) for name, field in model.model_fields.items()}


def _adapter(field: FieldInfo) -> TypeAdapter[Any]:
    annotation: Any = field.annotation
    for rule in field.metadata:
        annotation = Annotated[annotation, rule]
    return TypeAdapter(annotation, config=_CONFIG)


def _problems(name: str, failure: ValidationError) -> Iterable[Problem]:
    for error in failure.errors(include_url=False, include_input=False):
        params = {key: value for key, value in error.get("ctx", {}).items() if key != "error"}
        yield Problem(name, error["type"], params)
