"""A file as bytes: small enough, text and not something else, and cut into rows of cells."""

from __future__ import annotations

import csv
import io
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from typing import BinaryIO, Final

from portal.errors import Refusal

MOST_BYTES: Final = 5 * 1024 * 1024
MOST_ROWS: Final = 50_000

_DELIMITERS: Final = ";,\t"
_KIB: Final = 1024
# Nothing but text comes in (safety rule 1): pictures, films, archives, documents and programs are
# known by their first bytes, and other binary files by a zero byte.
_NOT_TEXT: Final = (
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"BM",
    b"II*\x00",
    b"MM\x00*",
    b"RIFF",
    b"OggS",
    b"ID3",
    b"fLaC",
    b"\x1aE\xdf\xa3",
    b"%PDF",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"Rar!",
    b"7z\xbc\xaf",
    b"MZ",
    b"\x7fELF",
    b"\xd0\xcf\x11\xe0",
    b"{\\rtf",
)
_MESSAGE_HEADS: Final = ("received:", "return-path:", "from:", "mime-version:", "delivered-to:")


class TooLarge(Refusal):
    """The file is larger than one intake takes."""

    code = "file-too-large"


class NotText(Refusal):
    """The file is not a text file of rows (or holds content that must not come in)."""

    code = "file-not-text"


class IsAMessage(Refusal):
    """The file is an e-mail; nothing of it was kept."""

    code = "file-is-a-message"


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
    if data[:12].startswith(_NOT_TEXT) or data[4:8] == b"ftyp":
        raise NotText
    return data


def _text(data: bytes) -> str:
    encoding = "utf-16" if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8"
    try:
        text = data.removeprefix(BOM_UTF8).decode(encoding)
    except UnicodeDecodeError:
        raise (NotText if b"\x00" in data else NotUnicode) from None
    if "\x00" in text:
        raise NotText
    if not text.strip():
        raise Empty
    if text.lstrip().lower().startswith(_MESSAGE_HEADS):
        raise IsAMessage
    return text
