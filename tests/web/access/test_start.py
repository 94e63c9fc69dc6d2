"""The app does not start where the table of who gets where and the app say different things."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from portal.web.access import ASKERS, TABLE, AccessDiffers, check

Edit = Callable[[list[str]], list[str]]


@pytest.fixture
def changed(tmp_path: Path) -> Callable[[Edit], Path]:
    """A copy of the table in which something was changed, line by line."""

    def write(edit: Edit) -> Path:
        path = tmp_path / TABLE.name
        path.write_text("".join(edit(TABLE.read_text().splitlines(keepends=True))))
        return path

    return write


def with_line(start: str, new: str) -> Edit:
    """Puts a text in the place of what a line begins with."""
    return lambda lines: [
        new + line.removeprefix(start) if line.startswith(start) else line for line in lines
    ]


FINDS = "/certificates,GET,certificates.index,sign-in,no,no,no,"


def test_an_endpoint_that_the_table_does_not_name_stops_the_app(app: Flask) -> None:
    # The tests' own app has views that no portal has.
    with pytest.raises(
        AccessDiffers, match=r"not in access.csv: /samples/new,GET,samples.new,sign"
    ):
        check(app)


def says(app: Flask, path: Path) -> list[str]:
    """What the app stops with, besides what the tests' own views lack."""
    with pytest.raises(AccessDiffers) as stopped:
        check(app, path)
    return [line for line in str(stopped.value).splitlines() if line and "/samples" not in line]


def test_a_line_without_an_endpoint_is_named(app: Flask, changed: Callable[[Edit], Path]) -> None:
    path = changed(with_line(FINDS, FINDS.replace("certificates.index", "certificates.gone")))

    gone, lacking = says(app, path)

    assert gone == "not in the app: /certificates,GET,certificates.gone"
    # What it lacks can be pasted; what a person has to decide is left open.
    begins = "not in access.csv: /certificates,GET,certificates.index,sign-in,no,no,no,?,?,?,no,"
    assert lacking.startswith(begins)


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("all", "the gate says no, not all, to PREPARER"),
        ("maybe", "no word of the table: 'maybe' for PREPARER"),
    ],
)
def test_a_cell_that_contradicts_the_gate_is_named(
    app: Flask, changed: Callable[[Edit], Path], cell: str, told: str
) -> None:
    path = changed(with_line(FINDS, FINDS.replace("sign-in,no,", f"sign-in,{cell},", 1)))

    assert says(app, path)[0].startswith(told)


def test_a_gap_in_a_line_is_named(app: Flask, changed: Callable[[Edit], Path]) -> None:
    path = changed(with_line(FINDS, FINDS.replace("sign-in,no,", "sign-in,", 1)))

    assert says(app, path) == ["not a cell for each column: /certificates,GET,certificates.index"]


def test_a_role_without_a_column_stops_the_app(app: Flask, changed: Callable[[Edit], Path]) -> None:
    path = changed(lambda lines: [line.rpartition(",")[0] + "\n" for line in lines])

    assert says(app, path)[0].endswith(",".join(ASKERS))


def test_lines_stand_in_the_order_of_addresses(app: Flask, changed: Callable[[Edit], Path]) -> None:
    path = changed(lambda lines: [lines[0], lines[2], lines[1], *lines[3:]])

    assert says(app, path) == ["not in the order of addresses: /,GET,home.index"]
