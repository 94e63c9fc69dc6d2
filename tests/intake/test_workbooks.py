"""A workbook says what a page would be told, whoever wrote it; an independent reader agrees."""

from __future__ import annotations

import gettext
import io
from datetime import datetime
from importlib.resources import files
from typing import Any

import python_calamine
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from portal.accounts import Actor, Organisation
from portal.intake import open_table, propose, take_in
from portal.registers import REGISTERS
from tests.build import NOW, TAKEDOWN
from tests.intake.hostile import ROW, sheet

TAKEDOWNS = REGISTERS["takedowns"]


def cells_of(data: bytes) -> list[tuple[int, list[str]]]:
    table = open_table(io.BytesIO(data))
    return [(table.head_row, list(table.headings)), *((n, list(row)) for n, row in table.rows())]


def written(rows: list[list[Any]], *, formats: dict[int, str] | None = None, **how: Any) -> bytes:
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"in_memory": True, "strings_to_urls": False, **how})
    page = book.add_worksheet("Entries")
    looks = {place: book.add_format({"num_format": f}) for place, f in (formats or {}).items()}
    for number, row in enumerate(rows):
        for place, value in enumerate(row):
            page.write(number, place, value, looks.get(place))
    book.close()
    return held.getvalue()


def test_days_times_and_numbers_are_told_as_one_would_type_them() -> None:
    formats = {0: "yyyy-mm-dd", 1: "dd/mm/yyyy hh:mm", 2: "h:mm", 3: "0.00", 4: '"day" 0', 5: "@"}
    moment = datetime(2026, 10, 12, 9, 5)  # noqa: DTZ001 - a cell has no zone
    head = ["a", "b", "c", "d", "e", "f", "g"]
    row = [46307, moment, 0.5, 5, 7, "007", True]
    told = ["2026-10-12", "2026-10-12 09:05", "12:00", "5", "7", "007", "true"]

    assert cells_of(written([head, row], formats=formats))[1] == (2, told)
    assert cells_of(written([head, row], formats=formats, constant_memory=True))[1] == (2, told)
    early = {"default_date_format": "dd/mm/yy", "date_1904": True}
    assert cells_of(written([["a"], [moment]], **early))[1][1] == ["2026-10-12 09:05"]


def test_other_programs_write_otherwise() -> None:
    body = (
        f'<cols/><sheetData><row r="1" spans="1:2">{ROW.format(1, "a")[11:-6]}'
        '<c r="C1" t="inlineStr"><is><r><t>b</t></r><r><t xml:space="preserve"> &amp; c</t></r>'
        '</is></c></row><row r="2"/><row r="3"></row>\n<row r="7" ht="12"><c><v>1.50E1</v></c>'
        '<!-- a remark --><c r="C7" s="0"><v>2</v></c></row></sheetData><mergeCells/>'
    )
    assert cells_of(sheet(body)) == [(1, ["a", "", "b & c"]), (7, ["15", "", "2"])]


def test_blank_rows_and_columns_behind_the_table_are_nothing() -> None:
    rows = [["a", "b", "", " "], ["1", "", "", ""], ["", "", "", ""], ["", "2", "", " "]]
    assert cells_of(written([*rows, *([["", ""]] * 50)])) == [
        (1, ["a", "b"]), (2, ["1"]), (4, ["", "2", "", " "]),
    ]  # fmt: skip


@settings(max_examples=20, deadline=None, database=None, derandomize=True)
@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=9), max_size=4),
        min_size=1, max_size=5,
    ),
    st.booleans(),
)  # fmt: skip
def test_an_independent_reader_finds_the_same_texts(rows: list[list[str]], packed: bool) -> None:
    rows = [["head"], *rows]
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"in_memory": True, "constant_memory": packed})
    page = book.add_worksheet()
    for number, row in enumerate(rows):
        for place, value in enumerate(row):
            page.write_string(number, place, value)
    book.close()
    other = python_calamine.load_workbook(io.BytesIO(held.getvalue())).get_sheet_by_index(0)
    theirs = [[str(cell) for cell in row] for row in other.to_python(skip_empty_area=False)]
    mine = dict(cells_of(held.getvalue()))
    for number, row in enumerate(theirs, start=1):
        told = mine.get(number, [])
        if any(cell.strip() for cell in row):
            assert told + [""] * (len(row) - len(told)) == row
        else:
            assert not told


def test_a_template_is_known_by_its_head_and_name(
    session: Session, isp: Organisation, by: Actor
) -> None:
    names, model = list(TAKEDOWN), TAKEDOWNS.input
    titles = [model.model_fields[name].title or "" for name in names]
    km = gettext.translation("messages", str(files("portal") / "translations"), ["km"])
    assert propose(titles, model).fields == tuple(names)
    assert propose(names, model).fields == tuple(names)
    assert propose([km.gettext(title) for title in titles], model).fields == tuple(names)

    def takes(version: str, head: list[str]) -> list[tuple[int | None, str]]:
        held = io.BytesIO()
        book = xlsxwriter.Workbook(held, {"in_memory": True})
        book.define_name("template_version", f'="{version}"')
        page = book.add_worksheet("Entries")
        for number, row in enumerate([head, names, list(TAKEDOWN.values())]):
            page.write_row(number, 0, row)
        book.close()
        report = take_in(session, isp.id, TAKEDOWNS, io.BytesIO(held.getvalue()), by=by, at=NOW)
        assert report.recorded == int(report.is_taken_in)
        return [(problem.row, problem.code) for problem in report.problems]

    assert takes("roster 1", titles) == [(1, "template-of-another-register")]
    assert takes("takedowns 0", ["Old title", *titles[1:]]) == [
        (1, "template-of-another-version"), (1, "column-unknown"), (1, "column-missing"),
    ]  # fmt: skip
    assert takes("takedowns 1", titles) == []
