"""A file that comes in: known by its bytes, bounded in every direction, read row by row.

Nothing of a file is held but the row at hand; of one that is refused nothing is kept or repeated.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from portal.errors import Refusal
from portal.intake.content import HEAD, refusal_of

MOST_BYTES: Final = 5 * 1024 * 1024
"""What a page takes at once, without a job."""
LARGEST: Final = 200 * 1024 * 1024
"""What a file may have at most, by whatever door."""
MOST_ROWS: Final = 1_000_000
MOST_LINES: Final = 1_048_576
"""Rows with the empty ones among them, as many as a sheet has."""
MOST_COLUMNS: Final = 256

_KIB: Final = 1024
_WORKBOOK: Final = b"PK\x03\x04"

Cells = Sequence[str]
Numbered = tuple[int, Cells]


class TooLarge(Refusal):
    """The file is larger than one intake takes."""

    code = "file-too-large"


class NotUnicode(Refusal):
    """The text is not written in UTF-8 (or UTF-16 with its mark)."""

    code = "file-not-unicode"


class Empty(Refusal):
    """The file holds no rows."""

    code = "file-empty"


class TooManyRows(Refusal):
    """The file holds more rows than one intake takes."""

    code = "file-too-many-rows"


class TooWide(Refusal):
    """The head has more columns than any table of the portal."""

    code = "file-too-wide"


class CellTooLong(Refusal):
    """A cell (or a whole row) is longer than anything that is asked for."""

    code = "file-cell-too-long"


class NotATable(Refusal):
    """The file cannot be cut into rows and cells."""

    code = "file-not-a-table"


@dataclass(frozen=True)
class Table:
    """A file as a table. ``headings`` are the cells of its first filled row, ``head_row`` is that
    row's number as a spreadsheet counts; ``template`` the name of the template it was made
    with (``takedowns 1``), if it says so; ``size`` its bytes.
    """

    stream: BinaryIO = field(repr=False)
    format: str
    headings: tuple[str, ...]
    head_row: int
    size: int
    template: str | None = None
    _read: Callable[[], Iterator[Numbered]] = field(repr=False, default=lambda: iter(()))
    _at: Callable[[], int] = field(repr=False, default=lambda: 0)

    def rows(self) -> Iterator[Numbered]:
        """Every filled row behind the head with its number, read anew from the file each time."""
        for number, cells in bounded(self._read()):
            if number > self.head_row:
                yield number, cells

    def done(self) -> int:
        """How many of the file's bytes were read, about."""
        return min(self._at(), self.size)


def size_of(stream: BinaryIO) -> int:
    """How many bytes a file has; raises TooLarge before one of them is read."""
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    if size > LARGEST:
        raise TooLarge(limit_mib=LARGEST // _KIB // _KIB)
    return size


def is_workbook(stream: BinaryIO) -> bool:
    """Whether a file is an archive such as workbooks are; raises what else it may not be."""
    head = stream.read(HEAD)
    stream.seek(0)
    if head.startswith(_WORKBOOK):
        return True
    if (refusal := refusal_of(head)) is not None:
        raise refusal
    return False


def headed(rows: Generator[Numbered]) -> tuple[int, tuple[str, ...]]:
    """The number and the cells of the first filled row, without empty columns behind the last."""
    with closing(rows):
        first = next(bounded(rows), None)
    if first is None:
        raise Empty
    number, cells = first
    filled = [place for place, cell in enumerate(cells) if cell.strip("\ufeff \t")]
    width = filled[-1] + 1
    if width > MOST_COLUMNS:
        raise TooWide(limit=MOST_COLUMNS)
    return number, tuple(cells[:width])


def bounded(rows: Iterator[Numbered]) -> Iterator[Numbered]:
    """The rows that hold anything; raises TooManyRows."""
    count = itertools.count()
    for number, cells in rows:
        if number > MOST_LINES:
            raise TooManyRows(limit=MOST_ROWS)
        if cells and any(map(str.strip, cells)):
            if next(count) > MOST_ROWS:
                raise TooManyRows(limit=MOST_ROWS)
            yield number, cells
