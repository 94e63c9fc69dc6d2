"""Tables that go out: the one place where the house writes CSV, so that no cell is a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

# What a spreadsheet takes for the beginning of a formula, its full-width forms among them.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|", "%")
_AS_TEXT: Final = "'"


def csv_of(head: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """A CSV file of rows by the names in the head; a text that a spreadsheet would calculate stands
    behind an apostrophe, numbers stay numbers.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([plain(name) for name in head])
    writer.writerows([plain(row[name]) for name in head] for row in rows)
    return text.getvalue()


def plain(cell: Any) -> Any:
    """A cell that shows what it holds and calculates nothing."""
    if isinstance(cell, str) and cell.lstrip(" \u00a0\u200b\ufeff").startswith(_FORMULA):
        return _AS_TEXT + cell
    return cell
