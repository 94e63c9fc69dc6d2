"""Files by page: all of it in, or a table of everything that is wrong."""

from __future__ import annotations

from sqlalchemy import func, select

from portal.registers.takedowns import Takedown
from tests.visitors import Visitor
from tests.web.registers.conftest import House


def sample(visitor: Visitor, slug: str = "takedowns") -> bytes:
    return visitor.client.get(f"/registers/{slug}/sample.csv").data


def sends(visitor: Visitor, data: bytes, expect: int = 200) -> Visitor:
    visitor.opens("/registers/takedowns/imports")
    return visitor.fills_in(expect, file=("items.csv", data))


def held(house: House) -> int:
    house.session.rollback()
    return house.session.scalar(select(func.count()).select_from(Takedown)) or 0


def test_the_sample_comes_in_and_a_second_time_changes_nothing(house: House, dara: Visitor) -> None:
    data = sample(dara)
    assert "3 entries recorded." in sends(dara, data).text
    assert "3 had been recorded before" in sends(dara, data).text
    assert held(house) == 3


def test_a_faulty_file_is_answered_row_by_row_and_nothing_comes_in(
    house: House, dara: Visitor
) -> None:
    data = sample(dara).replace(b"SAMPLE-NOTICE-1,3", b"see http://secret.invalid,x")
    sends(dara, data, expect=422)

    assert "Nothing was recorded" in dara.text
    rows = [[cell.text_content() for cell in row] for row in dara.page.xpath("//tbody/tr")[:2]]
    assert [row[:2] for row in rows] == [
        ["Row 3", "The sender's reference"],
        ["Row 3", "Item number"],
    ]
    assert "secret" not in dara.text
    assert held(house) == 0


def test_an_image_an_e_mail_and_no_file_are_refused(house: House, dara: Visitor) -> None:
    sends(dara, b"\x89PNG\r\n\x1a\n" + b"0" * 99, expect=422)
    assert "never come in" in dara.text
    sends(dara, b"Received: from mx\r\n\r\nhello", expect=422)
    assert "This is an e-mail" in dara.text
    dara.opens("/registers/takedowns/imports").presses("Import", expect=422)
    assert dara.errors() == ["File: enter this."]
    assert held(house) == 0


def test_a_file_that_is_too_large_is_refused_before_it_is_read(house: House, dara: Visitor) -> None:
    body, kind = b"x" * (6 * 1024 * 1024), "multipart/form-data; boundary=x"
    answer = dara.client.post("/registers/takedowns/imports", data=body, content_type=kind)

    assert answer.status_code == 413
    assert "too large" in answer.get_data(as_text=True)
    assert held(house) == 0


def test_duplicates_in_a_file_are_recorded_with_a_warning(house: House, dara: Visitor) -> None:
    house.records(1, source_ref="SAMPLE-NOTICE-1")
    data = sample(dara).replace(b"SAMPLE-NOTICE-1,2", b"SAMPLE-NOTICE-1,1")
    sends(dara, data)
    assert "Row 2: Entry TD-" in dara.text
