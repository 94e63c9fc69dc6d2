"""Each figure of a month leads its ISP to the entries behind it, and nobody else."""

from __future__ import annotations

from tests.build import TAKEDOWN, UPDATE
from tests.journeys.acts import OCTOBER, files, opens_the_books, prepares, records
from tests.town import Town
from tests.visitors import Visitor


def leads(visitor: Visitor) -> set[str]:
    """Where the figures of a page lead to."""
    return set(visitor.page.xpath("//*[@class='said']//a/@href"))


def test_a_figure_leads_to_the_entries_of_its_own_month(town: Town) -> None:
    officer = town.visit("chea")
    records(officer, "takedowns", TAKEDOWN)
    records(officer, "blocklists", UPDATE)
    found = leads(officer.opens(OCTOBER))
    assert {
        "/registers/takedowns?period=2026-10",
        f"/registers/blocklists?period=2026-10&list_code={UPDATE['list_code']}",
    } <= found
    for href in found:
        officer.opens(href)


def test_what_was_carried_leads_to_the_month_it_was_received_in(town: Town) -> None:
    town.moves_to("2026-11-01 09:00")
    officer = town.visit("chea")
    late = {"issued_at": "2026-10-31 17:30", "received_at": "2026-10-31 18:00"}
    records(officer, "takedowns", TAKEDOWN, **late)
    opens_the_books(officer)
    prepares(officer, nils=["blocklists", "training"])
    files(town.visit("meas"))
    town.moves_to("2026-12-03 09:00")
    found = leads(town.visit("chea").opens("/returns/2026-11"))
    assert {f"/registers/takedowns?period=2026-{month}" for month in (10, 11)} <= found


def test_who_may_not_read_entries_is_not_led_to_them(town: Town) -> None:
    officer = town.visit("chea")
    records(officer, "takedowns", TAKEDOWN)
    opens_the_books(officer)
    prepares(officer, nils=["blocklists", "training"])
    files(town.visit("meas"))
    assert leads(town.visit("sok").opens("/reviews/mekong-net/2026-10/1")) == set()


def test_nil_is_offered_for_empty_registers_alone(town: Town) -> None:
    officer = town.visit("chea")
    records(officer, "takedowns", TAKEDOWN)
    opens_the_books(officer)
    offered = officer.opens(OCTOBER).page.xpath("//input[@name='nils']/@value")
    assert offered == ["blocklists", "training"]


def test_the_approver_sees_what_was_frozen_and_what_was_declared_nil(town: Town) -> None:
    officer = town.visit("chea")
    opens_the_books(officer)
    prepares(officer, nils=["takedowns", "blocklists", "training"])
    records(officer, "takedowns", TAKEDOWN)

    approver = town.visit("meas").opens(OCTOBER)
    assert "What was prepared" in approver.text
    assert "Entries changed after it was prepared." in approver.text
    [nils] = approver.page.xpath("//dt[text()='Declared nil']/following-sibling::dd")
    assert nils.text_content().strip() == "Takedown items, List updates, Training"
    [received] = approver.page.xpath("//th[text()='Received']/following-sibling::td")
    assert received.text_content().strip().startswith("0")
    assert "Training: no entry this month" not in approver.text


def test_who_recalls_an_amendment_is_told_which_receipt_stands(town: Town) -> None:
    officer = town.visit("chea")
    opens_the_books(officer)
    prepares(officer, nils=["takedowns", "blocklists", "training"])
    approver = town.visit("meas")
    first = files(approver)
    records(officer, "takedowns", TAKEDOWN)
    prepares(officer, nils=["blocklists", "training"], reason="LATE_ENTRY")
    files(approver)

    approver.opens(OCTOBER).presses("Recall version 2")
    assert f"Recalled. Receipt {first} stands again." in approver.text
    approver.presses("Recall version 1")
    assert "Recalled. The month is NOT FILED now." in approver.text
