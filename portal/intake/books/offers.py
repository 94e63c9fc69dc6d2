"""What each column of a template takes, so that most of what would be refused is never typed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from xlsxwriter.utility import xl_col_to_name

from portal.intake.books.layout import Column, Kind
from portal.intake.books.looks import WIDE, Looks
from portal.intake.books.words import CODES, HEAD_ROWS, Words

_LAST_ROW: Final = 1_048_575
_EARLIEST, _LATEST = datetime(2000, 1, 1), datetime(2199, 12, 31)  # noqa: DTZ001 - cells have no zone
_MOST_OF_A_TITLE, _MOST_OF_A_HINT = 32, 255
_APIECE: Final = 3
"""Columns that a list of codes takes: the code, its name in Khmer, its name in English."""
_FIRST: Final = 2


def offer(sheet: Any, columns: Sequence[Column], words: Words) -> None:
    """Validate the cells below the head: lists of codes, whole numbers, days, lengths."""
    for place, column in enumerate(columns):
        title, hint = words.titles[column.field], words.hints[column.field]
        told = "\n".join(part for part in (title.en, hint.km, hint.en) if part)
        offered = {
            **_rule(column, columns),
            "input_title": title.km[:_MOST_OF_A_TITLE],
            "input_message": told[:_MOST_OF_A_HINT],
        }
        sheet.data_validation(HEAD_ROWS, place, _LAST_ROW, place, offered)


def list_codes(sheet: Any, columns: Sequence[Column], words: Words, looks: Looks) -> None:
    """The sheet of codes: of each list the codes and what they are called in both languages."""
    coded = _coded(columns)
    for place, column in enumerate(coded):
        first = _APIECE * place
        sheet.set_column(first, first + _APIECE - 1, WIDE + 6)
        title = words.titles[column.field]
        for offset, text in enumerate((column.field, title.km, title.en)):
            sheet.write_string(0, first + offset, text, looks.head)
    for row in range(max((len(column.codes) for column in coded), default=0)):
        for place, column in enumerate(coded):
            if row < len(column.codes):
                told = (str(column.codes[row]), *words.codes[column.field][row])
                for offset, text in enumerate(told):
                    sheet.write_string(_FIRST + row, _APIECE * place + offset, text, looks.plain)
    sheet.freeze_panes(_FIRST, 0)


def _rule(column: Column, columns: Sequence[Column]) -> dict[str, Any]:
    if column.kind is Kind.CODE:
        return {"validate": "list", "source": f"={_place_of_codes(column, columns)}"}
    if column.kind is Kind.WHOLE:
        return _between("integer", column.least, column.most)
    if column.kind in {Kind.DAY, Kind.MOMENT}:
        # A day typed as text is understood as well.
        return {**_between("date", _EARLIEST, _LATEST), "error_type": "warning"}
    return _between("length", 0, column.most) if column.most else {"validate": "any"}


def _between(what: str, least: Any, most: Any) -> dict[str, Any]:
    return {"validate": what, "criteria": "between", "minimum": least, "maximum": most}


def _coded(columns: Sequence[Column]) -> list[Column]:
    return [column for column in columns if column.codes]


def _place_of_codes(column: Column, columns: Sequence[Column]) -> str:
    letter = xl_col_to_name(_APIECE * _coded(columns).index(column), col_abs=True)
    return f"{CODES}!{letter}${_FIRST + 1}:{letter}${_FIRST + len(column.codes)}"
