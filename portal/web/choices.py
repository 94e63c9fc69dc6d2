"""Inputs that offer choices: codes with their names, yes and no, several of a few."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import RadioField, SelectChoice, SelectField, SelectMultipleField  # type: ignore[attr-defined] # the stubs know no SelectChoice yet
from wtforms.widgets import CheckboxInput, ListWidget

from portal.web.inputs import Drawn
from portal.web.labels import label

NOT_STATED = "-"


class LaterChoices(Sequence[tuple[str, str]]):
    """Choices whose labels are made in the reader's language, when the form is made."""

    def __init__(self, made: Callable[[], Sequence[tuple[str, str]]]) -> None:
        self._made = made

    def __getitem__(self, index: Any) -> Any:
        return self._made()[index]

    def __len__(self) -> int:
        return len(self._made())

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._made())


def named(codes: Sequence[Any]) -> LaterChoices:
    """Codes as choices, each with its name in the reader's language."""
    return LaterChoices(lambda: [(str(code), label(code)) for code in codes])


class _Chosen(Drawn):
    data: Any

    def given(self) -> Any:
        """The value chosen; None where none was."""
        return self.data or None


def _codes(
    offered: Sequence[tuple[str, str]], *blank: tuple[str, Any]
) -> Callable[[], list[SelectChoice]]:
    """The choices when the form is made; those of ``blank`` mean that nothing is chosen."""

    def made() -> list[SelectChoice]:
        return [SelectChoice(value=code, label=str(name)) for code, name in (*blank, *offered)]

    return made


def _text(value: Any) -> str:
    return "" if value is None else str(value)


class Pick(_Chosen, SelectField):
    """One of many, from a list that opens."""

    look = "form-select"

    def __init__(self, *, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        codes = _codes(choices, ("", _("Choose")))
        super().__init__(choices=codes, coerce=_text, validate_choice=False, **kwargs)


class OneOf(_Chosen, RadioField):
    """One of few, all of them seen. Where none may be chosen, that is a choice of its own: a
    radio button cannot be taken back.
    """

    def __init__(self, *, choices: Sequence[tuple[str, str]], blank: bool, **kwargs: Any) -> None:
        codes = _codes(choices, *([(NOT_STATED, _("Not stated"))] if blank else []))
        super().__init__(choices=codes, coerce=_stated, validate_choice=False, **kwargs)

    def process_data(self, value: Any) -> None:
        """Show what is known already."""
        self.data = _stated(value)

    def given(self) -> Any:
        return None if self.data == NOT_STATED else super().given()


def _stated(value: Any) -> str:
    known = {None: NOT_STATED, True: "true", False: "false"}
    return known[value] if value in known else str(value)


class YesNo(OneOf):
    """Yes, no, or not stated."""

    def __init__(self, **kwargs: Any) -> None:
        offered = LaterChoices(lambda: [("true", gettext("Yes")), ("false", gettext("No"))])
        super().__init__(choices=offered, blank=True, **kwargs)


class Several(_Chosen, SelectMultipleField):
    """Any number of a few."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, *, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(choices=_codes(choices), coerce=_text, validate_choice=False, **kwargs)
