"""The house stays readable: files, functions and templates keep to their budget."""

from __future__ import annotations

import ast
from math import ceil

from tests.house.sources import TEMPLATES, functions, modules


def percentile(sizes: list[int], share: float) -> int:
    """Nearest rank."""
    return sorted(sizes)[ceil(share * len(sizes)) - 1]


def length(node: ast.AST) -> int:
    return node.end_lineno - node.lineno + 1


def test_files_are_short() -> None:
    sizes = {path: text.count("\n") for path, text, _ in modules()}

    assert [f"{path}: {size}" for path, size in sizes.items() if size > 300] == []
    assert percentile(list(sizes.values()), 0.9) <= 180


def test_functions_are_short() -> None:
    sizes = {f"{path}:{node.lineno} {node.name}": length(node) for path, node in functions()}

    assert [f"{name}: {size}" for name, size in sizes.items() if size > 35] == []
    assert percentile(list(sizes.values()), 0.9) <= 18


def test_templates_are_short() -> None:
    sizes = {str(path): path.read_text().count("\n") for path in TEMPLATES.rglob("*.html")}

    assert {path: size for path, size in sizes.items() if size > 100} == {}
