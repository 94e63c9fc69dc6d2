"""Lists: each register has its page, filters narrow it, slices follow each other."""

from __future__ import annotations

from typing import Any

from sqlalchemy import event

from portal.registers import REGISTERS
from tests.visitors import Visitor
from tests.web.registers.conftest import House


def names(visitor: Visitor) -> list[str]:
    return [a.text for a in visitor.page.xpath("//a[@class='entry-name']")]


def test_every_register_has_a_page_that_says_when_it_is_empty(dara: Visitor) -> None:
    dara.opens("/registers")
    for slug in REGISTERS:
        dara.opens(f"/registers/{slug}")
        assert "Nothing is recorded here yet." in dara.text
    dara.opens("/registers/notices", expect=404)


def test_a_list_is_read_in_slices(house: House, dara: Visitor) -> None:
    house.records(60)
    dara.opens("/registers/takedowns")
    first = names(dara)
    dara.follows("Older →")
    rest = names(dara)

    assert (len(first), len(rest)) == (50, 10)
    assert len({*first, *rest}) == 60
    dara.follows("⇤ Newest")
    assert names(dara) == first
    dara.opens("/registers/takedowns?before=nonsense", expect=404)


def test_filters_narrow_a_list_and_stay_chosen(house: House, dara: Visitor) -> None:
    house.records(2)
    house.records(1, source_ref="P-1", source_type="POLICE", priority="P3_CONTEXTUAL")
    dara.opens("/registers/takedowns?priority=P3_CONTEXTUAL")
    assert len(names(dara)) == 1
    dara.opens("/registers/takedowns?period=2026-10&open=yes")
    assert len(names(dara)) == 3
    assert dara.page.xpath("//select[@name='open']/option[@selected]/@value") == ["yes"]
    dara.opens("/registers/takedowns?period=2026-09")
    assert "No entry fits." in dara.text
    dara.opens("/registers/takedowns?period=2024-02&priority=NONSENSE")
    assert dara.page.xpath("//select[@name='period']/option[@selected]/@value") == ["2024-02"]


def test_an_entry_is_found_by_its_number_without_naming_it_in_the_address(
    house: House, dara: Visitor
) -> None:
    house.records(1, own_ref="INC-4711")
    dara.opens("/registers/takedowns")
    dara.fills_in(form="searches", reference="INC-4711")
    assert len(names(dara)) == 1
    assert "INC-4711" not in dara.path

    dara.fills_in(422, form="searches", reference="http://example.invalid")
    assert "looks like a web address" in dara.errors()[0]


def test_a_stranger_sees_an_empty_list(house: House, vanna: Visitor) -> None:
    house.records(1)
    assert names(vanna.opens("/registers/takedowns")) == []


def test_lists_name_no_category_of_harm(house: House, dara: Visitor) -> None:
    house.records(1)
    assert "CSAM" not in dara.opens("/registers/takedowns").text


def test_a_page_takes_as_many_queries_with_one_row_as_with_thirty(
    house: House, dara: Visitor, app: Any
) -> None:
    def asked() -> list[str]:
        found: list[str] = []
        note = lambda *args: found.append(args[2])  # noqa: E731
        event.listen(app.extensions["engine"], "before_cursor_execute", note)
        dara.opens("/registers/takedowns")
        event.remove(app.extensions["engine"], "before_cursor_execute", note)
        return found

    house.records(1)
    dara.opens("/registers/takedowns")
    with_one = asked()
    house.records(29, source_ref="IHC-2")
    with_thirty = asked()

    assert len(names(dara)) == 30
    assert len(with_thirty) == len(with_one)
    # The rows, where they stand, and their pauses.
    assert len([query for query in with_one if "takedown" in query]) == 3
