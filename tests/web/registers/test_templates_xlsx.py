"""Templates: a workbook a table; it offers codes, and says in both languages what goes where."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from lxml import etree
from python_calamine import CalamineWorkbook

from portal.intake import sample_row
from portal.intake.writing import csv_of
from portal.policy.queries import policy_at
from portal.registers.register import REGISTERS
from portal.web.workbooks import SHOWN_AT
from tests.town import Town
from tests.visitors import Visitor
from tests.web.uploads.conftest import filled_in

PLACES = {slug: f"/registers/{slug}/template.xlsx" for slug in REGISTERS}
NOTICES = "/notices/files/template.xlsx"
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
KHMER = re.compile("[\u1780-\u17d3]")


def fetched(visitor: Visitor, place: str) -> bytes:
    answer = visitor.client.get(place)
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    return answer.data


def rows(data: bytes, sheet: str) -> list[list[object]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name(sheet).to_python()


def part(data: bytes, name: str) -> etree._Element:
    return etree.fromstring(zipfile.ZipFile(io.BytesIO(data)).read(name))


def offered(data: bytes) -> dict[str, tuple[str, str]]:
    """What each column of Entries takes, by its field's name: the kind, and the list or bounds."""
    names = [str(cell) for cell in rows(data, "Entries")[2]]
    found = {}
    for one in part(data, "xl/worksheets/sheet1.xml").iter(f"{SHEET}dataValidation"):
        letters = re.match("[A-Z]+", one.get("sqref"))[0]
        place = 0
        for letter in letters:
            place = place * 26 + ord(letter) - 64
        said = one.findtext(f"{SHEET}formula1") or ""
        found[names[place - 1]] = (one.get("type", "any"), said)
    return found


def test_every_table_has_a_template_with_its_columns_in_both_languages(town: Town) -> None:
    books = {slug: fetched(town.visit("meas"), place) for slug, place in PLACES.items()}
    books["notices"] = fetched(town.visit("rith"), NOTICES)

    for slug, data in books.items():
        head = rows(data, "Entries")
        assert len(head) == 3, slug
        assert all(KHMER.search(str(cell)) for cell in head[0]), slug
        assert not any(KHMER.search(str(cell)) for cell in head[1]), slug
        if slug in REGISTERS:
            fields = [name for name in REGISTERS[slug].input.model_fields if name != "category"]
            assert head[2] == fields
        read_me = rows(data, "Read me")
        assert read_me[0][0] == f"{slug} 1"
        assert any("Never enter a web address" in str(row[1]) for row in read_me)
        assert all(KHMER.search(str(row[0])) for row in read_me[1:])
        assert rows(data, "Example")[1][0].startswith("An example, invented.")


def test_codes_are_offered_where_they_are_typed_and_named_in_both_languages(town: Town) -> None:
    data = fetched(town.visit("chea"), PLACES["takedowns"])
    kinds = offered(data)

    assert kinds["source_type"] == ("list", "Codes!$A$3:$A$12")
    assert kinds["item_no"] == ("whole", "1")
    assert kinds["received_at"][0] == "date"
    assert kinds["note"] == ("textLength", "0")
    codes = rows(data, "Codes")
    assert (codes[0][0], codes[0][2]) == ("source_type", "Who sent the notice")
    assert codes[2][0] == "HOTLINE_NATIONAL"
    assert codes[2][2] == "National hotline"
    assert KHMER.search(str(codes[2][1]))


def test_the_head_stays_in_sight_and_names_its_version(town: Town) -> None:
    data = fetched(town.visit("chea"), PLACES["roster"])
    sheet, book = part(data, "xl/worksheets/sheet1.xml"), part(data, "xl/workbook.xml")

    [pane] = sheet.iter(f"{SHEET}pane")
    assert (pane.get("ySplit"), pane.get("state")) == ("3", "frozen")
    assert [row.get("r") for row in sheet.iter(f"{SHEET}row") if row.get("hidden")] == ["3"]
    [version] = book.iter(f"{SHEET}definedName")
    assert (version.get("name"), version.text) == ("template_version", '"roster 1"')
    names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    assert any("comments" in name for name in names)


def test_the_same_template_is_the_same_bytes_on_another_day(town: Town) -> None:
    chea = town.visit("chea")
    today = fetched(chea, PLACES["blocklists"])
    town.clock.shift(timedelta(minutes=20))

    assert fetched(chea, PLACES["blocklists"]) == today


@pytest.mark.parametrize("place", [PLACES["takedowns"], NOTICES])
def test_a_template_is_for_who_may_fill_it_in(town: Town, place: str) -> None:
    assert town.stranger().client.get(place).status_code == 302
    assert town.visit("ly").client.get(place).status_code == 403


def test_a_notifier_fills_its_template_in_and_sends_it(town: Town) -> None:
    rith = town.visit("rith")
    with town.session() as session:
        policy = policy_at(session, town.now).policy
    rows = csv_of(*_sampled(sample_row("notices", policy=policy, at=SHOWN_AT))).encode()
    book = filled_in(fetched(rith, NOTICES), rows)
    rith.opens("/notices/files/new").fills_in(form="files", file=("sent.xlsx", book))

    assert "1 notice recorded." in rith.text


def _sampled(row: dict[str, Any]) -> tuple[list[str], list[dict[str, Any]]]:
    return list(row), [row]
