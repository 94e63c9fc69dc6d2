"""The guilloche round a certificate: fine interlaced lines, computed once, drawn as PDF operators.

As an SVG background the same lines cost 150 ms a page; as one compressed form they cost nothing.
Units are millimetres from the top left corner of an A4 page.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from functools import cache
from math import cos, pi, sin

import pydyf

WIDTH, HEIGHT = 210.0, 297.0
POINT = 72 / 25.4
A4 = (0, 0, 595.28, 841.89)
_INSET, _BAND = 9.0, 1.9
_TEAL, _GOLD, _MIST, _WHITE = "0.043 0.31 0.424", "0.69 0.553 0.235", "0.925 0.952 0.957", "1 1 1"
_ROUND = 0.55228  # how far the handles of a quarter circle reach
_CORNERS = (
    (_INSET, _INSET),
    (WIDTH - _INSET, _INSET),
    (WIDTH - _INSET, HEIGHT - _INSET),
    (_INSET, HEIGHT - _INSET),
)
_SIDES = (  # each from corner to corner, with as many waves as its length asks for
    (_CORNERS[:2], 34),
    (_CORNERS[1:3], 50),
    (_CORNERS[2:], 34),
    ((_CORNERS[3], _CORNERS[0]), 50),
)


@cache
def _drawing() -> bytes:
    lines = [f"{POINT:.5f} 0 0 {-POINT:.5f} 0 {HEIGHT * POINT:.3f} cm"]
    lines += _rosettes_in_the_middle()
    lines += _bands()
    lines += _rules()
    lines += _corners()
    return zlib.compress("\n".join(lines).encode(), 9)


def _bands() -> Iterator[str]:
    for colour, strands, height in ((_TEAL, 4, _BAND), (_GOLD, 2, _BAND * 0.55)):
        yield f"{colour} RG 0.13 w"
        for (start, end), waves in _SIDES:
            for strand in range(strands):
                yield from _wave(start, end, waves, height, strand / strands)
        yield "S"


def _wave(
    start: tuple[float, float], end: tuple[float, float], waves: int, height: float, turn: float
) -> Iterator[str]:
    """A sine from corner to corner: one Bezier curve each half wave, exact in its slopes."""
    length = abs(end[0] - start[0]) + abs(end[1] - start[1])  # sides are level or upright
    along = ((end[0] - start[0]) / length, (end[1] - start[1]) / length)
    rate, step = 2 * pi * waves / length, length / waves / 2

    def at(distance: float, lift: float) -> str:
        x = start[0] + along[0] * distance - along[1] * lift
        y = start[1] + along[1] * distance + along[0] * lift
        return f"{x:.2f} {y:.2f}"

    def level(distance: float) -> tuple[float, float]:
        angle = rate * distance + turn * pi
        return height * sin(angle), height * rate * cos(angle) * step / 3

    yield f"{at(0, level(0)[0])} m"
    for half in range(2 * waves):
        near, far = half * step, (half + 1) * step
        (low, rise), (high, fall) = level(near), level(far)
        handles = at(near + step / 3, low + rise), at(far - step / 3, high - fall)
        yield f"{handles[0]} {handles[1]} {at(far, high)} c"


def _rules() -> Iterator[str]:
    for out, colour, weight in (
        (_BAND + 0.75, _TEAL, 0.45),
        (-_BAND - 0.75, _TEAL, 0.25),
        (-_BAND - 1.35, _GOLD, 0.18),
    ):
        near, width, height = _INSET - out, WIDTH - 2 * (_INSET - out), HEIGHT - 2 * (_INSET - out)
        yield f"{colour} RG {weight} w {near:.2f} {near:.2f} {width:.2f} {height:.2f} re S"


def _corners() -> Iterator[str]:
    for x, y in _CORNERS:
        yield f"{_WHITE} rg {_circle(x, y, 5.3)} f"
        for outer, inner, petals, colour in ((5.1, 2.1, 13, _TEAL), (3.4, 0.9, 11, _GOLD)):
            curve = _rosette((x, y), outer, inner, petals, turns=3, steps=390)
            yield f"{colour} RG 0.12 w {curve} S"
        yield f"{_TEAL} RG 0.3 w {_circle(x, y, 5.3)} S"


def _rosettes_in_the_middle() -> Iterator[str]:
    yield f"{_MIST} RG 0.2 w"
    middle = (WIDTH / 2, HEIGHT / 2 + 6)
    for outer, inner, petals in ((56, 31, 37), (47, 22, 31), (37, 12, 23), (26, 5, 17)):
        yield f"{_rosette(middle, outer, inner, petals, turns=5, steps=1100)} S"


def _rosette(
    middle: tuple[float, float], outer: float, inner: float, petals: int, *, turns: int, steps: int
) -> str:
    """A closed curve that swings between two circles round a point."""
    x, y = middle
    points = []
    for step in range(steps):
        angle = 2 * pi * turns * step / steps
        reach = (outer + inner) / 2 + (outer - inner) / 2 * cos(petals * angle / turns)
        points.append(f"{x + reach * cos(angle):.2f} {y + reach * sin(angle):.2f}")
    return f"{points[0]} m {' l '.join(points[1:])} l h"


def _circle(x: float, y: float, radius: float) -> str:
    r, k = radius, radius * _ROUND
    quarters = (
        (r, k, k, r, 0, r), (-k, r, -r, k, -r, 0), (-r, -k, -k, -r, 0, -r), (k, -r, r, -k, r, 0),
    )  # fmt: skip
    curves = (
        " ".join(f"{(x, y)[place % 2] + value:.3f}" for place, value in enumerate(quarter)) + " c"
        for quarter in quarters
    )
    return f"{x + r:.3f} {y:.3f} m {' '.join(curves)}"


def draw_under(pdf: pydyf.PDF, page: int = 0) -> None:
    """Lay the frame under the page's content, as an artifact that no screen reader speaks."""
    form = pydyf.Stream(
        [_drawing()],
        {"Type": "/XObject", "Subtype": "/Form", "BBox": pydyf.Array(A4), "Filter": "/FlateDecode"},
    )
    pdf.add_object(form)
    sheet = _object(pdf, pdf.page_references[page])
    resources = _object(pdf, sheet["Resources"])
    resources.setdefault("XObject", pydyf.Dictionary())["Guilloche"] = form.reference
    _object(pdf, sheet["Contents"]).stream.insert(0, b"/Artifact BMC q /Guilloche Do Q EMC")


def _object(pdf: pydyf.PDF, reference: bytes) -> pydyf.Object:
    return pdf.objects[int(reference.split()[0])]
