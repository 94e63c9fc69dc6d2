"""The drawing of annex B: how the open items of a month came to be, as steps up and down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from portal.certificates.words import Words

_WIDTH, _TOP, _FLOOR, _HEIGHT = 174.0, 6.0, 26.0, 36.0
_ENDS, _UP, _DOWN = "#0b4f6c", "#6b98a8", "#c08a2e"
_INTO = frozenset({"adjustments", "received", "transferred_in", "reopened"})
_WHOLE = frozenset({"opening", "closing"})


@dataclass(frozen=True)
class _Step:
    """One bar: from which level to which, and what it is called."""

    words: Words
    before: int
    after: int
    is_whole: bool

    @property
    def said(self) -> str:
        """Its figure: a level as it is, a change with its sign (adjustments go either way)."""
        change = self.after - self.before
        if self.is_whole or not change:
            return str(change)
        return f"+{change}" if change > 0 else f"−{-change}"

    @property
    def colour(self) -> str:
        if self.is_whole:
            return _ENDS
        return _UP if self.after >= self.before else _DOWN


def flow_drawing(rows: Sequence[Mapping[str, Any]]) -> Markup:
    """An SVG of the roll-forward: one bar a row (``name``, ``words``, ``count``), whose title tells
    all of it in figures. What comes in says ``+``, what leaves ``−``: colour is not alone.
    """
    steps = list(_steps(rows))
    most = max(1, *(max(step.before, step.after) for step in steps))
    wide = _WIDTH / len(steps)
    told = "; ".join(f"{step.words.en} {step.said}" for step in steps)
    parts = [
        f'<svg viewBox="0 0 {_WIDTH:.0f} {_HEIGHT:.0f}"><title>{escape(told)}</title>',
        *(_bar(step, (place + 0.5) * wide, wide * 0.6, most) for place, step in enumerate(steps)),
        f'<rect width="{_WIDTH:.0f}" y="{_FLOOR}" height=".2" fill="#c9d3d7"/></svg>',
    ]
    return Markup("".join(parts))  # nosec B704  # noqa: S704 - our own shapes; the texts are escaped


def _steps(rows: Sequence[Mapping[str, Any]]) -> Iterator[_Step]:
    level = 0
    for one in rows:
        whole = one["name"] in _WHOLE
        before = 0 if whole else level
        level = before + (one["count"] if one["name"] in _INTO | _WHOLE else -one["count"])
        yield _Step(one["words"], before, level, whole)


def _bar(step: _Step, middle: float, wide: float, most: int) -> str:
    high, low = (
        _FLOOR - (_FLOOR - _TOP) * max(0, level) / most
        for level in (max(step.before, step.after), min(step.before, step.after))
    )
    return (
        f'<rect x="{middle - wide / 2:.2f}" y="{high:.2f}" width="{wide:.2f}"'
        f' height="{max(low - high, 0.25):.2f}" fill="{step.colour}"/>'
        + _label(middle, high - 1.2, 2.5, "#16242c", step.said)
        + _label(middle, _FLOOR + 3.8, 2.2, "#16242c", step.words.km)
        + _label(middle, _FLOOR + 7, 2.0, "#55646c", step.words.en)
    )


def _label(x: float, y: float, size: float, colour: str, text: str) -> str:
    return (
        f'<text x="{x:.2f}" y="{y:.2f}" font-size="{size}" text-anchor="middle" fill="{colour}"'
        f' font-family="Noto Sans, Noto Sans Khmer">{escape(text)}</text>'
    )
