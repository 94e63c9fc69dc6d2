"""A file as bytes: small enough, text and not something else, and cut into rows of cells."""

from __future__ import annotations

import csv
import io
from codecs import BOM_UTF8
from collections.abc import Iterator
from typing import BinaryIO, Final

from portal.errors import Refusal
from portal.intake.content import NotText, encoding_of, refusal_of

MOST_BYTES: Final = 5 * 1024 * 1024
MOST_ROWS: Final = 50_000

_DELIMITERS: Final = ";,\t"
_KIB: Final = 1024


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


class NotATable(Refusal):
    """The file cannot be cut into rows and cells."""

    code = "file-not-a-table"


def table(stream: BinaryIO) -> Iterator[list[str]]:
    """The rows of a CSV file, the head first; parted by ``;``, ``,`` or tab.

    Raises a refusal of this module; of what the file holds nothing is kept or repeated.
    """
    text = _text(_bytes(stream))
    head = text.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for count, row in enumerate(reader):
            if count > MOST_ROWS:
                raise TooManyRows(limit=MOST_ROWS)
            yield row
    except csv.Error:
        raise NotATable(line=reader.line_num) from None


def _bytes(stream: BinaryIO) -> bytes:
    data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise TooLarge(limit_mib=MOST_BYTES // _KIB // _KIB)
    if (refusal := refusal_of(data)) is not None:
        raise refusal
    return data


def _text(data: bytes) -> str:
    try:
        text = data.removeprefix(BOM_UTF8).decode(encoding_of(data))
    except UnicodeDecodeError:
        raise (NotText if b"\x00" in data else NotUnicode) from None
    if "\x00" in text:
        raise NotText
    if not text.strip():
        raise Empty
    return text
