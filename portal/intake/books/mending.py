"""A reader's own rows back: what is wrong stands before each row, and its cells are coloured.

Mended, it can be sent again as it is. No cell calculates anything, and none shows what was refused
as a locator (chairs B11).
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from portal.entries.guards import names_a_locator
from portal.intake.books.layout import Kind
from portal.intake.books.looks import CREATED, EVERYWHERE, LONG, WIDE, Looks
from portal.intake.books.words import ENTRIES, HEAD_ROWS, MENDING, Both
from portal.intake.columns import ADDED, LEFT_OUT
from portal.intake.files import Cells, Numbered
from portal.intake.problems import Group, RowProblem
from portal.intake.reports import Marked, Report

MOST_NOTES: Final = 2000
"""Cells with a note of their own; the column before each row says the same of all of them."""
_MOST_SIGNS: Final = 32_767
_DIGEST: Final = re.compile(r"[0-9a-fA-F]{64}")
_EVERY: Final = 1000
_OWNER_ONLY: Final = 0o600
_WHERE, _OFTEN = 26, 10


@dataclass(frozen=True)
class MendingWords:
    """What such a workbook says. ``titles`` are those of every column by its field, the added ones
    among them; ``lead`` stands above the rules, ``heads`` above their columns: the field, what to
    do, how often, in which rows first.
    """

    titles: dict[str, Both]
    lead: Sequence[str]
    heads: tuple[str, str, str, str]
    removed: str
    sentence: Callable[[RowProblem], str]
    group: Callable[[Group], str]
    stops: Callable[[int], None] = lambda _row: None
    """Hears the number of rows written now and then, and may raise."""


def write_mending(
    path: Path,
    fields: Sequence[str | None],
    rows: Iterable[Numbered],
    report: Report,
    words: MendingWords,
) -> None:
    """Write the workbook of a file's rows (without its head), whose columns are for ``fields``.

    Columns that nobody reads are not given back: nothing in them was looked at. What is not
    written yet lies in the same folder, under names of its own; memory does not grow with the rows.
    Half of it is never found at ``path``.
    """
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with os.fdopen(os.open(part, flags, _OWNER_ONLY), "wb") as out:
        book = xlsxwriter.Workbook(out, {"constant_memory": True, "tmpdir": str(path.parent)})
        book.set_properties({"created": CREATED})
        _fill(book, fields, rows, report, words)
        book.close()
    part.replace(path)


def _fill(
    book: Any,
    fields: Sequence[str | None],
    rows: Iterable[Numbered],
    report: Report,
    words: MendingWords,
) -> None:
    kept = [(place, name) for place, name in enumerate(fields) if name not in {None, LEFT_OUT}]
    looks = Looks(book)
    _groups(book.add_worksheet(MENDING), report.groups, words, looks)
    sheet = book.add_worksheet(ENTRIES)
    _head(sheet, [*ADDED, *(str(name) for _, name in kept)], words, looks)
    writer = _Writer(sheet, kept, words, looks)
    for place, (marked, cells) in enumerate(_beside(rows, report.marked())):
        writer.write(HEAD_ROWS + place, cells, marked)
        if place % _EVERY == 0:
            words.stops(place)


def _beside(
    rows: Iterable[Numbered], marked: Iterator[Marked]
) -> Iterator[tuple[Marked | None, Cells]]:
    """Each row with what was noted of it; both come in the order of the file."""
    waiting = next(marked, None)
    for number, cells in rows:
        while waiting is not None and waiting.row < number:
            waiting = next(marked, None)
        yield (waiting if waiting and waiting.row == number else None), cells


def _groups(sheet: Any, groups: Sequence[Group], words: MendingWords, looks: Looks) -> None:
    sheet.set_column(0, 0, WIDE)
    sheet.set_column(1, 1, LONG)
    sheet.set_column(2, 2, _OFTEN)
    sheet.set_column(3, 3, _WHERE)
    for row, text in enumerate(words.lead):
        sheet.write_string(row, 0, text, looks.line)
    first = len(words.lead) + 1
    for place, text in enumerate(words.heads):
        sheet.write_string(first, place, text, looks.head)
    for row, group in enumerate(groups, start=first + 1):
        title = words.titles[group.field].km if group.field in words.titles else ""
        english = words.titles[group.field].en if group.field in words.titles else ""
        named = title if title == english else f"{title} / {english}".strip(" /")
        sheet.write_string(row, 0, named, looks.plain)
        sheet.write_string(row, 1, words.group(group), looks.plain)
        sheet.write_number(row, 2, group.count, looks.plain)
        sheet.write_string(row, 3, ", ".join(map(str, group.rows)), looks.plain)


def _head(sheet: Any, names: Sequence[str], words: MendingWords, looks: Looks) -> None:
    sheet.set_column(0, 0, LONG // 2)
    sheet.set_column(1, len(names) - 1, WIDE, looks.cells[Kind.TEXT])
    for row, language in enumerate(("km", "en")):
        for place, name in enumerate(names):
            title = getattr(words.titles[name], language)
            sheet.write_string(row, place, title, looks.needed if name in ADDED else looks.head)
    for place, name in enumerate(names):
        sheet.write_string(HEAD_ROWS - 1, place, name, looks.plain)
    sheet.set_row(HEAD_ROWS - 1, None, None, {"hidden": True})
    sheet.freeze_panes(HEAD_ROWS, 1)
    sheet.ignore_errors({"number_stored_as_text": EVERYWHERE})


@lru_cache(maxsize=8192)
def _must_not_be_shown(text: str, name: str) -> bool:
    if name == "content_digest" and _DIGEST.fullmatch(text.strip()):
        return False
    return names_a_locator(text)


class _Writer:
    """Writes row after row."""

    def __init__(
        self, sheet: Any, kept: Sequence[tuple[int, Any]], words: MendingWords, looks: Looks
    ) -> None:
        self.sheet, self.kept, self.words, self.looks = sheet, kept, words, looks
        self.notes = 0

    def write(self, at: int, cells: Cells, marked: Marked | None) -> None:
        """A row of the file at a row of the sheet."""
        problems = marked.problems if marked else ()
        said = [self.words.sentence(problem) for problem in problems]
        if said:
            told = "\n".join(dict.fromkeys(said))[:_MOST_SIGNS]
            codes = " ".join(dict.fromkeys(problem.code for problem in problems))
            self.sheet.write_string(at, 0, told, self.looks.mend)
            self.sheet.write_string(at, 1, codes, self.looks.mend)
        wrong: dict[str | None, list[str]] = {}
        for problem, text in zip(problems, said, strict=True):
            wrong.setdefault(problem.field, []).append(text)
        shown = marked.cells if marked else cells
        for place, (column, name) in enumerate(self.kept, start=len(ADDED)):
            cell = shown[column] if column < len(shown) else ""
            self._cell(at, place, self._shown(cell, name), wrong.get(name))

    def _shown(self, text: str | None, name: str) -> str:
        """What of a cell is given back; asked anew of each, whatever was noted of its row."""
        if text is None or _must_not_be_shown(text, name):
            return self.words.removed
        return text[:_MOST_SIGNS]

    def _cell(self, at: int, place: int, text: str, wrong: Sequence[str] | None) -> None:
        if wrong is None:
            if text:
                self.sheet.write_string(at, place, text)
            return
        self.sheet.write_string(at, place, text, self.looks.bad)
        if self.notes < MOST_NOTES:
            self.notes += 1
            self.sheet.write_comment(at, place, "\n".join(wrong))
