"""How a benchmark measures: in a process of its own, with its reference and its peak of memory."""

from __future__ import annotations

import gc
import json
import multiprocessing
import re
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Protocol

# What the peak of a benchmark may differ by from that of the same with few rows: the allocator
# hands out memory in arenas and chunks, and no two runs take the same number of them.
MARGIN_MIB = 8.0


@dataclass(frozen=True)
class Scale:
    """How large the benchmarks are: rows of the most, middle and least busy ISP; the demonstration;
    how many turns each is given.
    """

    many: int
    some: int
    few: int
    isps: int
    months: int
    turns: int


WHOLE = Scale(many=1_000_000, some=10_000, few=1_000, isps=6, months=10, turns=6)
QUICK = Scale(many=400, some=80, few=60, isps=1, months=2, turns=1)


class Place(Protocol):
    """What several benchmarks share, such as a filled database; hashable, and opened once a run."""

    def open(self) -> AbstractContextManager[Any]:
        """Make it, and give what a process needs to find it (an address, say)."""


@dataclass(frozen=True)
class Nowhere:
    """No place at all."""

    @contextmanager
    def open(self) -> Iterator[None]:
        """Nothing to make."""
        yield None


NOWHERE = Nowhere()


@dataclass(frozen=True)
class Result:
    """One line of `make bench`: seconds against the reference's, the bar for their ratio."""

    bench: str
    n: int
    seconds: float
    reference: float
    ratio: float
    bar: float
    within: bool
    peak_mib: float

    def line(self) -> str:
        return json.dumps(asdict(self))


@dataclass(frozen=True)
class Bench:
    """What is measured (`work`) and what it cannot beat (`reference`), on the ground that
    ``prepare`` makes of the place: in the process that measures, once.

    ``peak_mib`` is what the work added to the memory of that process. Where there is a ``smaller``
    one, the same work with few rows, it may be MARGIN_MIB more than that one's, and no more.
    """

    name: str
    n: int
    bar: float
    place: Place
    prepare: Callable[[Any], AbstractContextManager[Any]]
    work: Callable[[Any], object]
    reference: Callable[[Any], object]
    turns: int
    smaller: Bench | None = None


def run(benches: Iterable[Bench]) -> Iterator[Result]:
    """Measure each in a fresh process, so that none inherits another's memory."""
    places: dict[Place, Any] = {}
    peaks: dict[Bench, float] = {}
    with ExitStack() as stack:
        for bench in benches:
            if bench.place not in places:
                places[bench.place] = stack.enter_context(bench.place.open())
            where = places[bench.place]
            result = measured(bench, where)
            peaks[bench] = result.peak_mib
            if bench.smaller is not None:
                if bench.smaller not in peaks:
                    peaks[bench.smaller] = measured(bench.smaller, where).peak_mib
                grown = result.peak_mib - peaks[bench.smaller]
                result = replace(result, within=result.within and grown <= MARGIN_MIB)
            yield result


def measured(bench: Bench, where: Any) -> Result:
    """Measure in a new process; what it raises is raised here, and so is its death."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as process:
        return process.submit(measure, bench, where).result()


def measure(bench: Bench, where: Any) -> Result:
    """The best of several turns of each, taken in alternation so that both meet the same noise.

    Of the first turn the memory is measured too; as the first, it is seldom the best.
    """
    turns, peak = [], 0.0
    with bench.prepare(where) as ground:
        for turn in range(bench.turns):
            clear_peak()
            before = most_held_mib()
            seconds = timed(bench.work, ground)
            if turn == 0:
                peak = most_held_mib() - before
            turns.append((seconds, timed(bench.reference, ground)))
    seconds, reference = (min(turn) for turn in zip(*turns, strict=True))
    ratio = seconds / reference
    return Result(
        bench=bench.name,
        n=bench.n,
        seconds=round(seconds, 4),
        reference=round(reference, 4),
        ratio=round(ratio, 3),
        bar=bench.bar,
        within=ratio <= bench.bar,
        peak_mib=round(peak, 1),
    )


def timed(act: Callable[[Any], object], ground: Any) -> float:
    """Seconds one turn takes."""
    begin = time.perf_counter()
    act(ground)
    return time.perf_counter() - begin


def clear_peak() -> None:
    """Have Linux set the high-water mark of this process back to what it holds now."""
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def most_held_mib() -> float:
    """The most memory this process has held since the mark was set back, in MiB."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    found = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    assert found
    return int(found[1]) / 1024
