"""The drawing in a row of annex A: a share as a bar, its minimum as a mark across it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup, escape

from portal.certificates.figures import percent, share

_WIDTH, _HEIGHT, _BAR, _WHOLE = 100, 16, 8, 1000
_ROOM, _ENOUGH, _SHORT, _MINIMUM = "#e3eaed", "#0b4f6c", "#c08a2e", "#9b1c1c"


def bar(indicator: Mapping[str, Any]) -> Markup:
    """An SVG of one indicator's share, whose title tells it in figures; nothing where none is."""
    if not indicator["denominator"]:
        return Markup("")
    tenths, minimum = indicator["tenths"], indicator["minimum_tenths"]
    told = share(indicator) if minimum is None else f"{share(indicator)} (≥ {percent(minimum)})"
    enough = minimum is None or tenths >= minimum
    top = (_HEIGHT - _BAR) / 2
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH + 1} {_HEIGHT}">',
        f"<title>{escape(told)}</title>",
        _rectangle(_WHOLE, top, _ROOM),
        _rectangle(tenths, top, _ENOUGH if enough else _SHORT),
        "" if minimum is None else _mark(minimum),
        "</svg>",
    ]
    return Markup("".join(parts))  # nosec B704  # noqa: S704 - our own shapes; the text is escaped


def _rectangle(tenths: int, top: float, colour: str) -> str:
    width = _WIDTH * tenths / _WHOLE
    return f'<rect x="0" y="{top:.0f}" width="{width:.1f}" height="{_BAR}" fill="{colour}"/>'


def _mark(minimum: int) -> str:
    x = _WIDTH * minimum / _WHOLE
    return (
        f'<line x1="{x:.1f}" x2="{x:.1f}" y1="1" y2="{_HEIGHT - 1}"'
        f' stroke="{_MINIMUM}" stroke-width="1.6"/>'
    )
