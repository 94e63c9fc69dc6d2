"""What a text may be: no locator, nor a thing that hides one (chairs C4, data dictionary §2.1)."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from typing import Final

KHMER_DIGITS: Final = str.maketrans("០១២៣៤៥៦៧៨៩", "0123456789")
_DOTS: Final = str.maketrans("。‧∙·", "....")
# Khmer needs these between its words and letters; they must not hide a locator, nor may the rest.
JOINERS: Final = {0x200B: None, 0x200C: None, 0x200D: None, 0x00AD: None}

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

_UUID: Final = re.compile(
    r"(?<![\w-])[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}(?![\w-])",
    re.IGNORECASE,
)
_LENGTH_OF_UUID: Final = 36
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
    unless it is dialled (+..., 00..., 855..., 0...). A UUID (RFC 9562) is a number as well.
    """
    if len(reference) >= _LENGTH_OF_UUID:
        reference = _UUID.sub("#", reference)
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
    plain = unicodedata.normalize("NFKC", text.translate(JOINERS)).translate(_DOTS)
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
