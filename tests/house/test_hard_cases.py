"""Each of the 22 hard cases is a named test, or a line that says what will carry it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.house.sources import HOUSE

CASES = set(range(1, 23))
NAMED = re.compile(r"\bcase[_ ](\d{1,2})\b|_case_(\d{1,2})_", re.IGNORECASE)


def named() -> Iterator[tuple[int, str]]:
    """Every number in the name or docstring of a test, and where (``grep -rn case_07 tests``)."""
    for path in sorted((HOUSE / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.FunctionDef | ast.ClassDef):
                continue
            if node.name.lower().startswith("test"):
                said = f"{node.name} {ast.get_docstring(node) or ''}"
                for found in NAMED.finditer(said):
                    yield int(found[1] or found[2]), f"{path.name}::{node.name}"


def carried() -> set[int]:
    """The numbers that a row of the page of gaps begins with."""
    page = (HOUSE / "docs" / "not-yet.md").read_text()
    return {int(number) for number in re.findall(r"^\| (\d{1,2}):", page, re.MULTILINE)}


def test_every_hard_case_has_a_test_or_a_line_in_the_page_of_gaps() -> None:
    numbers = {number for number, _ in named()}

    assert CASES - numbers - carried() == set()
    assert (numbers | carried()) - CASES == set()


def test_numbers_in_names_are_written_alike() -> None:
    assert [where for _, where in named() if re.search(r"_case_\d_", where)] == []
