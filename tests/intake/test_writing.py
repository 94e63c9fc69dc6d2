"""Tables that go out calculate nothing, whatever stands in their cells."""

from __future__ import annotations

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.intake.writing import csv_of, parts_of_csv
from tests.house.sources import modules

FORMULAS = [
    "=1+1",
    '=HYPERLINK("x")',
    "+1",
    "-1+cmd",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "\u00a0=1",
    "\ufeff=1",
    "＝1",
    "|x",
    "%0",
]


def cells_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("text", FORMULAS)
def test_what_a_spreadsheet_would_calculate_stands_behind_an_apostrophe(text: str) -> None:
    assert cells_of(csv_of(["a"], [{"a": text}])) == [["a"], ["'" + text]]
    assert cells_of(csv_of([text], []))[0] == ["'" + text]


def test_numbers_and_ordinary_texts_stay_as_they_are() -> None:
    row = {"a": -5, "b": "2026-10-01", "c": 'បាន, "yes"', "d": "", "e": None}

    assert cells_of(csv_of(list(row), [row]))[1] == ["-5", "2026-10-01", 'បាន, "yes"', "", ""]


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")))
def test_no_text_at_all_begins_a_formula(text: str) -> None:
    [_, [cell]] = cells_of(csv_of(["a"], [{"a": text}])) if text else [[], [""]]

    assert cell in {text, "'" + text}
    assert not cell.lstrip().startswith(("=", "+", "-", "@"))


def test_a_large_table_is_written_part_by_part() -> None:
    rows = ({"no": number, "text": "=1"} for number in range(2500))
    parts = parts_of_csv(["no", "text"], rows)

    first = next(parts)
    assert next(rows)["no"] < 1100
    assert first.startswith("no,text\r\n0,'=1\r\n")
    assert sum(part.count("\r\n") for part in parts) + first.count("\r\n") == 2500


# The extractor stands alone, and writes words of lists and of whoever runs it for the portal to
# read; another is a line on a screen; a file in which a row was mended is read by the portal alone.
BESIDE = {"extract/writing.py", "intake/uploads/mended.py", "web/access.py"}


def test_the_house_writes_csv_in_one_place() -> None:
    writers = re.compile(r"csv\.(?:writer|DictWriter)\(|\.to_csv\(")

    found = {name for name, text, _ in modules() if writers.search(text)}

    assert found == {"intake/writing.py", *BESIDE}
