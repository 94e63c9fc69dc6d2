"""Khmer on paper: words that may break, digits, months and days."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import cast
from zoneinfo import ZoneInfo

from khmercut import tokenize
from markupsafe import Markup, escape

BREAK = "\u200b"  # zero-width space: Pango finds no line break inside Khmer text of its own
_DIGITS = str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩")
_OPENING, _CLOSING = " («“[/", " ។៕៖ៗ,.;:)»”%]/!?"
_SUBSCRIPT = "\u17d2"
_DEPENDENT = re.compile("[\u17b4-\u17d3\u17dd]")  # vowels, signs and subscripts: no word begins so
_LETTER = re.compile("[\u1780-\u17ff]")
_KHMER = re.compile("[\u1780-\u17ff]+(?:[ \u1780-\u17ff]*[\u1780-\u17ff])?")

MONTHS_KM = (
    "មករា", "កុម្ភៈ", "មីនា", "មេសា", "ឧសភា", "មិថុនា",
    "កក្កដា", "សីហា", "កញ្ញា", "តុលា", "វិច្ឆិកា", "ធ្នូ",
)  # fmt: skip
MONTHS_EN = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def has_khmer(text: str) -> bool:
    """True if a letter of the text is Khmer."""
    return _LETTER.search(text) is not None


@lru_cache(maxsize=4096)
def breakable(text: str) -> str:
    """The text with a zero-width space between Khmer words; nothing else is changed.

    Never before a sign that closes (``។ ៕ ៖ ៗ % )``) nor after one that opens, and never inside a
    syllable, whatever the segmenter takes for a word.
    """
    return _KHMER.sub(lambda run: _joined(run[0]), text)


def _joined(run: str) -> str:
    out = ""
    for word in cast("list[str]", tokenize(run)):
        if out and _may_break(out[-1], word[0]):
            out += BREAK
        out += word
    return out


def _may_break(before: str, after: str) -> bool:
    if before in _OPENING or after in _CLOSING:
        return False
    return before != _SUBSCRIPT and _DEPENDENT.match(after) is None


def km(text: str) -> Markup:
    """Khmer text for a page: escaped, breakable, marked as Khmer."""
    return Markup('<span class="km" lang="km">{}</span>').format(breakable(text))


def en(text: str) -> Markup:
    """English text for a page: escaped, marked as English."""
    return Markup('<span class="en" lang="en">{}</span>').format(text)


def both(khmer: str, english: str) -> Markup:
    """The two languages side by side, Khmer first."""
    return km(khmer) + escape(" ") + en(english)


def digits(number: object) -> str:
    """A number in Khmer digits."""
    return str(number).translate(_DIGITS)


def instant(text: str) -> datetime:
    """An aware UTC instant from its RFC 3339 text (``2026-11-20T03:00:00Z``)."""
    return datetime.fromisoformat(text).astimezone(UTC)


def day_km(day: date) -> str:
    """``ថ្ងៃទី២០ ខែវិច្ឆិកា ឆ្នាំ២០២៦``."""
    return f"ថ្ងៃទី{digits(day.day)} ខែ{MONTHS_KM[day.month - 1]} ឆ្នាំ{digits(day.year)}"


def day_en(day: date) -> str:
    """``20 November 2026``."""
    return f"{day.day} {MONTHS_EN[day.month - 1]} {day.year}"


def month_km(day: date) -> str:
    """``ខែតុលា ឆ្នាំ២០២៦``."""
    return f"ខែ{MONTHS_KM[day.month - 1]} ឆ្នាំ{digits(day.year)}"


def month_en(day: date) -> str:
    """``October 2026``."""
    return f"{MONTHS_EN[day.month - 1]} {day.year}"


def local(text: str, zone: ZoneInfo) -> datetime:
    """An instant on the clocks of the zone."""
    return instant(text).astimezone(zone)


def moment(text: str, zone: ZoneInfo) -> str:
    """``10 November 2026, 16:59`` on the clocks of the zone."""
    at = local(text, zone)
    return f"{day_en(at.date())}, {at:%H:%M}"


def moments(text: str, zone: ZoneInfo) -> tuple[str, str]:
    """The same in Khmer and in English."""
    at = local(text, zone)
    return f"{day_km(at.date())} ម៉ោង {digits(f'{at:%H:%M}')}", moment(text, zone)


def spoken(text: str | None) -> tuple[str, str] | None:
    """A text and the language that most readers would say it is in."""
    return None if text is None else (text, "km" if has_khmer(text) else "en")
