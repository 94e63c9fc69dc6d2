"""The texts people type: one form for one text, nothing hidden in it, no locator (chairs C4)."""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator, StringConstraints
from pydantic_core import PydanticCustomError

from portal.entries.guards import JOINERS, KHMER_DIGITS, looks_like_locator, names_a_locator

LOOKS_LIKE_LOCATOR: Final = "looks-like-locator"
NOT_PLAIN_TEXT: Final = "not-plain-text"


def _clean(value: object) -> object:
    """One form for one text: composed letters, plain line ends, no spaces around."""
    if not isinstance(value, str):
        return value
    if value.isascii() and value.isprintable():
        return value.strip()
    text = unicodedata.normalize("NFC", value).replace("\r\n", "\n").replace("\t", " ").strip()
    if any(_is_hidden(c) for c in text):
        raise PydanticCustomError(NOT_PLAIN_TEXT, "holds characters that cannot be seen")
    return text


def _is_hidden(char: str) -> bool:
    if " " <= char <= "~" or char == "\n" or ord(char) in JOINERS:
        return False
    return unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def _refuse_locator(text: str) -> str:
    if looks_like_locator(text):
        raise PydanticCustomError(LOOKS_LIKE_LOCATOR, "looks like a locator")
    return text


def _reference(text: str) -> str:
    if names_a_locator(text):
        raise PydanticCustomError(LOOKS_LIKE_LOCATOR, "looks like a locator")
    if not _REFERENCE.fullmatch(text):
        raise PydanticCustomError("not-a-reference", "holds signs that a reference does not use")
    return text


def _one_line(value: object) -> object:
    cleaned = _clean(value)
    if not isinstance(cleaned, str):
        return cleaned
    if cleaned.isascii():
        return " ".join(cleaned.split())
    return " ".join(unicodedata.normalize("NFKC", cleaned).translate(KHMER_DIGITS).split())


def _pseudonym(text: str) -> str:
    if not _PSEUDONYM.fullmatch(text):
        raise PydanticCustomError("not-a-pseudonym", "is not a pseudonym such as S-0421")
    return text


# Letters, digits and the signs of order numbers; Khmer letters with their marks.
_REFERENCE: Final = re.compile(
    r"[A-Za-z0-9\u1780-\u17d3\u200b#(][A-Za-z0-9\u1780-\u17dd\u200b ./_#():-]*"
)
_PSEUDONYM: Final = re.compile(r"[A-Z]{1,3}-[0-9]{2,8}")

# The limits stand next to the type: pydantic then names them as limits of a text.
Reference = Annotated[
    str,
    StringConstraints(min_length=1, max_length=64),
    AfterValidator(_reference),
    BeforeValidator(_one_line),
]
"""A number somebody gave a case: at most 64 letters, digits and ``. / _ # ( ) : -``."""

ShortReference = Annotated[
    str,
    StringConstraints(min_length=1, max_length=40),
    AfterValidator(_reference),
    BeforeValidator(_one_line),
]
"""A version's label: as a reference, at most 40 characters."""

Note = Annotated[
    str,
    StringConstraints(min_length=1, max_length=300),
    AfterValidator(_refuse_locator),
    BeforeValidator(_clean),
]
"""Free text of at most 300 characters that describes no material and names no place."""

Pseudonym = Annotated[str, AfterValidator(_pseudonym), BeforeValidator(_one_line)]
"""A staff pseudonym such as ``S-0421``; the real name stays with the ISP."""

LongNote = Annotated[
    str,
    StringConstraints(min_length=1, max_length=2000),
    AfterValidator(_refuse_locator),
    BeforeValidator(_clean),
]
"""As a note, of at most 2,000 characters: what a side says before something adverse is decided."""
