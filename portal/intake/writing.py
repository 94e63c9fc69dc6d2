"""Tables that go out: the one place where the house writes CSV, so that no cell is a formula."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

# What a spreadsheet takes for the beginning of a formula, its full-width forms among them.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|", "%")
_AS_TEXT: Final = "'"
_AT_ONCE: Final = 1000


def csv_of(head: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """A CSV file of rows by the names in the head; a text that a spreadsheet would calculate stands
    behind an apostrophe, numbers stay numbers.
    """
    return "".join(parts_of_csv(head, rows))


def parts_of_csv(head: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The same file part by part, so that a large one is never held whole."""
    cells = ([plain(row[name]) for name in head] for row in rows)
    waiting = itertools.chain([[plain(name) for name in head]], cells)
    while some := list(itertools.islice(waiting, _AT_ONCE)):
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\r\n").writerows(some)
        yield text.getvalue()


def plain(cell: Any) -> Any:
    """A cell that shows what it holds and calculates nothing."""
    if isinstance(cell, str) and cell.lstrip(" \u00a0\u200b\ufeff").startswith(_FORMULA):
        return _AS_TEXT + cell
    return cell
