"""The texts of a workbook that its cells point to; packed, for there may be millions."""

from __future__ import annotations

import html
import re
from array import array
from typing import Any, Final

from portal.intake.archives import NotAWorkbook, Part, UnpacksTooLarge
from portal.intake.files import CellTooLong
from portal.intake.markup import Piece, pieces

LONGEST_CELL: Final = 32_767
"""What a cell of a spreadsheet holds at most."""
MOST_STRINGS: Final = 4_000_000
_HEX: Final = re.compile("_x([0-9A-Fa-f]{4})_")
_SIMPLE: Final = r'\s*<{0}si>\s*<{0}t(?: xml:space="preserve")?>([^<]*)</{0}t>\s*'


class Strings:
    """Texts by their number."""

    def __init__(self, part: Part | None) -> None:
        self._bytes, self._ends = bytearray(), array("L", [0])
        simple: Any = None
        for piece in pieces(part, "sst", "si") if part is not None else ():
            if not piece.text.strip():
                continue
            simple = simple or re.compile(_SIMPLE.format(piece.prefix))
            found = simple.fullmatch(piece.text)
            self._add(meant(found[1]) if found else words(piece))

    def _add(self, text: str) -> None:
        if len(text) > LONGEST_CELL:
            raise CellTooLong(line=1)
        if len(self._ends) > MOST_STRINGS:
            raise UnpacksTooLarge
        self._bytes += text.encode()
        self._ends.append(len(self._bytes))

    def __getitem__(self, place: int) -> str:
        if not 0 <= place < len(self._ends) - 1:
            raise NotAWorkbook
        return self._bytes[self._ends[place] : self._ends[place + 1]].decode()


def words(piece: Piece) -> str:
    """The text of a string that is written in several pieces, or otherwise unusually."""
    parsed = [child for child in piece.parsed("si") if child.tag.endswith("si")]
    if len(parsed) != 1:
        raise NotAWorkbook
    return meant(text_in(parsed[0]).replace("&", "&amp;"))


def text_in(element: Any) -> str:
    """The text in an element, in one piece or in several of different looks; no reading aids."""
    parts = []
    for child in element:
        name = child.tag.rpartition("}")[2]
        if name == "t":
            parts.append(child.text or "")
        elif name == "r":
            parts += [inner.text or "" for inner in child if inner.tag.rpartition("}")[2] == "t"]
    return "".join(parts)


def meant(text: str) -> str:
    """What escaped text stands for: by XML's own signs, and by those of workbooks (_x000D_)."""
    text = html.unescape(text) if "&" in text else text
    return _HEX.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
