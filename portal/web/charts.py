"""Charts as plain geometry: figures in, places on a drawing out; the template draws them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from portal.web.language import number

WIDTH, HEIGHT = 640, 240
LEFT, RIGHT, TOP, BOTTOM = 56, 584, 16, 30
STEPS = 4
ROUND = (4, 6, 8, 12, 20, 28)


@dataclass(frozen=True)
class Point:
    """One figure: its name on the axis, its value (None: nothing measured), how it is written."""

    name: str
    value: int | None
    text: str


@dataclass(frozen=True)
class Place:
    """Where something stands, and what is written there."""

    x: float = 0
    y: float = 0
    width: float = 0
    height: float = 0
    text: str = ""


@dataclass(frozen=True)
class Chart:
    """Everything the macro ``charts.chart`` draws, and the figures for its table."""

    id: str
    title: str
    points: Sequence[Point]
    grid: Sequence[Place]
    names: Sequence[Place]
    bars: Sequence[Place] = ()
    dots: Sequence[Place] = ()
    paths: Sequence[str] = ()
    limit: Place | None = None
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = RIGHT


def bar_chart(name: str, title: str, points: Sequence[Point]) -> Chart:
    """Counts side by side. ``name`` is the chart's id on its page."""
    top = _round_up(max((p.value or 0 for p in points), default=0))
    bars = [
        Place(
            x=_middle(i, len(points)) - _step(len(points)) * 0.3,
            y=y,
            width=_step(len(points)) * 0.6,
            height=h,
        )
        for i, p in enumerate(points)
        for y, h in [_bar(p.value or 0, top)]
    ]
    return Chart(name, title, points, _grid(top, ""), _names(points), bars=bars)


def line_chart(
    name: str,
    title: str,
    points: Sequence[Point],
    *,
    top: int = 1000,
    limit: int | None = None,
    limit_text: str = "",
) -> Chart:
    """Shares over time in tenths of a percent; a month with nothing to measure leaves a gap."""
    placed = [
        None if p.value is None else Place(x=_middle(i, len(points)), y=_height(p.value, top))
        for i, p in enumerate(points)
    ]
    mark = None if limit is None else Place(y=_height(limit, top), text=limit_text)
    dots = [place for place in placed if place]
    grid = _grid(top // 10, " %")
    return Chart(
        name, title, points, grid, _names(points), dots=dots, paths=_runs(placed), limit=mark
    )


def _runs(placed: Sequence[Place | None]) -> list[str]:
    paths, run = [], ""
    for place in [*placed, None]:
        if place:
            run += f"{'L' if run else 'M'}{place.x:.1f} {place.y:.1f} "
        elif run:
            paths.append(run.strip())
            run = ""
    return paths


def _grid(top: int, unit: str) -> list[Place]:
    marks = [top * step // STEPS for step in range(STEPS + 1)]
    return [Place(y=_height(mark, top), text=number(mark) + unit) for mark in marks]


def _names(points: Sequence[Point]) -> list[Place]:
    return [Place(x=round(_middle(i, len(points)), 1), text=p.name) for i, p in enumerate(points)]


def _bar(value: int, top: int) -> tuple[float, float]:
    y = _height(value, top)
    return y, round(HEIGHT - BOTTOM - y, 1)


def _height(value: int, top: int) -> float:
    return round(HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * value / top, 1)


def _step(count: int) -> float:
    return (RIGHT - LEFT) / max(count, 1)


def _middle(index: int, count: int) -> float:
    return round(LEFT + _step(count) * (index + 0.5), 1)


def _round_up(value: int) -> int:
    """The next round number whose quarters are whole."""
    tops: Iterator[int] = (base * 10**power for power in itertools.count() for base in ROUND)
    return next(top for top in tops if top >= value and top % STEPS == 0)
