"""A table that is read whole: each row through its model's own check, everything wrong noted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, BinaryIO

from pydantic import ValidationError
from sqlalchemy.orm import Session

from portal.entries.inputs import Input, problems
from portal.errors import Refusal
from portal.intake.columns import are_headings, coded, propose
from portal.intake.files import Empty, Table, TooManyRows
from portal.intake.opening import open_table
from portal.intake.reports import Report, RowProblem, refused
from portal.policy.queries import policy_at

MOST_PROBLEMS = 1000
MOST_AT_ONCE = 50_000
"""These tables are held whole: notices, releases, sessions."""


def read_values(
    session: Session, reading: Reading, stream: BinaryIO, at: datetime
) -> list[Any] | Report:
    """The inputs that a file's rows make; a report where anything is wrong with it."""
    try:
        table = open_table(stream)
        fields = reading.head(table)
        values = [] if fields is None else _values(session, reading, fields, table, at)
        if not reading.count and not values:
            raise Empty
    except Refusal as refusal:
        if not refusal.code.startswith("file-"):
            raise
        return refused(0, [RowProblem(None, None, refusal.code, refusal.params)], 1)
    if reading.count:
        return refused(len(reading.rows), reading.problems, reading.count)
    return values


def _values(
    session: Session, reading: Reading, fields: Sequence[str | None], table: Table, at: datetime
) -> list[Input]:
    """The inputs that the rows make; what is wrong is noted in the reading."""
    context = {"now": at, "policy": policy_at(session, at).policy}
    values = []
    for number, cells in reading.cells(fields, table):
        try:
            values.append(reading.model.model_validate(cells, context=context))
        except ValidationError as failure:
            for problem in problems(failure):
                reading.note(number, problem.field, problem.code, problem.params)
    return values


class Reading:
    """A file being read: where its rows stand and what is wrong so far."""

    def __init__(self, model: type[Input]) -> None:
        self.model = model
        self.rows: list[int] = []
        self.problems: list[RowProblem] = []
        self.count = 0
        self._coded = coded(model)

    def note(self, row: int | None, field: str | None, code: str, params: Any) -> None:
        """Note what is wrong; the first thousand are kept whole."""
        self.count += 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(RowProblem(row, field, code, params))

    def head(self, table: Table) -> tuple[str | None, ...] | None:
        """The field of each column; None where the head is wrong (and says why)."""
        columns = propose(table.headings, self.model)
        for field, code, params in columns.problems(self.model):
            self.note(table.head_row, field, code, params)
        return None if self.count else columns.fields

    def cells(
        self, fields: Sequence[str | None], table: Table
    ) -> Iterator[tuple[int, dict[str, str]]]:
        """The filled cells of each row that is not empty, by field, with the row's number."""
        for number, row in table.rows():
            if are_headings(row, self.model):
                continue
            self.rows.append(number)
            if len(self.rows) > MOST_AT_ONCE:
                raise TooManyRows(limit=MOST_AT_ONCE)
            if any(map(str.strip, row[len(fields) :])):
                self.note(number, None, "too-many-cells", {"columns": len(fields)})
                continue
            filled = zip(fields, row, strict=False)
            yield (
                number,
                {str(name): self._cell(name, text) for name, text in filled if text.strip()},
            )

    def _cell(self, field: str | None, text: str) -> str:
        return text.strip().upper() if field in self._coded else text
