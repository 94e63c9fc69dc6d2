"""Limits and minima as a paper writes them, in Khmer and English."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from portal.certificates.khmer import digits
from portal.certificates.measures import GROUPS, MEASURED
from portal.certificates.words import Words, words_for

NONE = Words("–", "–")
_TIED = "\u00a0"  # a number and its unit stay on one line
_MINUTE, _HOUR, _DAY, _WEEK = 60, 3600, 86_400, 604_800
_WHOLE = 1000
Row = Mapping[str, Any]


def limits_in_words(thresholds: Sequence[Row]) -> Words:
    """All that was asked for one obligation; each policy version apart where they differ.

    ``priority 1 ≤ 1 h, 2 ≤ 48 h, 3 ≤ 72 h; ≥ 95 %``: the time allowed, then the least share.
    """
    told = {
        version: _of_a_version(list(rows))
        for version, rows in groupby(thresholds, key=lambda row: row["policy"])
    }
    if not told:
        return NONE
    if len(set(told.values())) == 1:
        return next(iter(told.values()))
    return _joined("; ", (Words(f"{digits(v)}៖ {w.km}", f"{v}: {w.en}") for v, w in told.items()))


def duration(seconds: int) -> Words:
    """A span as it was set: ``30 min``, ``48 h``, ``14 d``; days from a week on."""
    if seconds >= _WEEK and seconds % _DAY == 0:
        number, km, en = seconds // _DAY, "ថ្ងៃ", "d"
    elif seconds % _HOUR == 0:
        number, km, en = seconds // _HOUR, "ម៉ោង", "h"
    else:
        number, km, en = -(-seconds // _MINUTE), "នាទី", "min"
    return Words(f"{digits(number)}{_TIED}{km}", f"{number}{_TIED}{en}")


def least(tenths: int) -> Words:
    """A minimum: ``≥ 95 %``, ``≥ 99.5 %``; ``100 %`` for all."""
    number = f"{tenths // 10}.{tenths % 10}".removesuffix(".0")
    sign = "" if tenths == _WHOLE else f"≥{_TIED}"
    return Words(f"{sign}{digits(number)}{_TIED}%", f"{sign}{number}{_TIED}%")


def _of_a_version(rows: list[Row]) -> Words:
    by_indicator = [list(of) for _, of in groupby(rows, key=lambda row: row["indicator"])]
    named = len(by_indicator) > 1
    alike = groupby(by_indicator, key=lambda of: {row["minimum_tenths"] for row in of})
    return _joined("; ", (_alike(list(of), named=named) for _, of in alike))


def _alike(indicators: list[list[Row]], *, named: bool) -> Words:
    """Indicators with the same minima: each one's limit, and the minimum once."""
    if indicators[0][0]["due_day"]:
        day = indicators[0][0]["due_day"]
        return Words(f"ត្រឹមថ្ងៃទី{digits(day)} នៃខែបន្ទាប់", f"by day {day} of the month after")
    spans = groupby(indicators, key=lambda rows: [row["limit_s"] for row in rows])
    told = [_time(list(alike), named=named) for _, alike in spans]
    share = _by_group(indicators[0], "minimum_tenths", least, GROUPS)
    times = [_joined(", ", [one for one in told if one.en])] if any(w.en for w in told) else []
    return _joined("; " if indicators[0][0]["limit_s"] else " ", [*times, share])


def _time(indicators: list[list[Row]], *, named: bool) -> Words:
    """The time that some indicators are allowed alike; without one, what is counted."""
    rows = indicators[0]
    names = [words_for(MEASURED, of[0]["indicator"].split(".", 1)[1]) for of in indicators]
    if not rows[0]["limit_s"]:
        return _joined(", ", names) if len(rows) == 1 else Words("", "")
    span = _by_group(rows, "limit_s", _at_most, {})
    return _joined(" ", [_joined(", ", names), span]) if named else span


def _at_most(seconds: int) -> Words:
    span = duration(seconds)
    return Words(f"≤{_TIED}{span.km}", f"≤{_TIED}{span.en}")


def _by_group(
    rows: list[Row], key: str, written: Callable[[int], Words], names: dict[str, Words]
) -> Words:
    """One value for all, or each group's own; groups that share the commonest are ``others``."""
    values = [row[key] for row in rows]
    if len(set(values)) == 1:
        return written(values[0])
    if not names:
        return _by_priority(rows, key, written)
    common = max(sorted(set(values)), key=values.count)
    apart = [
        _joined(" ", [words_for(names, row["group"]), written(row[key])])
        for row in rows
        if row[key] != common
    ]
    return _joined(", ", [*apart, _joined(" ", [Words("អ្នកដទៃ", "others"), written(common)])])


def _by_priority(rows: list[Row], key: str, written: Callable[[int], Words]) -> Words:
    told = []
    for value, alike in groupby(rows, key=lambda row: row[key]):
        numbers = [str(row["group"])[1] for row in alike]
        span = "–".join(dict.fromkeys((numbers[0], numbers[-1])))
        told.append(_joined(" ", [Words(digits(span), span), written(value)]))
    return _joined(" ", [Words("អាទិភាព", "priority"), _joined(", ", told)])


def _joined(separator: str, parts: Iterable[Words]) -> Words:
    found = list(parts)
    return Words(separator.join(one.km for one in found), separator.join(one.en for one in found))
