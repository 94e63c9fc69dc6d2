"""Templates: workbooks to fill in, which offer codes and say what belongs where, and what never."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter

from portal.intake.books.layout import Column, Kind
from portal.intake.books.looks import CREATED, EVERYWHERE, LONG, NARROW, WIDE, Looks
from portal.intake.books.offers import list_codes, offer
from portal.intake.books.words import (
    CODES,
    ENTRIES,
    EXAMPLE,
    HEAD_ROWS,
    READ_ME,
    VERSION_NAME,
    Words,
    version_of,
)


def template(
    slug: str, columns: Sequence[Column], words: Words, example: Mapping[str, Any]
) -> bytes:
    """The workbook of a table: entries, codes, one example apart, and what to know. The same words
    give the same bytes.
    """
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"constant_memory": True})
    book.set_properties({"title": version_of(slug), "created": CREATED})
    book.define_name(VERSION_NAME, f'="{version_of(slug)}"')
    looks = Looks(book)
    entries, codes, shown, read_me = (
        book.add_worksheet(name) for name in (ENTRIES, CODES, EXAMPLE, READ_ME)
    )
    write_head(entries, columns, words, looks)
    offer(entries, columns, words)
    list_codes(codes, columns, words, looks)
    _example(shown, columns, words, looks, example)
    _read_me(read_me, slug, words, looks)
    entries.activate()
    book.close()
    return held.getvalue()


def write_head(sheet: Any, columns: Sequence[Column], words: Words, looks: Looks) -> None:
    """The head of a table: titles in both languages, which stay in sight, and hidden names."""
    for place, column in enumerate(columns):
        sheet.set_column(place, place, _width(column), looks.cells[column.kind])
    for row, language in enumerate(("km", "en")):
        sheet.set_row(row, 34)
        for place, column in enumerate(columns):
            look = looks.needed if column.required else looks.head
            sheet.write_string(row, place, getattr(words.titles[column.field], language), look)
            # Rows are written one after the other, and a note belongs to its row.
            if row == 0:
                sheet.write_comment(0, place, _note(column, words), {"x_scale": 2})
    for place, column in enumerate(columns):
        sheet.write_string(HEAD_ROWS - 1, place, column.field, looks.plain)
    sheet.set_row(HEAD_ROWS - 1, None, None, {"hidden": True})
    sheet.freeze_panes(HEAD_ROWS, 0)
    sheet.ignore_errors({"number_stored_as_text": EVERYWHERE})


def _width(column: Column) -> int:
    longest = max((len(code) for code in column.codes), default=0)
    return max(WIDE if column.kind in {Kind.TEXT, Kind.MOMENT} else NARROW, longest + 3)


def _note(column: Column, words: Words) -> str:
    hint, lines = words.hints[column.field], []
    for language in ("km", "en"):
        needed = getattr(words.needed, language) if column.required else ""
        lines.append(f"{needed} {getattr(hint, language)}".strip())
    return "\n".join(line for line in lines if line) or column.field


def _example(
    sheet: Any, columns: Sequence[Column], words: Words, looks: Looks, example: Mapping[str, Any]
) -> None:
    sheet.set_column(0, len(columns) - 1, WIDE)
    sheet.write_string(0, 0, words.example.km, looks.strong)
    sheet.write_string(1, 0, words.example.en, looks.strong)
    for row, language in enumerate(("km", "en"), start=2):
        for place, column in enumerate(columns):
            title = getattr(words.titles[column.field], language)
            sheet.write_string(row, place, title, looks.head)
    for place, column in enumerate(columns):
        sheet.write_string(4, place, str(example.get(column.field, "")), looks.plain)


def _read_me(sheet: Any, slug: str, words: Words, looks: Looks) -> None:
    sheet.set_column(0, 1, LONG)
    sheet.write_string(0, 0, version_of(slug), looks.strong)
    sheet.write_string(1, 0, words.heading.km, looks.strong)
    sheet.write_string(1, 1, words.heading.en, looks.strong)
    for row, text in enumerate(words.read_me, start=2):
        sheet.write_string(row, 0, text.km, looks.plain)
        sheet.write_string(row, 1, text.en, looks.plain)
