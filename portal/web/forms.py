"""Forms drawn from the models that check them: one rule for page, file and programme."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

from flask import abort, g
from flask_wtf import FlaskForm
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from wtforms import Field
from wtforms.validators import Optional

from portal.web import inputs
from portal.web.pages import page
from portal.web.words import Problem, errors_of, title_of

M = TypeVar("M", bound=BaseModel)
Choices = Sequence[tuple[str, str]]
RADIO_LIMIT = 5


class ModelForm(FlaskForm, Generic[M]):  # type: ignore[misc]
    """Fields for drawing and a token against forged requests; the rules are the model's.

    ``given`` is what the model is checked against (pydantic's validation context).
    """

    model: ClassVar[type[BaseModel]]

    def __init__(self, *args: Any, given: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.given = given
        self.value: M | None = None
        self.at_large: list[str] = []

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether the model takes what was typed; if so it is ``value``, else every error stands
        at its field.
        """
        if not super().validate(extra_validators):
            return False
        try:
            self.value = typing.cast(
                "M", self.model.model_validate(self.typed(), context=self.given)
            )
        except ValidationError as failure:
            self.blame(errors_of(self.model, failure))
        return self.value is not None

    def typed(self) -> dict[str, Any]:
        """What was typed, without the fields left empty."""
        given = {name: self[name].given() for name in self.model.model_fields if name in self}
        return {name: value for name, value in given.items() if value is not None}

    def checked(self, template: str, /, **context: Any) -> M:
        """What was typed, as the model's value; answers the request with the page again (422) if
        anything is wrong. A refusal later in the same request shows this page, too (409).
        """
        g.asked = (template, {"form": self, **context})
        if not self.validate_on_submit():
            abort(page(template, 422, form=self, **context))
        return typing.cast("M", self.value)

    def blame(self, problems: Iterable[Problem]) -> None:
        """Set each problem at its field, or above the form where it has none."""
        for problem in problems:
            if problem.field and problem.field in self:
                self[problem.field].errors = [*self[problem.field].errors, problem.text]
            else:
                self.at_large.append(problem.text)

    def problems(self) -> list[tuple[str, str]]:
        """Everything that is wrong: the input's id and the sentence, in the order of the page."""
        at_fields = [(inputs.focus_of(field), text) for field in self for text in field.errors]
        return [("", text) for text in self.at_large] + at_fields

    def encoding(self) -> str:
        """How a browser must send the form: files need an encoding of their own."""
        files = any(isinstance(field, inputs.Upload) for field in self)
        return "multipart/form-data" if files else "application/x-www-form-urlencoded"

    def drawn(self) -> list[Field]:
        """The visible fields in order."""
        return [field for field in self if not inputs.is_hidden(field)]

    def hidden(self) -> list[Field]:
        """The fields nobody sees, the token first."""
        return [field for field in self if inputs.is_hidden(field)]


def form_for(
    model: type[M], *, choices: Mapping[str, Choices] | None = None, leave_out: Iterable[str] = ()
) -> type[ModelForm[M]]:
    """The form class of a model: labels and hints from ``title`` and ``description``.

    ``choices`` turns fields into lists of (value, label) known only at run time; ``leave_out``
    names fields the page does not ask. A model may say ``json_schema_extra={"x-widget": ...}``:
    textarea, hidden, select or radio.
    """
    offered = choices or {}
    fields = {
        name: _field(model, name, info, offered.get(name))
        for name, info in model.model_fields.items()
        if name not in set(leave_out)
    }
    return typing.cast(
        "type[ModelForm[M]]",
        type(f"{model.__name__}Form", (ModelForm,), {"model": model, **fields}),
    )


class _Shape(NamedTuple):
    """What a model's field holds; whether it may be empty, be left out, or hold several."""

    kind: Any
    optional: bool = False
    many: bool = False
    required: bool = True
    widget: str = ""


def _field(model: type[BaseModel], name: str, info: FieldInfo, offered: Choices | None) -> Any:
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
    if typing.get_origin(shape.kind) is typing.Literal:
        offered = inputs.named(typing.get_args(shape.kind))
    if offered is None and isinstance(shape.kind, type) and issubclass(shape.kind, Enum):
        offered = inputs.named(list(shape.kind))
    if shape.widget == "hidden":
        return inputs.Hidden(**common)
    return _plain(shape, common) if offered is None else _chooser(shape, offered, common)


def _plain(shape: _Shape, common: dict[str, Any]) -> Any:
    if shape.kind is bool:
        asks = shape.required or shape.optional
        return inputs.YesNo(**common) if asks else inputs.Tick(**common)
    if shape.widget == "textarea":
        return inputs.LongText(**common)
    made = {
        datetime: inputs.Moment,
        date: inputs.Day,
        int: inputs.WholeNumber,
        str: inputs.Text,
        bytes: inputs.Upload,
    }.get(shape.kind)
    if made is None:
        msg = f"no input for {shape.kind!r}"
        raise TypeError(msg)
    return made(**common)


def _chooser(shape: _Shape, offered: Choices, common: dict[str, Any]) -> Any:
    if shape.many:
        return inputs.Several(choices=offered, **common)
    few = len(offered) <= RADIO_LIMIT
    if shape.widget == "radio" or (few and shape.widget != "select"):
        return inputs.OneOf(choices=offered, blank=shape.optional or not shape.required, **common)
    return inputs.Pick(choices=offered, **common)


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
