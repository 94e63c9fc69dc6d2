"""The inputs of a form: each keeps what was typed as typed, and hands it on as it is meant."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any, ClassVar

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString
from wtforms import (  # type: ignore[attr-defined] # the stubs know no SelectChoice yet
    BooleanField,
    Field,
    FileField,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.widgets import CheckboxInput, DateInput, DateTimeLocalInput, ListWidget

from portal.web.labels import label
from portal.web.session import zone

NOT_STATED = "-"


def later(words: Callable[..., str], *given: Any) -> LazyString:
    """A text made in the reader's language, when it is shown."""
    return LazyString(words, *given)


def said(text: str) -> str:
    """A text in the reader's language; empty stays empty."""
    return gettext(text) if text else ""


def plain_digits(text: str) -> str:
    """A text with the digits of whatever script as 0 to 9."""
    return "".join(str(unicodedata.decimal(sign, sign)) for sign in text)


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


class _Drawn:
    """What a template needs to draw an input so that everybody can read it."""

    id: str
    description: Any
    errors: Any
    look: ClassVar[str] = "form-control"
    extra: ClassVar[dict[str, str]] = {}

    def described_by(self) -> str:
        """The ids of the hint and of the errors, where there are any."""
        parts = {"hint": self.description, "error": self.errors}
        return " ".join(f"{self.id}-{part}" for part, there in parts.items() if there)

    def attributes(self) -> dict[str, str]:
        """Looks, hint and errors as attributes of the element."""
        drawn = {"class": self.look, **self.extra}
        if about := self.described_by():
            drawn["aria-describedby"] = about
        if self.errors:
            drawn |= {"class": f"{self.look} is-invalid", "aria-invalid": "true"}
        return drawn


class Text(_Drawn, StringField):
    """One line of text."""

    def given(self) -> Any:
        """What goes to the model; None where nothing was typed."""
        return (self.data or "").strip() or None


class LongText(Text, TextAreaField):
    """Several lines of text."""

    extra: ClassVar[dict[str, str]] = {"rows": "4"}


class Hidden(Text, HiddenField):
    """A value the page carries along."""


class WholeNumber(Text):
    """A whole number, in the digits of any script."""

    extra: ClassVar[dict[str, str]] = {"inputmode": "numeric"}

    def given(self) -> Any:
        typed = super().given()
        return plain_digits(typed).replace(",", "") if typed else typed


class Upload(_Drawn, FileField):
    """A small file; its bytes for the model."""

    def given(self) -> bytes | None:
        """The file's bytes; None where none was chosen."""
        return self.data.read() or None if self.data else None


class Day(Text):
    """A day."""

    widget = DateInput()

    def _value(self) -> str:
        known: Any = self.data
        return known.isoformat() if isinstance(known, date) else str(known or "")

    def given(self) -> Any:
        typed = super().given()
        return plain_digits(typed) if typed else typed


class Moment(Text):
    """A day and time on the clocks of the zone; an aware instant for the model."""

    widget = DateTimeLocalInput()
    extra: ClassVar[dict[str, str]] = {"step": "any"}

    def _value(self) -> str:
        known: Any = self.data
        if not isinstance(known, datetime):
            return str(known or "")
        local = known.astimezone(zone()).replace(tzinfo=None)
        exact = "milliseconds" if local.microsecond else "seconds" if local.second else "minutes"
        return local.isoformat(timespec=exact)

    def given(self) -> Any:
        typed = super().given()
        if not typed:
            return None
        try:
            moment = datetime.fromisoformat(plain_digits(typed))
        except ValueError:
            return typed
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone())).astimezone(UTC)


class Tick(_Drawn, BooleanField):
    """A box to tick; not ticked is no."""

    look = "form-check-input"

    def given(self) -> bool:
        """Whether it was ticked."""
        return bool(self.data)


class _Chosen(_Drawn):
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


def is_hidden(field: Field) -> bool:
    """Whether nobody sees the field (the token against forged requests among them)."""
    return isinstance(field, HiddenField)


def focus_of(field: Field) -> str:
    """The id of the element a link to the field must point to."""
    return f"{field.id}-0" if isinstance(field, RadioField | SelectMultipleField) else str(field.id)
