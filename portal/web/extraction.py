"""Finds the texts to translate: calls of gettext, and titles and hints of the models' fields."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from babel.messages.extract import extract_python

FIELD_TEXTS = ("title", "description")

Text = tuple[int, Any, Any, Any]


def texts(file: BinaryIO, keywords: Mapping[str, Any], tags: Any, options: Any) -> Iterator[Text]:
    """Babel's extraction method for our Python files (see babel.cfg)."""
    yield from extract_python(file, keywords, tags, options)
    file.seek(0)
    yield from field_texts(file.read())


def field_texts(source: bytes) -> Iterator[Text]:
    """Literal titles and descriptions of every ``Field(...)``: they label page and API alike."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or getattr(node.func, "id", None) != "Field":
            continue
        for given in node.keywords:
            if given.arg in FIELD_TEXTS and isinstance(given.value, ast.Constant):
                yield given.value.lineno, "", given.value.value, []
