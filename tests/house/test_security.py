"""The page on security says of each row how it holds and by which test; the tests are there."""

from __future__ import annotations

import re

from tests.house.sources import HOUSE

PAGE = (HOUSE / "docs" / "security.md").read_text()
STANDS = "holds|not yet|does not apply"
ROW = re.compile(rf"^\| (V\d+\.\d+\.\d+) \| ({STANDS}) \| ([^|]+) \| ([^|]*) \|$", re.MULTILINE)
TESTS = {
    name
    for path in (HOUSE / "tests").rglob("test_*.py")
    for name in re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE)
}


def test_every_row_says_how_it_stands() -> None:
    rows = re.findall(r"^\| V\d.*$", PAGE, re.MULTILINE)

    assert [row for row in rows if not ROW.match(row)] == []
    assert len({ROW.match(row)[1] for row in rows}) == len(rows) == 125


def test_what_holds_is_shown_by_tests_that_are_there() -> None:
    shown = {row: shown_by for row, _, _, shown_by in ROW.findall(PAGE)}
    holds = {row for row, stands, _, _ in ROW.findall(PAGE) if stands == "holds"}

    assert {row for row in holds if not re.search(r"`\w+`|make check", shown[row])} == set()
    assert set(re.findall(r"`(test_\w+)`", " ".join(shown.values()))) - TESTS == set()


def test_the_sum_under_the_table_is_right() -> None:
    told = re.search(r"(\d+) hold, (\d+) not yet, (\d+) (?:do|does) not apply", PAGE)
    stands = [row[1] for row in ROW.findall(PAGE)]

    assert told is not None
    assert [int(number) for number in told.groups()] == [
        stands.count(word) for word in ("holds", "not yet", "does not apply")
    ]
