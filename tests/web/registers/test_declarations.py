"""Declarations by page: answer once, confirm all with one tap."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from portal.db import begin_write
from portal.registers.declaring import declare
from tests.build import a_declaration
from tests.visitors import Visitor
from tests.web.registers.conftest import House

YESTERDAY = datetime.now(UTC) - timedelta(days=1)


def test_a_duty_is_answered(house: House, dara: Visitor) -> None:
    dara.opens("/declarations")
    assert "5 duties have no answer yet." in dara.text
    dara.opens("/declarations/SP5-01")
    dara.fills_in(422, answer="YES", since_on="2026-01-01")
    assert dara.errors() == ["Say how many deputies there are."]
    dara.fills_in(deputies="1")

    assert "1 deputy" in dara.text
    assert "4 duties have no answer yet." in dara.text
    assert house.isp.id


def test_an_answer_changes_by_a_later_version(house: House, dara: Visitor) -> None:
    dara.opens("/declarations/SP5-14").fills_in(answer="YES", since_on="2026-01-01")
    dara.opens("/declarations/SP5-14").fills_in(answer="NO", since_on="2026-11-01")
    dara.opens("/declarations/SP5-14")

    assert [row.split()[1] for row in _rows(dara)] == ["2", "1"]
    dara.fills_in(409)
    assert "Nothing was changed" in dara.errors()[0]
    assert house.isp.id


def test_all_answers_are_confirmed_with_one_tap(house: House, dara: Visitor) -> None:
    begin_write(house.session)
    checked = YESTERDAY.date().isoformat()
    value = a_declaration(house.session, at=YESTERDAY, checked_on=checked)
    declare(house.session, house.isp.id, value, by=house.dara, at=YESTERDAY)
    house.session.commit()
    dara.opens("/declarations").presses("All answers still hold")

    assert "1 answer confirmed today." in dara.text
    assert "All answers still hold" not in dara.text


def test_what_no_declaration_answers_is_not_there(dara: Visitor) -> None:
    dara.opens("/declarations/SP5-03", expect=404)


def _rows(visitor: Visitor) -> list[str]:
    return [row.text_content() for row in visitor.page.xpath("//tbody/tr/th")]
