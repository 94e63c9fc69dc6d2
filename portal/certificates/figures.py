"""How figures are written on paper: whole numbers in, short words out, no floating point."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.certificates.khmer import digits
from portal.certificates.words import Words

NONE = "–"
FEW = 20  # fewer items than this are printed as "x of n" (chairs B6)
FEW_FOR_P90 = 10
_HOUR, _DAY, _WEEK = 3600, 86_400, 604_800


def percent(tenths: int | None) -> str:
    """``95.2 %`` from tenths of a per cent; a dash for none."""
    return NONE if tenths is None else f"{tenths // 10}.{tenths % 10} %"


def hours(seconds: int | None) -> str:
    """``5.4 h``, rounded half up; a dash for none."""
    if seconds is None:
        return NONE
    tenths = (seconds * 10 + _HOUR // 2) // _HOUR
    return f"{tenths // 10}.{tenths % 10} h"


def limit(seconds: int | None) -> str:
    """A time limit as it is set: ``14 d`` from a week on, ``48 h`` below."""
    if seconds is None:
        return NONE
    if seconds >= _WEEK and seconds % _DAY == 0:
        return f"{seconds // _DAY} d"
    return f"{seconds // _HOUR} h" if seconds % _HOUR == 0 else hours(seconds)


def share(indicator: Mapping[str, Any]) -> str:
    """The figure of an indicator: a per cent, ``x of n`` where items are few, ``n/a`` for none."""
    if not indicator["denominator"]:
        return "n/a"
    if indicator["denominator"] < FEW:
        return few(indicator).en
    return percent(indicator["tenths"])


def few(indicator: Mapping[str, Any]) -> Words:
    """``14 of 15``, in both languages (chairs B6)."""
    part, whole = indicator["numerator"], indicator["denominator"]
    return Words(f"{digits(part)} ក្នុង {digits(whole)}", f"{part} of {whole}")


def p90(indicator: Mapping[str, Any]) -> str:
    """The 90th percentile over closed items, which fewer than ten do not have."""
    if indicator["p90_s"] is None and 0 < indicator["n"] < FEW_FOR_P90:
        return f"n<{FEW_FOR_P90}"
    return hours(indicator["p90_s"])


def p90_with_open(indicator: Mapping[str, Any]) -> str:
    """The same with open items at their age: ``> 19.0 h`` where the rank falls on an open one."""
    at_least = "> " if indicator["p90_with_open_is_open"] else ""
    seconds = indicator["p90_with_open_s"]
    return NONE if seconds is None else f"{at_least}{hours(seconds)}"


def thousands(number: int) -> str:
    """``184 009``: digits in groups of three, with a space that does not break."""
    return f"{number:,}".replace(",", "\u00a0")
