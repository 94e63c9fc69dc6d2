"""What became of a file: how many entries it made, and everything that is wrong or odd in it."""

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
class Report:
    """A file taken in whole or not at all. ``problems`` are the first thousand of
    ``problem_count``; where there is one, nothing was recorded. ``same`` rows had been recorded
    before.
    """

    rows: int
    recorded: int
    same: int
    problems: tuple[RowProblem, ...]
    problem_count: int
    warnings: tuple[RowProblem, ...]

    @property
    def is_taken_in(self) -> bool:
        """Whether the file holds nothing wrong, so that all of it stands in the register now."""
        return self.problem_count == 0


def refused(rows: int, problems: list[RowProblem], count: int) -> Report:
    """The report of a file that was not taken in."""
    return Report(rows, 0, 0, tuple(problems), count, ())
