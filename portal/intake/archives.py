"""The archive that a workbook is: looked at in its directory before a byte of it is unpacked."""

from __future__ import annotations

import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, BinaryIO, Final

from portal.errors import Refusal
from portal.intake.content import NotText

MOST_PARTS: Final = 500
MOST_UNPACKED: Final = 1024**3
"""A million rows of a register are some 700 MiB of XML."""
MOST_TIMES: Final = 200
"""So many times its size a part may unpack to; sheets of entries come to ten or twenty."""
SMALL_PART: Final = 2 * 1024 * 1024
"""What every part but the sheet and its strings may have."""

_END: Final = struct.Struct("<4s4H2LH")
_END_MARK: Final = b"PK\x05\x06"
_LONGEST_COMMENT: Final = 1 << 16
_MOST_DIRECTORY: Final = 1 << 18
_LARGE: Final = 0xFFFF
_WORTH_ASKING: Final = 1 << 20
_LOCKED: Final = 1
_TAKEN_APART: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_MACROS: Final = ("vbaproject", "xl/macrosheets/", "xl/activex/", "xl/ctrlprops/")
_LINKS: Final = ("xl/externallinks/", "xl/connections", "xl/querytables/", "xl/webextensions/")
_MEDIA: Final = ("media/", "embeddings/", "oleobject", "xl/customdata/", "xl/model/")
_DIRECTORY: Final = "[Content_Types].xml"


class NotAWorkbook(Refusal):
    """The archive is no workbook that can be read."""

    code = "file-not-a-workbook"


class Locked(Refusal):
    """The workbook has a password."""

    code = "file-locked"


class HasMacros(Refusal):
    """The workbook holds programs."""

    code = "file-has-macros"


class HasLinks(Refusal):
    """The workbook points to other files or addresses."""

    code = "file-has-links"


class HasMedia(Refusal):
    """The workbook holds pictures, films or other files."""

    code = "file-has-media"


class UnpacksTooLarge(Refusal):
    """The workbook unpacks to more than any table, or to hardly anything but air."""

    code = "file-unpacks-too-large"


def archive_of(stream: BinaryIO, size: int) -> zipfile.ZipFile:
    """The archive in a file, if its directory is that of a plain workbook; raises what it is."""
    _look_at_the_end(stream, size)
    with reading():
        archive = zipfile.ZipFile(stream)
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if _DIRECTORY not in names:
        raise NotText
    if len(names) != len(parts):
        raise NotAWorkbook
    for part in parts:
        _look_at(part)
    if sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise UnpacksTooLarge
    return archive


def _look_at_the_end(stream: BinaryIO, size: int) -> None:
    stream.seek(max(0, size - _LONGEST_COMMENT - _END.size))
    tail = stream.read(_LONGEST_COMMENT + _END.size)
    stream.seek(0, os.SEEK_SET)
    place = tail.rfind(_END_MARK)
    if place < 0 or len(tail) - place < _END.size:
        raise NotAWorkbook
    _mark, _disk, _first, _here, parts, directory, _offset, _comment = _END.unpack_from(tail, place)
    if parts == _LARGE or parts > MOST_PARTS or directory > _MOST_DIRECTORY:
        raise UnpacksTooLarge


def _look_at(part: zipfile.ZipInfo) -> None:
    name = part.filename.casefold().replace("\\", "/")
    if part.flag_bits & _LOCKED:
        raise Locked
    if any(word in name for word in _MACROS):
        raise HasMacros
    if any(word in name for word in _LINKS):
        raise HasLinks
    if any(word in name for word in _MEDIA):
        raise HasMedia
    if part.compress_type not in _TAKEN_APART:
        raise NotAWorkbook
    if part.file_size > max(_WORTH_ASKING, MOST_TIMES * part.compress_size):
        raise UnpacksTooLarge


def whole(archive: zipfile.ZipFile, name: str) -> bytes | None:
    """A small part of the archive, None where there is none."""
    try:
        part = archive.getinfo(name)
    except KeyError:
        return None
    if part.file_size > SMALL_PART:
        raise UnpacksTooLarge
    with reading(), archive.open(part) as held:
        return held.read()


@contextmanager
def reading() -> Iterator[None]:
    """Say in words what is wrong with an archive that cannot be unpacked."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, KeyError):
        raise NotAWorkbook from None


Part = IO[bytes]
