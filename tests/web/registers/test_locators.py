"""A locator that somebody pastes is refused before it reaches database, log or page (case 22)."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import event

from tests.build import TAKEDOWN
from tests.journeys.acts import typed
from tests.town import Town

SECRET = "bad-place"
PASTED = f"https://{SECRET}.invalid/a/b"


@contextmanager
def everything_sent(town: Town) -> Iterator[list[str]]:
    """What reaches the database in the block: statements and what is bound to them."""
    sent: list[str] = []

    def note(*args: object) -> None:
        sent.append(f"{args[2]} {args[3]!r}")

    engine = town.app.extensions["engine"]
    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("field", ["source_ref", "own_ref", "note", "handled_by"])
def test_case_22_typed_into_an_entry(
    town: Town, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str], field: str
) -> None:
    officer = town.visit("chea").opens("/registers/takedowns/entries/new")
    with everything_sent(town) as sent, caplog.at_level(logging.DEBUG):
        officer.fills_in(422, form="entries", **{**typed(TAKEDOWN), field: PASTED})
    assert officer.errors()
    assert officer.response
    assert SECRET not in officer.response.get_data(as_text=True)
    assert sent
    assert not [sql for sql in sent if SECRET in sql]
    assert SECRET not in caplog.text
    assert SECRET not in "".join(capfd.readouterr())


def cells_of(workbook: bytes) -> list[object]:
    sheets = CalamineWorkbook.from_filelike(io.BytesIO(workbook))
    return [
        row for name in sheets.sheet_names for row in sheets.get_sheet_by_name(name).to_python()
    ]


def test_case_22_in_a_file_and_in_a_search(
    town: Town, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    officer = town.visit("chea")
    sample = officer.client.get("/registers/takedowns/sample.csv").get_data()
    file = sample.replace(b"SAMPLE-NOTICE-1", PASTED.encode())
    assert file != sample
    with everything_sent(town) as sent, caplog.at_level(logging.DEBUG):
        officer.opens("/registers/takedowns/imports").fills_in(file=("orders.csv", file))
        here, pages = officer.path, officer.text
        pages += officer.opens(f"{here}/columns").text + officer.opens(f"{here}/rows/2").text
        book = officer.client.get(f"{here}/mending.xlsx", buffered=True).data
        pages += "".join(map(str, cells_of(book)))
        officer.opens("/registers/takedowns").fills_in(422, form="searches", reference=PASTED)
    assert SECRET not in pages + officer.text
    assert not [sql for sql in sent if SECRET in sql]
    assert SECRET not in caplog.text
    assert SECRET not in "".join(capfd.readouterr())
