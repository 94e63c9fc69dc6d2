"""The rows of a table are checked one by one and staged; what is wrong with the others is noted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from portal.collector import uncollected
from portal.entries.guards import looks_like_locator
from portal.entries.inputs import Input
from portal.entries.many import Checked, Many
from portal.entries.texts import LOOKS_LIKE_LOCATOR
from portal.intake.columns import LEFT_OUT, Columns, are_headings, coded
from portal.intake.files import Cells, Table
from portal.intake.notes import Notes, Rows
from portal.intake.problems import RowProblem
from portal.intake.reports import Marked
from portal.policy.queries import policy_at
from portal.registers.bulk import Dresser, Stage
from portal.registers.licences import Licences

if TYPE_CHECKING:
    from portal.intake.taking import Act

TOLD_EVERY: Final = 1000
HEAD_ROWS: Final = 3
"""A template's head has so many: titles in both languages, and names."""


class Stopped(Exception):
    """Somebody said that it should stop."""


@dataclass(frozen=True)
class Hears:
    """Who is told how far it is, and is asked whether to go on."""

    told: Callable[[int, int], None]
    should_stop: Callable[[], bool]

    def about(self, table: Table) -> None:
        """Tell and ask; raises Stopped."""
        self.told(table.done(), table.size)
        if self.should_stop():
            raise Stopped


@dataclass(frozen=True)
class Source:
    """A table and the fields of its columns."""

    table: Table
    columns: Columns

    def rows(self, model: type[Input]) -> Iterator[tuple[int, Cells]]:
        """The rows behind the head, which may have more than one row itself."""
        behind = self.table.head_row + HEAD_ROWS
        for number, cells in self.table.rows():
            if number >= behind or not are_headings(cells, model):
                yield number, cells

    def marked(self, notes: Notes) -> Callable[[], Iterator[Marked]]:
        """What a report reads the file again with."""
        return lambda: self._marked(notes)

    def _marked(self, notes: Notes) -> Iterator[Marked]:
        noted = notes.by_row()
        row, wrong, odd = next(noted, (0, [], []))
        for number, cells in self.table.rows():
            if number == row:
                yield Marked(row, self._shown(cells, wrong), tuple(wrong), tuple(odd))
                row, wrong, odd = next(noted, (0, [], []))

    def _shown(self, cells: Cells, wrong: list[RowProblem]) -> tuple[str | None, ...]:
        """The cells, less those that a guard refused or that no guard has seen (chairs B11)."""
        refused = {p.field for p in wrong}
        located = {p.field for p in wrong if p.code == LOOKS_LIKE_LOCATOR}
        fields = [*self.columns.fields, *([LEFT_OUT] * (len(cells) - len(self.columns.fields)))]
        return tuple(
            None
            if field in located or ((field in refused or not field) and looks_like_locator(cell))
            else cell
            for field, cell in zip(fields, cells, strict=False)
        )


@uncollected()
def stage_rows(act: Act, stage: Stage, source: Source, notes: Notes, hears: Hears) -> None:
    """Stage the good rows of a table; what is wrong with the others is noted."""
    register, model = act.register, act.register.input
    dresser = Dresser(register, act.session.get_bind().dialect)
    policy = policy_at(act.session, act.at).policy
    as_typed = model.columns is Input.columns
    dress = dresser if as_typed else _undressed
    check = Many(model, now=act.at, policy=policy, dress=dress, coded=coded(model))
    licences = Licences(act.session, act.isp_id, register, act.at)
    notes.turn()
    for number, checked in _checked(source, check, model, notes, hears):
        problem = licences.problem(checked.values[register.dated_by])
        if problem is not None:
            notes.refuse(number, problem)
            continue
        stored, parts = checked.stored, checked.parts
        if not as_typed:
            for name, value in check.columns(checked).items():
                stored[name], parts[name] = dresser(name, value)
        stage.put(number, stored, parts)
        notes.mark(number, Rows.NEW)
    stage.ready()
    hears.about(source.table)


def _checked(
    source: Source, check: Many, model: type[Input], notes: Notes, hears: Hears
) -> Iterator[tuple[int, Checked]]:
    """The rows that are right by themselves; the others are noted."""
    cut = _Cut(source.columns)
    for count, (number, cells) in enumerate(source.rows(model)):
        if not count % TOLD_EVERY:
            hears.about(source.table)
        if cut.has_more(cells):
            notes.note(number, None, "too-many-cells", {"columns": cut.width})
            continue
        checked = check(cut.filled(cells))
        for problem in checked.wrong:
            notes.refuse(number, problem)
        if not checked.wrong:
            yield number, checked


def _undressed(_name: str, _value: object) -> tuple[None, str]:
    """Where columns are not the fields as typed, they are dressed row by row."""
    return None, ""


class _Cut:
    """Cuts rows into the texts of fields."""

    def __init__(self, columns: Columns) -> None:
        self.width = len(columns.fields)
        self._fields = columns.fields

    def has_more(self, cells: Cells) -> bool:
        """Whether anything stands behind the last column."""
        return len(cells) > self.width and any(map(str.strip, cells[self.width :]))

    def filled(self, cells: Cells) -> dict[str, str]:
        """The cells of a row that hold anything, by field."""
        return {
            name: cell
            for name, cell in zip(self._fields, cells, strict=False)
            if cell and name and not cell.isspace()
        }
