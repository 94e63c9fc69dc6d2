"""How the cells of a workbook look."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from portal.intake.books.layout import Kind

CREATED: Final = datetime(2026, 1, 1)  # noqa: DTZ001 - a fixed day, so that bytes stay the same
NARROW, WIDE, LONG = 14, 24, 90
"""Widths of columns, in signs."""
EVERYWHERE: Final = "A1:XFD1048576"
"""Every cell of a sheet."""

# It has Khmer letters and comes with Windows; elsewhere another one that has them steps in.
FONT: Final = {"font_name": "Leelawadee UI", "font_size": 10}
_FORMATS: Final[Mapping[Kind, str]] = {
    Kind.DAY: "yyyy-mm-dd",
    Kind.MOMENT: "yyyy-mm-dd hh:mm",
    Kind.WHOLE: "0",
}
# What a spreadsheet would turn into a number or a day, else: it stays as typed.
_AS_TEXT: Final = "@"


class Looks:
    """The formats of one workbook."""

    def __init__(self, book: Any) -> None:
        bold = {**FONT, "bold": True, "text_wrap": True, "valign": "vcenter"}
        dark = {"bg_color": "#12304f", "font_color": "#ffffff", "border": 1}
        self.needed = book.add_format({**bold, **dark})
        self.head = book.add_format({**bold, "bg_color": "#dfe7ef", "border": 1})
        self.plain = book.add_format({**FONT, "text_wrap": True, "valign": "top"})
        self.line = book.add_format(FONT)
        self.strong = book.add_format({**FONT, "bold": True, "font_size": 12})
        self.bad = book.add_format(
            {**FONT, "bg_color": "#f7d4cf", "border": 1, "num_format": _AS_TEXT}
        )
        self.mend = book.add_format({**FONT, "font_color": "#8a1c0f", "text_wrap": True})
        self.cells = {
            kind: book.add_format({**FONT, "num_format": _FORMATS.get(kind, _AS_TEXT)})
            for kind in Kind
        }
