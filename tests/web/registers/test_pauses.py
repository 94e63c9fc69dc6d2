"""A long pause waits until an officer of the authority approves it; no reason is kept."""

from __future__ import annotations

from tests.visitors import Visitor
from tests.web.registers.conftest import PASSWORD, House
from tests.web.registers.test_steps import choices


def test_an_officer_approves_a_long_pause(house: House, dara: Visitor, browser: object) -> None:
    [key] = house.records(1)
    dara.opens(f"/registers/takedowns/entries/{key}/events/new?kind=PAUSED")
    dara.fills_in(
        occurred_at="2026-10-12T10:00", until_at="2026-10-16T10:00", pause_reason="APPROVED_PAUSE"
    )
    assert "RESUMED" not in choices(dara)
    dara.opens("/pauses", expect=403)
    officer = browser().signs_in("sophea@example.org", PASSWORD)  # type: ignore[operator]
    officer.opens("/pauses")
    assert "Mekong Net TD-" in officer.text
    officer.presses("Approve")

    assert "No pause waits for approval." in officer.text
    dara.opens(f"/registers/takedowns/entries/{key}")
    assert "Pause approved" in dara.text
