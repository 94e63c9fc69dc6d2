"""How a benchmark measures: in a process of its own, with its reference and its peak of memory."""

from __future__ import annotations

import json
import multiprocessing
import re
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

REPEATS = 5


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
    """What is measured (`work`) and what it cannot beat (`reference`), on `prepare`'s ground.

    ``prepare`` is entered once, in the process that measures; ``peak_mib`` is what the work added
    to the memory of that process.
    """

    name: str
    n: int
    bar: float
    prepare: Callable[[], AbstractContextManager[Any]]
    work: Callable[[Any], object]
    reference: Callable[[Any], object]
    repeats: int = REPEATS

    def run(self) -> Result:
        """Measure in a fresh process, so that no benchmark inherits another's memory."""
        pool = multiprocessing.get_context("spawn").Pool(1)
        result = pool.apply(measure, (self,))
        # Not terminated: what the ground holds (a server, say) must come down in good order.
        pool.close()
        pool.join()
        return result


def measure(bench: Bench) -> Result:
    """The best of several turns of each, taken in alternation so that both meet the same noise."""
    with bench.prepare() as ground:
        # Linux sets the high-water mark back to what is held now when told so.
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        before = peak_mib()
        bench.work(ground)
        peak = peak_mib() - before
        bench.reference(ground)
        turns = [
            (timed(bench.work, ground), timed(bench.reference, ground))
            for _ in range(bench.repeats)
        ]
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


def peak_mib() -> float:
    """The most memory this process has held since the mark was set back, in MiB."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    found = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    assert found
    return int(found[1]) / 1024
