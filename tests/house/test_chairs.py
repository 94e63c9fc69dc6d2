"""Each decision taken from the chairs of users that is built has a test that names it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.house.sources import HOUSE

# Of use from the first month on, and with two sides of every notice.
BUILT = {
    "A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8",
    "B1", "B2", "B3", "B4", "B5", "B6", "B7", "B8", "B9", "B11",
    "C1", "C2", "C3", "C4", "C5", "C7", "C8",
}  # fmt: skip
NAMED = re.compile(r"\bchairs ([ABC]\d{1,2}(?:(?:, | and )[ABC]\d{1,2})*)")


def named() -> Iterator[str]:
    """Every decision that the docstring of a test, or of a module of tests, names (``grep -rn
    'chairs C8' tests``).
    """
    for path in sorted((HOUSE / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            is_test = isinstance(node, ast.FunctionDef) and node.name.startswith("test")
            if is_test or isinstance(node, ast.Module):
                for found in NAMED.finditer(ast.get_docstring(node) or ""):
                    yield from re.findall(r"[ABC]\d{1,2}", found[1])


def test_every_decision_that_is_built_is_named_by_a_test() -> None:
    assert BUILT - set(named()) == set()
