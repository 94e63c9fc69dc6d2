"""The one check, for very many inputs of text: each field's answer to a text is remembered.

What it says is what the model says, value by value and code by code (tests hold the two against
each other); it only asks a field again where a text is new to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, Final, NamedTuple

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from portal.entries.inputs import Given, Input, Problem
from portal.policy.document import Policy

_MOST_KNOWN: Final = 10_000
_CONFIG: Final = ConfigDict(str_strip_whitespace=True, hide_input_in_errors=True)

Dress = Callable[[str, Any], Any]


class Answer(NamedTuple):
    """What a field says to a text: its value, or what is wrong; and the value as it is wanted."""

    value: Any
    wrong: tuple[Problem, ...]
    dressed: Any


class Checked(NamedTuple):
    """What the check says to one input: the values by field (None for wrong ones), the same as they
    are wanted, and every problem, in the order of the fields.
    """

    values: dict[str, Any]
    dressed: dict[str, Any]
    wrong: list[Problem]


class _Seen:
    """What rules look at: the values as attributes."""


class Many:
    """The check of a model, on the clock of one act; ``dress`` makes of a field's value what the
    caller wants of it, once for each text.
    """

    def __init__(self, model: type[Input], *, now: datetime, policy: Policy, dress: Dress) -> None:
        self._model, self._given, self._dress = model, Given(now, policy), dress
        self._context = {"now": now, "policy": policy}
        self._fields = {name: _adapter(f) for name, f in model.model_fields.items()}
        self._known: dict[str, dict[Any, Answer]] = {name: {} for name in self._fields}
        self._order = {name: place for place, name in enumerate(self._fields)}
        self._needed = {n for n, f in model.model_fields.items() if f.is_required()}
        self._defaults = {
            name: None if f.is_required() else f.get_default(call_default_factory=True)
            for name, f in model.model_fields.items()
        }
        self._undressed = {name: dress(name, value) for name, value in self._defaults.items()}

    def __call__(self, filled: dict[str, Any]) -> Checked:
        """Check one input: the texts of the fields that are filled."""
        filled = self._model.completed(filled, self._given)
        values, dressed = self._defaults.copy(), self._undressed.copy()
        wrong: list[Problem] = []
        for name, text in filled.items():
            try:
                answer = self._known[name][text]
            except KeyError:
                answer = self._ask(name, text)
            values[name], problems, dressed[name] = answer
            if problems:
                wrong += problems
        if not self._needed <= filled.keys():
            wrong += [Problem(name, "missing") for name in self._needed - filled.keys()]
        if wrong:
            wrong.sort(key=self._place)
        seen: Any = _Seen()
        seen.__dict__ = values
        wrong_by_itself = {problem.field for problem in wrong}
        wrong += [
            problem
            for problem in self._model.rules(seen, self._given)
            if problem.field not in wrong_by_itself
        ]
        return Checked(values, dressed, wrong)

    def columns(self, checked: Checked) -> Mapping[str, Any]:
        """The columns that a right input fills."""
        seen: Any = _Seen()
        seen.__dict__ = checked.values
        return self._model.columns(seen)

    def _ask(self, name: str, text: Any) -> Answer:
        try:
            value = self._fields[name].validate_python(text, context=self._context)
            answer = Answer(value, (), self._dress(name, value))
        except ValidationError as failure:
            answer = Answer(None, tuple(_problems(name, failure)), None)
        known = self._known[name]
        if len(known) >= _MOST_KNOWN:
            known.clear()
        known[text] = answer
        return answer

    def _place(self, problem: Problem) -> int:
        return self._order[problem.field or ""]


def _adapter(field: FieldInfo) -> TypeAdapter[Any]:
    annotation: Any = field.annotation
    for rule in field.metadata:
        annotation = Annotated[annotation, rule]
    return TypeAdapter(annotation, config=_CONFIG)


def _problems(name: str, failure: ValidationError) -> Iterable[Problem]:
    for error in failure.errors(include_url=False, include_input=False):
        params = {key: value for key, value in error.get("ctx", {}).items() if key != "error"}
        yield Problem(name, error["type"], params)
