"""`python -m tests.bench [--quick] [NAME...]`: run the benchmarks whose names hold a word given."""

from __future__ import annotations

import importlib
import pkgutil
import sys

import tests.bench
from tests.bench.harness import QUICK, WHOLE, Bench, Scale, run


def benches(scale: Scale) -> list[Bench]:
    """What `benches` of each module beside this one gives, in the order of their names."""
    found: list[Bench] = []
    for module in pkgutil.iter_modules(tests.bench.__path__, "tests.bench."):
        if module.name.startswith("tests.bench.bench_"):
            found += importlib.import_module(module.name).benches(scale)
    return found


def main(*words: str) -> int:
    """Print one JSON object a line; 1 if any is past its bar."""
    scale = QUICK if "--quick" in words else WHOLE
    named = [word for word in words if not word.startswith("--")]
    chosen = [
        bench for bench in benches(scale) if not named or any(word in bench.name for word in named)
    ]
    within = True
    for result in run(chosen):
        print(result.line(), flush=True)
        within = within and result.within
    return 0 if within else 1


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
