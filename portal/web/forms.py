"""Forms drawn from the models that check them: one rule for page, file and programme."""

from __future__ import annotations

import typing
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Generic, TypeVar

from flask import abort, g
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from pydantic import BaseModel, ValidationError
from wtforms import Field

from portal.entries.guards import names_a_locator
from portal.web import inputs
from portal.web.drawing import Choices, field_of
from portal.web.pages import page
from portal.web.withheld import WITHHELD
from portal.web.words import Problem, errors_of

M = TypeVar("M", bound=BaseModel)
# What must not be stored is not shown again, either: this stands in its place (chairs B11).
NEVER_ECHOED = "looks-like-locator"
REMOVED = _("[removed: looks like a locator]")


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
        # What was withheld is not typed: left as it is, it stays withheld.
        nothing = (None, str(REMOVED), str(WITHHELD))
        return {name: value for name, value in given.items() if value not in nothing}

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
                self._blame(self[problem.field], problem)
            else:
                self.at_large.append(problem.text)

    def _blame(self, field: Field, problem: Problem) -> None:
        field.errors = [*field.errors, problem.text]
        # A locator in a field for something else (a number, a day) is refused as no number.
        if problem.code == NEVER_ECHOED or names_a_locator(str(field.data or "")):
            field.data = str(REMOVED)

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
        name: field_of(model, name, info, offered.get(name))
        for name, info in model.model_fields.items()
        if name not in set(leave_out)
    }
    return typing.cast(
        "type[ModelForm[M]]",
        type(f"{model.__name__}Form", (ModelForm,), {"model": model, **fields}),
    )
