"""The inputs of a form: each keeps what was typed as typed, and hands it on as it is meant."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, ClassVar

from flask_babel import gettext
from flask_babel.speaklater import LazyString
from werkzeug.datastructures import FileStorage
from wtforms import (
    BooleanField,
    Field,
    FileField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.widgets import DateInput, DateTimeLocalInput

from portal.intake.uploads import Spool
from portal.web.session import zone


def later(words: Callable[..., str], *given: Any) -> LazyString:
    """A text made in the reader's language, when it is shown."""
    return LazyString(words, *given)


def said(text: str) -> str:
    """A text in the reader's language; empty stays empty."""
    return gettext(text) if text else ""


def plain_digits(text: str) -> str:
    """A text with the digits of whatever script as 0 to 9."""
    return "".join(str(unicodedata.decimal(sign, sign)) for sign in text)


class Drawn:
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


_THOUSANDS = re.compile(r"(?<=\d)[,\s](?=\d{3}\b)")


class Text(Drawn, StringField):
    """One line of text."""

    def given(self) -> Any:
        """What goes to the model; None where nothing was typed."""
        # What the page proposed and nobody sent back is no text, and was not typed.
        return self.data.strip() or None if isinstance(self.data, str) else None


class Secret(Drawn, PasswordField):
    """The present password: taken to the letter, and never shown again."""

    extra: ClassVar[dict[str, str]] = {"autocomplete": "current-password"}

    def given(self) -> Any:
        """What goes to the model, as it was typed; None where nothing was typed."""
        return self.data or None


class NewSecret(Secret):
    """A password to be."""

    extra: ClassVar[dict[str, str]] = {"autocomplete": "new-password"}


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
        return _THOUSANDS.sub("", plain_digits(typed)) if typed else typed


class Upload(Drawn, FileField):
    """A file; for the model its bytes, or where it waits on the disk."""

    def given(self) -> bytes | Spool | None:
        """The file's bytes, or the spool that it went to; None where none was chosen."""
        # A text in its place is no file.
        if not isinstance(self.data, FileStorage):
            return None
        if isinstance(self.data.stream, Spool):
            return self.data.stream if self.data.stream.size else None
        return self.data.read() or None


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
        # A day alone is no moment: the model says so, as it does to a file.
        if not typed or ":" not in typed:
            return typed
        try:
            moment = datetime.fromisoformat(plain_digits(typed))
            return (moment if moment.tzinfo else moment.replace(tzinfo=zone())).astimezone(UTC)
        except (ValueError, OverflowError):
            # The model says what is wrong with it.
            return typed


class Tick(Drawn, BooleanField):
    """A box to tick; not ticked is no."""

    look = "form-check-input"

    def given(self) -> bool:
        """Whether it was ticked."""
        return bool(self.data)


def is_hidden(field: Field) -> bool:
    """Whether nobody sees the field (the token against forged requests among them)."""
    return isinstance(field, HiddenField)


def focus_of(field: Field) -> str:
    """The id of the element a link to the field must point to."""
    return f"{field.id}-0" if isinstance(field, RadioField | SelectMultipleField) else str(field.id)
