"""A CSV file, decoded and cut into cells as it is read."""

from __future__ import annotations

import csv
import io
from codecs import BOM_UTF8
from collections.abc import Generator, Iterator
from typing import Any, BinaryIO, Final

from portal.intake.content import NotText, encoding_of
from portal.intake.files import CellTooLong, Empty, NotATable, NotUnicode, Numbered, Table, headed

LONGEST_LINE: Final = 256 * 1024
"""Signs; a row of a register has some hundreds."""
_DELIMITERS: Final = ";,\t|"
_TOO_LONG: Final = "field larger than field limit"


def text_table(stream: BinaryIO, size: int) -> Table:
    """A CSV file in UTF-8, or UTF-16 with its mark, parted by ``;``, ``,``, tab or ``|``."""
    text = _opened(stream)
    try:
        head = next((line for line in _lines(text) if line.strip()), None)
    finally:
        text.detach()
    if head is None:
        raise Empty
    delimiter = max(_DELIMITERS, key=head.count)

    def read() -> Generator[Numbered]:
        return _rows(stream, delimiter)

    row, headings = headed(read())
    return Table(stream, "csv", headings, row, size, None, read, stream.tell)


def _opened(stream: BinaryIO) -> io.TextIOWrapper:
    stream.seek(0)
    mark = stream.read(len(BOM_UTF8))
    stream.seek(len(mark) if mark == BOM_UTF8 else 0)
    return io.TextIOWrapper(stream, encoding_of(mark), newline="")


def _rows(stream: BinaryIO, delimiter: str) -> Generator[Numbered]:
    text: Any = _opened(stream)
    reader = csv.reader(_lines(text), delimiter=delimiter, strict=True)
    try:
        yield from enumerate(reader, start=1)
    except csv.Error as failure:
        if _TOO_LONG in str(failure):
            raise CellTooLong(line=reader.line_num) from None
        raise NotATable(line=reader.line_num) from None
    finally:
        # The wrapper must not close a file that is another's; it may be closed by now.
        if not stream.closed:
            text.detach()


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    readline, number = text.readline, 0
    try:
        while line := readline(LONGEST_LINE):
            number += 1
            if len(line) == LONGEST_LINE:
                raise CellTooLong(line=number)
            if "\x00" in line:
                raise NotText
            yield line
    except UnicodeDecodeError as failure:
        raise (NotText if b"\x00" in failure.object else NotUnicode) from None
