"""Files by page: looked at first, then all of it in, or everything that is wrong is told."""

from __future__ import annotations

from sqlalchemy import func, select

from portal.intake import LARGEST
from portal.registers.takedowns import Takedown
from tests.visitors import Visitor
from tests.web.registers.conftest import House


def sample(visitor: Visitor, slug: str = "takedowns") -> bytes:
    return visitor.client.get(f"/registers/{slug}/sample.csv").data


def sends(visitor: Visitor, data: bytes, expect: int = 200) -> Visitor:
    visitor.opens("/registers/takedowns/imports")
    return visitor.fills_in(expect, form="imports", file=("items.csv", data))


def held(house: House) -> int:
    house.session.rollback()
    return house.session.scalar(select(func.count()).select_from(Takedown)) or 0


def test_the_sample_comes_in_and_a_second_time_changes_nothing(house: House, dara: Visitor) -> None:
    data = sample(dara)
    assert "3 entries to record, nothing wrong." in sends(dara, data).text
    assert held(house) == 0
    assert dara.presses("Record 3 entries").heading == "Recorded"
    assert held(house) == 3
    assert "Nothing new: every row was recorded before." in sends(dara, data).text
    assert held(house) == 3


def test_a_faulty_file_is_answered_rule_by_rule_and_nothing_comes_in(
    house: House, dara: Visitor
) -> None:
    data = sample(dara).replace(b"SAMPLE-NOTICE-1,3", b"see http://secret.invalid,x")
    sends(dara, data)

    assert "1 row needs your attention" in dara.text
    rows = [[cell.text_content() for cell in row] for row in dara.page.xpath("//tbody/tr")]
    assert {row[0] for row in rows} >= {"The sender's reference", "Item number"}
    assert "secret" not in dara.text
    assert held(house) == 0


def test_an_image_an_e_mail_and_no_file_are_refused(house: House, dara: Visitor) -> None:
    sends(dara, b"\x89PNG\r\n\x1a\n" + b"0" * 99, expect=422)
    assert "never come in" in dara.text
    sends(dara, b"Received: from mx\r\n\r\nhello", expect=422)
    assert "This is an e-mail" in dara.text
    dara.opens("/registers/takedowns/imports").presses("Check the file", expect=422)
    assert dara.errors() == ["File: enter this."]
    assert held(house) == 0


def test_a_file_that_is_too_large_is_refused_before_it_is_read(house: House, dara: Visitor) -> None:
    body, kind = {"CONTENT_LENGTH": str(LARGEST * 2)}, "multipart/form-data; boundary=x"
    answer = dara.client.post(
        "/registers/takedowns/imports", environ_overrides=body, content_type=kind
    )

    assert answer.status_code == 413
    assert "too large" in answer.get_data(as_text=True)
    assert held(house) == 0


def test_odd_rows_are_recorded_once_somebody_read_what_is_odd(house: House, dara: Visitor) -> None:
    house.records(1, source_ref="SAMPLE-NOTICE-1")
    data = sample(dara).replace(b"SAMPLE-NOTICE-1,2", b"SAMPLE-NOTICE-1,1")
    sends(dara, data)
    assert "Entry TD-" in dara.text
    dara.presses("Record 3 entries", expect=409)
    assert "tick it once you have read them" in dara.text
    assert held(house) == 1
    dara.fills_in(form="Record 3 entries", confirmed=True)
    assert held(house) == 4
