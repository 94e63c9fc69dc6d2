"""Files made to do harm, or broken on the way: what each is refused as. All of them are harmless
here.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from typing import Final

import xlsxwriter

MIB: Final = 1 << 20
SPACE: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
ROW: Final = '<row r="{0}"><c r="A{0}" t="inlineStr"><is><t>{1}</t></is></c></row>'


def workbook(*, row: str = "", **parts: bytes | str) -> bytes:
    """A small workbook, with parts put in or in place of others; ``row`` stands behind the head."""
    held, made = io.BytesIO(), io.BytesIO()
    book = xlsxwriter.Workbook(held, {"in_memory": True})
    book.add_worksheet("Entries").write_row(0, 0, ["source_type", "item_no"])
    book.close()
    given = {name.replace("__", "/").replace("_xml", ".xml"): part for name, part in parts.items()}
    with zipfile.ZipFile(held) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as to:
        for name in source.namelist():
            part = source.read(name)
            if row and name.endswith("sheet1.xml"):
                part = part.replace(b"</sheetData>", f"{row}</sheetData>".encode())
            to.writestr(name, given.pop(name, part))
        for name, extra in given.items():
            to.writestr(name, extra)
    return made.getvalue()


def sheet(body: str, before: str = "") -> bytes:
    """A workbook whose sheet is written by hand."""
    text = f'<?xml version="1.0" encoding="UTF-8"?>{before}<worksheet xmlns="{SPACE}">{body}'
    return workbook(xl__worksheets__sheet1_xml=f"{text}</worksheet>")


def locked() -> bytes:
    """The flag that says a part is encrypted, in every part."""
    data = bytearray(workbook())
    place = 0
    while (place := data.find(b"PK\x01\x02", place)) >= 0:
        data[place + 8] |= 1
        place += 4
    return bytes(data)


def too_small_said() -> bytes:
    """A part that says it unpacks to a hundred bytes, and does not."""
    data = bytearray(sheet("<sheetData>" + "<row/>" * 200_000 + "</sheetData>"))
    place = data.rfind(b"xl/worksheets/sheet1.xml") - 46
    struct.pack_into("<L", data, place + 24, 100)
    return bytes(data)


def many_parts() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as file:
        for number in range(5000):
            file.writestr(f"{number}.xml", b"")
    return held.getvalue()


def linked() -> bytes:
    relations = '<Relationships><Relationship TargetMode="External" Target="x"/></Relationships>'
    return workbook(**{"xl__worksheets___rels__sheet1_xml.rels": relations})


ENTITIES: Final = '<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]>'
HEAD: Final = b"source_type,item_no\r\n"

HOSTILE: Final[dict[str, tuple[Callable[[], bytes], str]]] = {
    "a formula": (lambda: workbook(row='<row r="2"><c r="A2"><f>1+1</f><v>2</v></c></row>'), "file-has-formulas"),
    "an error of a formula": (lambda: workbook(row='<row r="2"><c r="A2" t="e"><v>#REF!</v></c></row>'), "file-has-formulas"),
    "a workbook with a password": (locked, "file-locked"),
    "macros": (lambda: workbook(xl__vbaProject_bin=b"x"), "file-has-macros"),
    "a picture inside": (lambda: workbook(xl__media__image1_png=b"x"), "file-has-media"),
    "another file inside": (lambda: workbook(xl__embeddings__one_bin=b"x"), "file-has-media"),
    "a link to another workbook": (lambda: workbook(xl__externalLinks__one_xml=b"<a/>"), "file-has-links"),
    "a link to an address": (linked, "file-has-links"),
    "entities": (lambda: sheet("<sheetData>" + ROW.format(1, "&d;") + "</sheetData>", ENTITIES), "file-not-a-workbook"),
    "entities in the book": (lambda: workbook(xl__workbook_xml=f"{ENTITIES}<workbook/>"), "file-not-a-workbook"),
    "another encoding": (lambda: workbook(xl__worksheets__sheet1_xml="<worksheet/>".encode("utf-16")), "file-not-a-workbook"),
    "a bomb": (lambda: workbook(xl__worksheets__sheet1_xml=bytes(64 * MIB)), "file-unpacks-too-large"),
    "a sheet of nothing": (lambda: sheet("<a/>" * (6 * MIB)), "file-unpacks-too-large"),
    "a sheet of depth": (lambda: sheet("<sheetData><row>" + "<a>" * MIB), "file-unpacks-too-large"),
    "a part larger than it says": (too_small_said, "file-not-a-workbook"),
    "thousands of parts": (many_parts, "file-unpacks-too-large"),
    "a text longer than cells are": (lambda: sheet(f"<sheetData>{ROW.format(1, 'x' * 40_000)}</sheetData>"), "file-cell-too-long"),
    "rows in no order": (lambda: sheet(f"<sheetData>{ROW.format(2, 'a')}{ROW.format(1, 'b')}</sheetData>"), "file-not-a-workbook"),
    "a string that is none": (lambda: workbook(row='<row r="2"><c r="A2" t="s"><v>99999</v></c></row>'), "file-not-a-workbook"),
    "a workbook cut in the middle": (lambda: workbook()[:-400], "file-not-a-workbook"),
    "a quotation that never ends": (lambda: HEAD + b'"' + b"a,b\r\n" * 2_000_000, "file-cell-too-long"),
    "a cell of ten megabytes": (lambda: HEAD + b"x" * (10 * MIB), "file-cell-too-long"),
    "forty megabytes of line ends": (lambda: HEAD + b"\n" * (40 * MIB), "file-too-many-rows"),
    "forty megabytes of commas": (lambda: HEAD + b"," * (40 * MIB), "file-cell-too-long"),
    "a nought byte far behind": (lambda: HEAD + b"a,1\r\n" * 500 + b"\x00", "file-not-text"),
    "another encoding far behind": (lambda: HEAD + b"a,1\r\n" * 500 + b"\xe1", "file-not-unicode"),
    "more than may come": (lambda: bytes(201 * MIB), "file-too-large"),
}  # fmt: skip
