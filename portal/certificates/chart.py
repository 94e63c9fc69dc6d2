"""One drawing of the report: each indicator as a bar, its minimum as a mark across it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape

from portal.certificates.figures import percent, share

_WIDTH, _LEFT, _RIGHT, _ROW, _TOP, _BAR = 660, 286, 58, 15.5, 16, 7.5
_SCALE = _WIDTH - _LEFT - _RIGHT
_INK, _MUTED, _GRID = "#16242c", "#55646c", "#dbe3e6"
_ENOUGH, _SHORT, _MINIMUM = "#0b4f6c", "#c08a2e", "#9b1c1c"


def shares_drawing(indicators: Sequence[Mapping[str, Any]], titles: Mapping[str, str]) -> Markup:
    """An SVG of the indicators that have a share; its title tells all values in words.

    ``titles`` are the Khmer titles of the obligations by code.
    """
    drawn = [one for one in indicators if one["tenths"] is not None and one["denominator"]]
    height = _TOP + _ROW * len(drawn) + 6
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height:.0f}">',
        f"<title>{escape(_in_words(drawn))}</title>",
        f'<g font-family="Noto Sans, Noto Sans Khmer" font-size="8.4" fill="{_INK}">',
        *(_grid(at, height) for at in range(0, 101, 20)),
        *(
            _bar(one, _TOP + _ROW * row, titles.get(one["obligation"] or "", ""))
            for row, one in enumerate(drawn)
        ),
        "</g></svg>",
    ]
    return Markup("".join(parts))  # noqa: S704 - our own shapes; texts are escaped


def _in_words(drawn: Sequence[Mapping[str, Any]]) -> str:
    facts = "; ".join(
        f"{one['code']} {share(one)}, minimum {percent(one['minimum_tenths'])}" for one in drawn
    )
    return f"Share in limit by indicator: {facts}."


def _x(tenths: int) -> float:
    return _LEFT + _SCALE * tenths / 1000


def _grid(at: int, height: float) -> str:
    x = _x(at * 10)
    return (
        f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP - 5}" y2="{height - 4:.1f}"'
        f' stroke="{_GRID}" stroke-width=".6"/>'
        f'<text x="{x:.1f}" y="8" font-size="7" text-anchor="middle" fill="{_MUTED}">{at}</text>'
    )


def _bar(one: Mapping[str, Any], y: float, title: str) -> str:
    minimum = one["minimum_tenths"]
    colour = _SHORT if minimum is not None and one["tenths"] < minimum else _ENOUGH
    base = y + _BAR
    mark = "" if minimum is None else (
        f'<line x1="{_x(minimum):.1f}" x2="{_x(minimum):.1f}" y1="{y - 1:.1f}"'
        f' y2="{y + _BAR + 3:.1f}" stroke="{_MINIMUM}" stroke-width="1.3"/>'
    )  # fmt: skip
    return (
        f'<text x="0" y="{base:.1f}" font-size="7" fill="{_MUTED}">{escape(one["code"])}</text>'
        f'<text x="{_LEFT - 7}" y="{base:.1f}" text-anchor="end">{escape(title)}</text>'
        f'<rect x="{_LEFT}" y="{y + 1:.1f}" width="{_x(one["tenths"]) - _LEFT:.1f}"'
        f' height="{_BAR}" fill="{colour}"/>{mark}'
        f'<text x="{_WIDTH}" y="{base:.1f}" text-anchor="end" font-weight="600">'
        f"{escape(share(one))}</text>"
    )
