"""What became of a file: how many entries it made, and everything that is wrong or odd in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from portal.intake.notes import Notes, Rows
from portal.intake.problems import Group, RowProblem

__all__ = ["Group", "Marked", "Report", "RowProblem", "refused", "refused_file", "report_of"]


def _nothing() -> Iterator[Marked]:
    return iter(())


class Marked(NamedTuple):
    """A row of the file with what is wrong and odd in it; a cell that was refused as a locator is
    None here, and nobody sees it again (chairs B11).
    """

    row: int
    cells: tuple[str | None, ...]
    problems: tuple[RowProblem, ...]
    warnings: tuple[RowProblem, ...]


@dataclass(frozen=True)
class Report:
    """What became of a file, or (after a dry run) would.

    Each filled row is one of: ``new``; ``same``, recorded before with this content; ``changed``, a
    correction of what was recorded before; or ``bad``. ``warned`` rows are odd, and recorded all
    the same once somebody confirmed it. ``recorded`` counts what was written: new and changed
    rows. ``problems`` and ``warnings`` are the first thousand of ``problem_count`` and
    ``warning_count``, the groups are of all.

    What is not ``is_taken_in`` left nothing behind: something is wrong, odd rows want a
    confirmation, changed rows a reason, or somebody ``stopped`` it.
    """

    rows: int
    recorded: int
    same: int
    problems: tuple[RowProblem, ...]
    problem_count: int
    warnings: tuple[RowProblem, ...]
    new: int = 0
    changed: int = 0
    bad: int = 0
    warned: int = 0
    warning_count: int = 0
    groups: tuple[Group, ...] = ()
    warning_groups: tuple[Group, ...] = ()
    is_taken_in: bool = True
    needs_confirmation: bool = False
    stopped: bool = False
    needs_reason: bool = False
    _marked: Callable[[], Iterator[Marked]] = field(default=_nothing, repr=False, compare=False)

    def marked(self) -> Iterator[Marked]:
        """Every row of the file that has a problem or a warning, in the order of the file.

        What is wrong was spooled, the cells are read from the file again: it must still be open.
        """
        return self._marked()


def report_of(
    notes: Notes,
    marked: Callable[[], Iterator[Marked]],
    *,
    is_taken_in: bool,
    needs_confirmation: bool,
    needs_reason: bool,
    dry_run: bool,
) -> Report:
    """What was noted of a file, as a report."""
    new = notes.how_many(Rows.NEW, but=Rows.SAME | Rows.CHANGED | Rows.BAD)
    changed = notes.how_many(Rows.CHANGED)
    corrected = notes.how_many(Rows.CHANGED, but=Rows.BAD)
    return Report(
        rows=notes.how_many(Rows.NEW | Rows.BAD),
        recorded=new + corrected if is_taken_in and not dry_run else 0,
        same=notes.how_many(Rows.SAME),
        problems=in_order(notes.first[False]),
        problem_count=notes.count(),
        warnings=in_order(notes.first[True]),
        new=new,
        changed=changed,
        bad=notes.how_many(Rows.BAD, but=Rows.CHANGED),
        warned=notes.how_many(Rows.WARNED, but=Rows.BAD),
        warning_count=notes.count(warns=True),
        groups=notes.groups(),
        warning_groups=notes.groups(warns=True),
        is_taken_in=is_taken_in,
        needs_confirmation=needs_confirmation,
        needs_reason=needs_reason,
        _marked=marked,
    )


def in_order(problems: list[RowProblem]) -> tuple[RowProblem, ...]:
    """By row; within one as they were found."""
    return tuple(sorted(problems, key=lambda problem: problem.row or 0))


def refused_file(row: int | None, wrong: Iterable[Any]) -> Report:
    """The report of a file that cannot be read as a table of the register."""
    notes = Notes()
    notes.turn()
    for one in wrong:
        notes.note(row, one.field, one.code, one.params)
    return Report(
        0, 0, 0, tuple(notes.first[False]), notes.count(), (),
        groups=notes.groups(), is_taken_in=False,
    )  # fmt: skip


def refused(rows: int, problems: list[RowProblem], count: int) -> Report:
    """The report of a file that was not taken in."""
    return Report(rows, 0, 0, tuple(problems), count, (), is_taken_in=False)
