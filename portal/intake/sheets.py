"""The cells of a sheet as the texts that a page would be given: days, times, numbers, words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from portal.errors import Refusal
from portal.intake.archives import NotAWorkbook, Part, UnpacksTooLarge
from portal.intake.files import MOST_COLUMNS, CellTooLong, Numbered
from portal.intake.markup import Piece, pieces
from portal.intake.strings import LONGEST_CELL, Strings, meant, text_in

_SPARE, _OF_A_ROW = 32 * 1024 * 1024, 8 * 1024
_ROW: Final = r'\s*<{0}row((?:\s+[\w:.-]+="[^"<]*")*)\s*(/?)>'
_NUMBER: Final = re.compile(r'\sr="(\d{1,7})"')
_CELL: Final = (
    r'<{0}c r="([A-Z]+)\d+"(?: s="(\d+)")?(?: t="(\w+)")?(?:/>|>(?:<{0}v>([^<]*)</{0}v>|'
    r'<{0}is><{0}t(?: xml:space="preserve")?>([^<]*)</{0}t></{0}is>)</{0}c>)'
)
_WHOLE: Final = re.compile(r"-?\d{1,15}")
_FROM: Final = (datetime(1899, 12, 30), datetime(1904, 1, 1))  # noqa: DTZ001 - a sheet has no zone
_DAY, _TIME = 1, 2
_SECONDS: Final = 86_400
_MOST_DAYS: Final = 2_958_466
_EXACT: Final = 1e15
_MOST_KNOWN: Final = 20_000
_MOST_PLACES: Final = 4 * MOST_COLUMNS

Cell = tuple[str, str, str, str, str]
"""Column, style, kind, value, text of its own."""


class HasFormulas(Refusal):
    """A cell is calculated (``cell`` names it): what it shows depends on who opens the file."""

    code = "file-has-formulas"


class Sheet:
    """How a workbook writes its cells: texts, what each style shows, where its days begin."""

    def __init__(self, strings: Strings, shows: Sequence[int], *, since_1904: bool) -> None:
        self._strings, self._shows = strings, shows
        self._from = _FROM[since_1904]
        self._places: dict[str, int] = {}
        self._known: dict[Cell, str] = {}

    def rows(self, part: Part) -> Iterator[Numbered]:
        """The rows of a sheet that hold anything, with their numbers; raises HasFormulas."""
        number = filled = 0
        row: Any = None
        for piece in pieces(part, "sheetData", "row"):
            if row is None:
                row, cell = (re.compile(shape.format(piece.prefix)) for shape in (_ROW, _CELL))
            place, empty = 0, "/"
            while empty and (begins := row.match(piece.text, place)):
                number = _after(number, _NUMBER.search(begins[1]))
                empty, place = begins[2], begins.end()
            if empty:
                if piece.text[place:].strip():
                    raise NotAWorkbook
                continue
            if cells := self._row(piece, place, cell):
                filled += 1
                yield number, cells
            if piece.read > _SPARE + filled * _OF_A_ROW:
                raise UnpacksTooLarge

    def _row(self, piece: Piece, begins: int, shape: re.Pattern[str]) -> list[str]:
        found: Iterable[Cell] = shape.findall(piece.text, begins)
        signs = sum(4 if cell[3] else 6 if cell[4] else 1 for cell in found)
        if piece.text.count("<", begins) != signs:
            found = _cells(piece)
        cells: list[str] = []
        places, known = self._places, self._known
        for cell in found:
            text = known.get(cell)
            if text is None:
                text = self._text(cell)
            if not text:
                continue
            place = places.get(cell[0], -1)
            if place != len(cells):
                place = self._place(cell[0]) if cell[0] else len(cells)
                if place < len(cells):
                    raise NotAWorkbook
                cells.extend([""] * (place - len(cells)))
            cells.append(text)
        return cells

    def _place(self, letters: str) -> int:
        place = 0
        for letter in letters:
            place = place * 26 + ord(letter) - 64
        if place > _MOST_PLACES:
            raise NotAWorkbook
        self._places[letters] = place - 1
        return place - 1

    def _text(self, cell: Cell) -> str:
        _letters, style, kind, value, own = cell
        if kind == "e":
            raise HasFormulas(cell="?")
        if kind == "s":
            text = self._strings[int(value)] if value else ""
        elif kind == "b":
            text = "true" if value == "1" else "false"
        elif kind in {"", "n"}:
            text = self._number(value, self._shows[int(style)] if style and self._shows else 0)
        else:
            text = meant(value or own)
        if len(text) > LONGEST_CELL:
            raise CellTooLong(line=1)
        if len(self._known) > _MOST_KNOWN:
            self._known.clear()
        self._known[cell] = text
        return text

    def _number(self, value: str, shows: int) -> str:
        if not shows:
            return value if _WHOLE.fullmatch(value) else _plain(value)
        serial = float(value) if value else -1.0
        if not 0 <= serial < _MOST_DAYS:
            return value
        moment = self._from + timedelta(seconds=round(serial * _SECONDS))
        time = f"{moment:%H:%M:%S}" if moment.second else f"{moment:%H:%M}"
        if shows == _TIME and serial < 1:
            return time
        if shows == _DAY and serial.is_integer():
            return f"{moment:%Y-%m-%d}"
        return f"{moment:%Y-%m-%d} {time}"


def _after(number: int, said: re.Match[str] | None) -> int:
    """The number of the next row; rows come in their order."""
    after = int(said[1]) if said else number + 1
    if after <= number:
        raise NotAWorkbook
    return after


def _cells(piece: Piece) -> Iterator[Cell]:
    """The cells of a row that is written unusually."""
    row = [child for child in piece.parsed("row") if child.tag.rpartition("}")[2] == "row"][-1]
    for cell in row:
        inner = {child.tag.rpartition("}")[2]: child for child in cell}
        ref = cell.get("r") or ""
        named = re.fullmatch(r"([A-Z]{1,3})\d{1,7}", ref)
        if ref and named is None:
            raise NotAWorkbook
        if "f" in inner:
            raise HasFormulas(cell=ref or "?")
        value = (inner["v"].text or "") if "v" in inner else ""
        own = text_in(inner["is"]) if "is" in inner else ""
        if inner:
            letters = named[1] if named else ""
            # Parsed text is meant as it stands: what looks escaped in it is not.
            value, own = (text.replace("&", "&amp;") for text in (value, own))
            yield letters, cell.get("s") or "", cell.get("t") or "", value, own


def _plain(value: str) -> str:
    """A number as one would type it: ``5``, not ``5.0`` or ``5E0``."""
    try:
        number = float(value)
    except ValueError:
        return value
    return str(int(number)) if number.is_integer() and abs(number) < _EXACT else repr(number)
