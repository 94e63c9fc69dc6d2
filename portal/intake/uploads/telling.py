"""What a check found, as it is kept: counts, rules and rows, never what stands in a cell."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from portal.canonical import canonical
from portal.intake.problems import Group, RowProblem
from portal.intake.reports import Report

MENDED_HERE: Final = 20
"""So many bad rows are mended on screen; more are mended where they came from."""
_TOLD: Final = 200
RECORDED_BEFORE: Final = "already-recorded"
_AT, _ON = "@at", "@on"


@dataclass(frozen=True)
class Told:
    """What is kept of a report. ``problems`` are the first of them, whole for a few bad rows."""

    rows: int
    new: int
    same: int
    changed: int
    bad: int
    warned: int
    problem_count: int
    needs_reason: bool
    groups: tuple[Group, ...]
    warning_groups: tuple[Group, ...]
    problems: tuple[RowProblem, ...]

    @property
    def is_good(self) -> bool:
        """Whether nothing stands against recording all of it."""
        return self.problem_count == 0

    @property
    def writes(self) -> int:
        """How many rows recording would write, the bad ones left out."""
        return self.new + (0 if self.needs_reason else self.changed)

    @property
    def left_out(self) -> int:
        """How many rows recording would leave out."""
        return self.bad + (self.changed if self.needs_reason else 0)

    def bad_rows(self) -> list[int]:
        """The numbers of the bad rows that can be mended on screen; none if they are many."""
        rows = sorted({p.row for p in self.problems if p.row and p.code != RECORDED_BEFORE})
        return rows if 0 < self.bad <= MENDED_HERE and len(rows) == self.bad else []


def kept(report: Report) -> str:
    """A report as text to keep."""
    value = {
        "rows": report.rows,
        "new": report.new,
        "same": report.same,
        "changed": report.changed,
        "bad": report.bad,
        "warned": report.warned,
        "problem_count": report.problem_count,
        "needs_reason": report.needs_reason,
        "groups": [_group(group) for group in report.groups[:_TOLD]],
        "warning_groups": [_group(group) for group in report.warning_groups[:_TOLD]],
        "problems": [_problem(problem) for problem in report.problems[:_TOLD]],
    }
    return canonical(value).decode()


def told(text: str) -> Told:
    """What was kept of a report."""
    value = json.loads(text, object_hook=_meant)
    value["groups"] = _groups(value["groups"])
    value["warning_groups"] = _groups(value["warning_groups"])
    value["problems"] = tuple(RowProblem(*problem) for problem in value["problems"])
    return Told(**value)


def _groups(said: Sequence[Sequence[Any]]) -> tuple[Group, ...]:
    return tuple(
        Group(code, field, count, tuple(rows), params) for code, field, count, rows, params in said
    )


def _group(group: Group) -> list[Any]:
    return [group.code, group.field, group.count, list(group.rows), _params(group.params)]


def _problem(problem: RowProblem) -> list[Any]:
    return [problem.row, problem.field, problem.code, _params(problem.params)]


def _params(params: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _said(value) for name, value in params.items()}


def _said(value: Any) -> Any:
    if isinstance(value, datetime):
        return {_AT: value.isoformat()}
    if isinstance(value, date):
        return {_ON: value.isoformat()}
    return value if value is None or isinstance(value, bool | int) else str(value)


def _meant(said: dict[str, Any]) -> Any:
    if _AT in said:
        return datetime.fromisoformat(said[_AT])
    if _ON in said:
        return date.fromisoformat(said[_ON])
    return said
