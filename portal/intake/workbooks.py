"""An XLSX workbook: which of its sheets holds the entries, and what a cell in it stands for."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Generator
from typing import Any, BinaryIO, Final

from portal.intake.archives import (
    HasLinks,
    HasMacros,
    NotAWorkbook,
    UnpacksTooLarge,
    archive_of,
    reading,
    whole,
)
from portal.intake.files import Numbered, Table, headed
from portal.intake.markup import tree
from portal.intake.sheets import Sheet
from portal.intake.strings import Strings

ENTRIES: Final = "Entries"
"""The sheet of a template that is filled in; of other workbooks the first that is seen is read."""
TEMPLATE: Final = "template_version"
"""The name in a workbook that says which template it was made with."""
MOST_OF_STRINGS: Final = 128 * 1024 * 1024

_BOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_STRINGS, _STYLES = "xl/sharedStrings.xml", "xl/styles.xml"
_DAYS: Final = frozenset({14, 15, 16, 17, 22, *range(27, 37), *range(50, 59)})
_TIMES: Final = frozenset({18, 19, 20, 21, 45, 46, 47})
_QUOTED: Final = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_DAY, _TIME, _BOTH = 1, 2, 3
_MOMENT: Final = 22


def workbook_table(stream: BinaryIO, size: int) -> Table:
    """The table in a workbook; raises what makes it one that does not come in."""
    archive = archive_of(stream, size)
    for part in archive.namelist():
        if part.endswith(".rels") and b"External" in (whole(archive, part) or b""):
            raise HasLinks
    if b"macroEnabled" in (whole(archive, "[Content_Types].xml") or b""):
        raise HasMacros
    book = tree(whole(archive, _BOOK) or b"")
    sheet = Sheet(_strings(archive), _shows(archive), since_1904=_since_1904(book))
    part = _part(archive, book)

    def read() -> Generator[Numbered]:
        with reading(), archive.open(part) as held:
            yield from sheet.rows(held)

    row, headings = headed(read())
    return Table(stream, "xlsx", headings, row, size, _template(book), read, stream.tell)


def _strings(archive: zipfile.ZipFile) -> Strings:
    if _STRINGS not in archive.namelist():
        return Strings(None)
    if archive.getinfo(_STRINGS).file_size > MOST_OF_STRINGS:
        raise UnpacksTooLarge
    with reading(), archive.open(_STRINGS) as held:
        return Strings(held)


def _shows(archive: zipfile.ZipFile) -> list[int]:
    """What each style shows: nothing special, a day, a time, both."""
    styles = whole(archive, _STYLES)
    if styles is None:
        return []
    root = tree(styles)
    own = {
        element.get("numFmtId"): element.get("formatCode", "") for element in _named(root, "numFmt")
    }
    [formats] = _named(root, "cellXfs") or [[]]
    return [_kind(element.get("numFmtId", "0"), own) for element in formats]


def _kind(number: str, own: dict[Any, str]) -> int:
    if number in own:
        said = _QUOTED.sub("", own[number]).casefold().split(";")[0]
        days, times = bool(re.search(r"[yd]", said)), bool(re.search(r"[hs]", said))
        return _DAY * (days or (not times and "m" in said)) + _TIME * times
    if not number.isdecimal():
        return 0
    if int(number) == _MOMENT:
        return _BOTH
    return _DAY * (int(number) in _DAYS) + _TIME * (int(number) in _TIMES)


def _since_1904(book: Any) -> bool:
    return any(e.get("date1904") in {"1", "true"} for e in _named(book, "workbookPr"))


def _part(archive: zipfile.ZipFile, book: Any) -> str:
    """The part that holds the sheet of entries."""
    seen = [s for s in _named(book, "sheet") if s.get("state", "visible") == "visible"]
    chosen = next((s for s in seen if s.get("name") == ENTRIES), seen[0] if seen else None)
    if chosen is None:
        raise NotAWorkbook
    number = next((v for k, v in chosen.attrib.items() if k.endswith("}id")), None)
    for relation in tree(whole(archive, _RELATIONS) or b""):
        if relation.get("Id") == number:
            name = posixpath.normpath(posixpath.join("/xl", relation.get("Target", "")))
            if name.lstrip("/") in archive.namelist():
                return name.lstrip("/")
    raise NotAWorkbook


def _template(book: Any) -> str | None:
    for name in _named(book, "definedName"):
        if name.get("name") == TEMPLATE:
            said = re.fullmatch(r'"([a-z-]{1,30} \d{1,4})"', name.text or "")
            return said[1] if said else None
    return None


def _named(root: Any, name: str) -> list[Any]:
    return [element for element in root.iter() if element.tag.rpartition("}")[2] == name]
