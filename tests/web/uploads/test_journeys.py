"""A file by page: chosen, looked at, recorded; in whole, or said what is wrong."""

from __future__ import annotations

import pytest

from portal.registers.register import REGISTERS
from tests.town import Town

WHO = {"takedowns": "chea", "blocklists": "chea", "training": "chea", "roster": "chea"}


@pytest.mark.parametrize("slug", REGISTERS)
def test_a_good_small_file_is_chosen_seen_and_recorded(town: Town, slug: str) -> None:
    chea = town.visit("chea")
    data = chea.client.get(f"/registers/{slug}/sample.csv").data

    chea.opens(f"/registers/{slug}/imports").fills_in(form="imports", file=("rows.csv", data))
    assert chea.heading == "What the file would do"
    assert "3 entries to record, nothing wrong." in chea.text
    chea.presses("Record 3 entries")

    assert chea.heading == "Recorded"
    assert "The new entries are" in chea.text
