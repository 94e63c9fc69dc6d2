"""`python -m tests.bench [NAME...]`: run the benchmarks whose names hold one of the words given."""

from __future__ import annotations

import importlib
import pkgutil
import sys

import tests.bench
from tests.bench.harness import Bench


def benches() -> list[Bench]:
    """Every `BENCHES` of the modules beside this one, in the order of their names."""
    found: list[Bench] = []
    for module in pkgutil.iter_modules(tests.bench.__path__, "tests.bench."):
        if not module.name.endswith(("__main__", "harness")):
            found += getattr(importlib.import_module(module.name), "BENCHES", [])
    return found


def main() -> int:
    """Print one JSON object a line; 1 if any is past its bar."""
    words = sys.argv[1:]
    within = True
    for bench in benches():
        if not words or any(word in bench.name for word in words):
            result = bench.run()
            print(result.line(), flush=True)
            within = within and result.within
    return 0 if within else 1


if __name__ == "__main__":
    raise SystemExit(main())
