"""An item moves on by page: a step, its correction, its taking back, and what may come next."""

from __future__ import annotations

from tests.visitors import Visitor
from tests.web.registers.conftest import House


def choices(visitor: Visitor) -> list[str]:
    return visitor.page.xpath("//select[@name='kind']/option/@value")


def test_an_item_moves_from_receipt_to_closing(house: House, dara: Visitor) -> None:
    [key] = house.records(1)
    here = f"/registers/takedowns/entries/{key}"
    dara.opens(here)
    assert "ACTIONED" in choices(dara)
    assert "REOPENED" not in choices(dara)
    dara.opens(f"{here}/events/new?kind=ACKNOWLEDGED").fills_in(occurred_at="2026-10-12T09:30")
    assert "ACKNOWLEDGED" not in choices(dara)
    dara.opens(f"{here}/events/new?kind=ACTIONED")
    dara.fills_in(occurred_at="2026-10-12T12:00", action="REMOVED")

    assert "Actioned: Removed" in dara.text
    assert "Closed" in dara.text
    assert "12 Oct 2026, 12:00 entered" in dara.text
    assert "ACTIONED" not in choices(dara)
    assert "REOPENED" in choices(dara)


def test_what_the_course_refuses_is_said_at_the_field(house: House, dara: Visitor) -> None:
    [key] = house.records(1)
    dara.opens(f"/registers/takedowns/entries/{key}/events/new?kind=ACTIONED")
    dara.fills_in(409, occurred_at="2026-10-12T08:00", action="REMOVED")

    assert dara.errors() == ["This lies before the notice was received (12 Oct 2026, 09:10)."]
    dara.fills_in(occurred_at="2026-10-12T12:00")


def test_a_service_offers_only_what_it_can_do(house: House, dara: Visitor) -> None:
    [key] = house.records(1, service_role="ACCESS", locator_kind="DOMAIN", hosting_country="XX")
    dara.opens(f"/registers/takedowns/entries/{key}/events/new?kind=ACTIONED")
    offered = dara.page.xpath("//*[@name='action']//@value")
    assert "BLOCKED" in offered
    assert "REMOVED" not in offered
    dara.fills_in(409, occurred_at="2026-10-12T12:00", action="BLOCKED")
    assert "second approver" in dara.errors()[0]


def test_a_wrong_step_is_replaced_and_one_that_never_was_taken_back(
    house: House, dara: Visitor
) -> None:
    [key] = house.records(1)
    here = f"/registers/takedowns/entries/{key}"
    dara.opens(f"{here}/events/new?kind=ACTIONED")
    dara.fills_in(occurred_at="2026-10-12T12:00", action="REMOVED")
    dara.opens(f"{here}/events/1/corrections/new")
    dara.fills_in(occurred_at="2026-10-12T12:30", reason="TYPING_ERROR")
    assert "corrects no. 1" in dara.text
    assert "1 step was replaced or taken back" in dara.text

    dara.opens(f"{here}/events/2/retractions/new").fills_in(reason="WRONGLY_RECORDED")
    assert "2 steps were replaced or taken back" in dara.text or "3 steps" in dara.text
    assert "Open" in dara.text
    dara.opens(f"{here}/events/1/corrections/new", expect=404)


def test_a_pause_is_ended_by_resuming(house: House, dara: Visitor) -> None:
    [key] = house.records(1)
    here = f"/registers/takedowns/entries/{key}/events/new"
    dara.opens(f"{here}?kind=PAUSED")
    dara.fills_in(occurred_at="2026-10-12T10:00", pause_reason="CLARIFICATION")
    assert "RESUMED" in choices(dara)
    dara.opens(f"{here}?kind=RESUMED").fills_in(occurred_at="2026-10-12T11:00")
    assert "RESUMED" not in choices(dara)


def test_no_such_kind_is_not_there(house: House, dara: Visitor) -> None:
    [key] = house.records(1)
    for kind in ("", "PAUSE_APPROVED", "NONSENSE"):
        dara.opens(f"/registers/takedowns/entries/{key}/events/new?kind={kind}", expect=404)
