"""The portal's source as the guards read it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[2]
PORTAL = HOUSE / "portal"
TEMPLATES = HOUSE / "templates"

# The outer ring: what may know Flask, read the clock and commit.
OUTSIDE = ("app.py", "commands.py", "commands/", "demo.py", "demo/", "web/")


@cache
def modules() -> list[tuple[str, str, ast.Module]]:
    """Path (from the portal), text and tree of every module."""
    paths = sorted(PORTAL.rglob("*.py"))
    texts = [(str(path.relative_to(PORTAL)), path.read_text()) for path in paths]
    return [(name, text, ast.parse(text)) for name, text in texts]


def functions() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Every function and method, with the path of its module."""
    for name, _, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield name, node


def domain() -> Iterator[tuple[str, str, ast.Module]]:
    """The modules below web and commands."""
    return (module for module in modules() if not module[0].startswith(OUTSIDE))
