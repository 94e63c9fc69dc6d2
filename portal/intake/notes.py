"""What is wrong and odd in a file, row by row: counted by rule, and spooled, however much it is."""

from __future__ import annotations

import enum
import heapq
import itertools
import json
import tempfile
import weakref
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any, Final, NamedTuple

from portal.entries.inputs import Problem
from portal.intake.problems import Group, RowProblem

MOST_PROBLEMS: Final = 1000
ROWS_TOLD: Final = 20
_IN_MEMORY: Final = 1 << 20
_AT, _ON = "@at", "@on"


class Rows(enum.IntFlag):
    """What a row of the file is; one byte a row."""

    NEW = 1
    SAME = 2
    CHANGED = 4
    BAD = 8
    WARNED = 16


class _Line(NamedTuple):
    row: int
    no: int
    warns: bool
    problem: RowProblem


@dataclass
class _Count:
    count: int
    rows: list[int]
    params: Mapping[str, Any]


class Notes:
    """Everything noted about a file. ``states`` has a byte for each row number."""

    def __init__(self) -> None:
        self.states = bytearray()
        self.first: dict[bool, list[RowProblem]] = {False: [], True: []}
        self._counts: dict[tuple[bool, str, str | None], _Count] = {}
        self._runs: list[IO[str]] = []
        self._begins = True
        weakref.finalize(self, _close, self._runs)

    def turn(self) -> None:
        """Begin to look through the rows once more: within a turn they are noted in order."""
        self._begins = True

    def mark(self, row: int, state: Rows) -> None:
        """Say what a row is."""
        if row >= len(self.states):
            self.states.extend(bytes(row - len(self.states) + 4096))
        self.states[row] |= state.value

    def note(
        self,
        row: int | None,
        field: str | None,
        code: str,
        params: Mapping[str, Any],
        *,
        warns: bool = False,
    ) -> None:
        """Note what is wrong (or only odd) in a row, or in the whole file."""
        problem = RowProblem(row, field, code, params)
        if len(self.first[warns]) < MOST_PROBLEMS:
            self.first[warns].append(problem)
        found = self._counts.setdefault((warns, code, field), _Count(0, [], params))
        found.count += 1
        if row is None:
            return
        if len(found.rows) < ROWS_TOLD:
            found.rows.append(row)
        self.mark(row, Rows.WARNED if warns else Rows.BAD)
        if self._begins:
            spool = tempfile.SpooledTemporaryFile(_IN_MEMORY, "w+", encoding="utf-8")  # noqa: SIM115
            self._runs.append(spool)
            self._begins = False
        told = json.dumps([row, warns, field, code, params], default=self._told)
        self._runs[-1].write(told + "\n")

    def refuse(self, row: int, problem: Problem) -> None:
        """Note what is wrong in a row."""
        self.note(row, *problem)

    def warn(self, row: int, problem: Problem) -> None:
        """Note what is odd in a row."""
        self.note(row, *problem, warns=True)

    def count(self, *, warns: bool = False) -> int:
        """How many things were noted."""
        return sum(c.count for (odd, _, _), c in self._counts.items() if odd is warns)

    def groups(self, *, warns: bool = False) -> tuple[Group, ...]:
        """What was noted by rule, the most frequent first."""
        found = [
            Group(code, field, c.count, tuple(sorted(c.rows)), c.params)
            for (odd, code, field), c in self._counts.items()
            if odd is warns
        ]
        return tuple(sorted(found, key=lambda g: (-g.count, g.code, g.field or "")))

    def how_many(self, state: Rows, but: int = 0) -> int:
        """How many rows are of a state, and of none of the others."""
        fits = bytes(bool(byte & state) and not byte & but for byte in range(256))
        return self.states.translate(fits).count(1)

    def by_row(self) -> Iterator[tuple[int, list[RowProblem], list[RowProblem]]]:
        """Each row of which something was noted: its problems and its warnings."""
        runs = [self._lines(run, no) for no, run in enumerate(self._runs)]
        merged = heapq.merge(*runs, key=lambda line: (line.row, line.no))
        for row, lines in itertools.groupby(merged, key=lambda line: line.row):
            told = list(lines)
            yield (
                row,
                [line.problem for line in told if not line.warns],
                [line.problem for line in told if line.warns],
            )

    def _lines(self, run: IO[str], no: int) -> Iterator[_Line]:
        run.seek(0)
        for text in run:
            row, warns, field, code, params = json.loads(text, object_hook=self._meant)
            yield _Line(row, no, warns, RowProblem(row, field, code, params))

    def _told(self, value: Any) -> Any:
        if isinstance(value, datetime):
            return {_AT: value.isoformat()}
        if isinstance(value, date):
            return {_ON: value.isoformat()}
        return str(value)

    def _meant(self, told: dict[str, Any]) -> Any:
        if _AT in told:
            return datetime.fromisoformat(told[_AT])
        if _ON in told:
            return date.fromisoformat(told[_ON])
        return told


def _close(runs: list[IO[str]]) -> None:
    for run in runs:
        run.close()
