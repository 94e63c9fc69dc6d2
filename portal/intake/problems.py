"""How what is wrong in a file is named: row by row, and by rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple


class RowProblem(NamedTuple):
    """One thing about one row: its number as a spreadsheet counts (the head is 1; None: the file),
    the field, a code for words, and what the sentence needs. Never what stands in the cell.
    """

    row: int | None
    field: str | None
    code: str
    params: Mapping[str, Any]


@dataclass(frozen=True)
class Group:
    """One rule that said no to one field: how often, to which rows first, and what the first
    sentence needs.
    """

    code: str
    field: str | None
    count: int
    rows: tuple[int, ...]
    params: Mapping[str, Any]
