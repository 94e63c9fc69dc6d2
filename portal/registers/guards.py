"""What a text may be: no locator, nor a thing that hides one (chairs C4, data dictionary §2.1)."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator, StringConstraints
from pydantic_core import PydanticCustomError

LOOKS_LIKE_LOCATOR: Final = "looks-like-locator"
NOT_PLAIN_TEXT: Final = "not-plain-text"

KHMER_DIGITS: Final = str.maketrans("០១២៣៤៥៦៧៨៩", "0123456789")
_DOTS: Final = str.maketrans("。‧∙·", "....")
# Khmer needs these between its words and letters; they must not hide a locator, nor may the rest.
_JOINERS: Final = {0x200B: None, 0x200C: None, 0x200D: None, 0x00AD: None}

# Nothing below can match a text without one of these: it saves the work for almost every cell.
_SUSPICIOUS: Final = re.compile(
    r"[@:.+=\[\](){}<]|[^ -~\n]|\d(?:[ /-]?\d){7}|[a-z0-9]{20}|(?:[0-9a-f]{2}[ -]){2}"
    r"|dot|www|h\W{0,2}[tx*]",
    re.IGNORECASE,
)
# Each way of hiding a sign, and the sign that was meant; in this order.
_DISGUISES: Final = tuple(
    (re.compile(shape, re.IGNORECASE), meant)
    for shape, meant in (
        (r"\s*[\[({<]\s*(?:dot|d0t|\.|point)\s*[\])}>]\s*|\s*\\+\.\s*", "."),
        (r"\s*[\[({<]\s*(?:at|@)\s*[\])}>]\s*", "@"),
        (r"\s*[\[({<]\s*:\s*(//)?\s*[\])}>]\s*", r":\1"),
        (r"(?<=\w)\s*(?:\.|\sdot\s)\s*(?=(?:com|org|net|biz|onion|xyz|kh|th|vn|cn|ru|io)\b)", "."),
    )
)

# A label of Khmer letters ends no domain, and Khmer abbreviations are written with dots.
_TOP: Final = r"(?:xn--[a-z0-9-]+|[^\W\d_\u1780-\u17ff]{2,63})"
_LOCATORS: Final = (
    re.compile(r"[a-z][a-z0-9+.-]{1,20}:\s*//"),
    re.compile(r"\bh\W{0,2}[tx*]\W{0,2}[tx*]\W{0,2}p\W{0,2}s?\W{0,2}:"),
    re.compile(r"\b(?:data|mailto|tel|sip|magnet|javascript|blob|ipfs|tg|viber|whatsapp)\s*:\s*\S"),
    re.compile(r"\bwww\d?\s*\."),
    re.compile(rf"[^\W_](?:[\w-]{{0,62}})\.(?:[\w-]{{1,63}}\.)*{_TOP}(?![\w-]*\w)"),
    re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?!\d)"),
    re.compile(r"@"),
)
_COLONS: Final = re.compile(r"[0-9a-f.]*:[0-9a-f:.]*:[0-9a-f.]*")
_MAC_ADDRESS: Final = re.compile(r"(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}")

_DATES: Final = re.compile(
    r"(?<!\d)(?:(?:19|20)\d\d([-/.])\d{1,2}\1\d{1,2}|\d{1,2}([-/.])\d{1,2}\2(?:19|20)\d\d)(?!\d)"
    r"|(?<!\d)\d{1,2}:\d\d(?::\d\d)?(?!\d)"
)
_GAP: Final = r"[ ().\u00a0/-]{0,3}"
_DIALLED: Final = re.compile(rf"(?:\+|(?<!\d)00)\s?\d(?:{_GAP}\d){{6,14}}")
_HOME_NUMBER: Final = re.compile(rf"(?<!\d)(?:855{_GAP}|\(?0\)?)[1-9](?:{_GAP}\d){{6,8}}(?!\d)")
_LONE_NUMBER: Final = re.compile(rf"(?<![\w/-])\(?\d(?:{_GAP}\d){{7,14}}(?![\w/-])")

_ENCODED: Final = (re.compile(r"[a-z0-9]{32,}"), re.compile(r"(?:[0-9a-f]{2}[ :-]){15}[0-9a-f]{2}"))
_BASE64: Final = re.compile(
    r"[A-Za-z0-9+]{20,}={0,2}|[A-Za-z0-9+/_-]{40,}={0,2}|[A-Za-z0-9+/]{8,}={1,2}(?![\w=])"
)


def looks_like_locator(text: str) -> bool:
    """Whether a text holds something that could lead to material, a device, an account or a person.

    URLs, domains, IP addresses, e-mail, @handles, phone numbers, ``data:``, runs of base64 or
    hex; also written ``hxxp``, ``[.]``, `` dot com``, in full-width letters or Khmer digits. In
    doubt the answer is yes: a full stop without the space after it (``done.then``) is refused.
    """
    return _is_suspect(text, _LONE_NUMBER)


def names_a_locator(reference: str) -> bool:
    """As ``looks_like_locator``, for a field that is a reference: there a lone number is a number,
    unless it is dialled (+..., 00..., 855..., 0...).
    """
    return _is_suspect(reference, None)


def _is_suspect(text: str, lone_number: re.Pattern[str] | None) -> bool:
    if not _SUSPICIOUS.search(text):
        return False
    plain = _unmask(text)
    folded = plain.casefold()
    return (
        any(shape.search(folded) for shape in (*_LOCATORS, *_ENCODED))
        or _is_mixed_run(plain)
        or _is_address(folded)
        or _is_phone(folded, lone_number)
    )


def _unmask(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text.translate(_JOINERS)).translate(_DOTS)
    plain = plain.translate(KHMER_DIGITS)
    for disguise, meant in _DISGUISES:
        plain = disguise.sub(meant, plain)
    return plain


def _is_address(folded: str) -> bool:
    if _MAC_ADDRESS.search(folded):
        return True
    for found in _COLONS.finditer(folded):
        try:
            ipaddress.IPv6Address(found[0].rstrip("."))
        except ValueError:
            continue
        return True
    return False


def _is_phone(folded: str, lone_number: re.Pattern[str] | None) -> bool:
    undated = _DATES.sub(" / ", folded)
    shapes = (_DIALLED, _HOME_NUMBER, lone_number) if lone_number else (_DIALLED, _HOME_NUMBER)
    return any(shape.search(undated) for shape in shapes)


def _is_mixed_run(plain: str) -> bool:
    """Whether a long run mixes capitals, small letters and digits as encoded bytes do."""
    for found in _BASE64.finditer(plain):
        run = found[0]
        classes = (str.isupper, str.islower, str.isdigit)
        if run.endswith("=") or all(any(is_of(c) for c in run) for is_of in classes):
            return True
    return False


def _clean(value: object) -> object:
    """One form for one text: composed letters, plain line ends, no spaces around."""
    if not isinstance(value, str):
        return value
    text = unicodedata.normalize("NFC", value).replace("\r\n", "\n").replace("\t", " ").strip()
    if not (text.isascii() and text.isprintable()) and any(_is_hidden(c) for c in text):
        raise PydanticCustomError(NOT_PLAIN_TEXT, "holds characters that cannot be seen")
    return text


def _is_hidden(char: str) -> bool:
    if " " <= char <= "~" or char == "\n" or ord(char) in _JOINERS:
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
