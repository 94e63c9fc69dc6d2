"""Of an item and its duplicates the earliest receipt starts the clocks (edge rules, §4)."""

from __future__ import annotations

import pytest

from portal.errors import Refused
from tests.returns.clock import OCTOBER
from tests.returns.office import Office, indicator, said_by


def test_the_earlier_receipt_starts_the_clock_whichever_was_recorded_first(office: Office) -> None:
    # The 14th is recorded first; done on the 15th it would be in limit (48 h), from the 12th late.
    key = office.logs(source_ref="IHC-1", received_at="2026-10-14 09:10")
    with pytest.raises(Refused):
        office.logs(source_ref="IHC-1", received_at="2026-10-12 09:10")
    office.corrects(key, received_at="2026-10-12 09:10", issued_at="2026-10-12 09:10")
    office.logs(source_ref="IHC-1", received_at="2026-10-14 09:10")
    office.acts(key, "2026-10-15 09:10")
    office.opens(OCTOBER)
    filed = office.prepares(OCTOBER)
    told = indicator(filed, "act") or {}
    assert (told["numerator"], told["late"], told["median_s"]) == (0, 1, 3 * 86_400)
    said = said_by(filed)
    assert (said["excluded"]["duplicate"], said["roll_forward"]["duplicate"]) == (1, 1)
    assert said["roll_forward"]["received"] == 2
