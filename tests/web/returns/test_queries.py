"""The pages of the monthly return ask the database a fixed number of questions."""

from __future__ import annotations

import pytest

from tests.town import Town
from tests.web.returns.months import MONTH, files_a_quiet_month, takes_in

# What each page asks, with three entries as with sixty. Fewer is better; more needs a reason.
ASKED = {"/returns": 90, MONTH: 68, f"{MONTH}/filings/1": 27}


@pytest.mark.parametrize("page", ASKED)
def test_a_page_asks_as_much_with_three_entries_as_with_sixty(opened: Town, page: str) -> None:
    takes_in(opened, 3)
    files_a_quiet_month(opened, ["blocklists", "training"])
    officer = opened.visit("chea").opens(page)
    with opened.queries() as of_three:
        officer.opens(page)
    takes_in(opened, 57, "IHC-2026-0500")
    with opened.queries() as of_sixty:
        officer.opens(page)
    assert (questions(of_three), questions(of_sixty)) == (ASKED[page], ASKED[page])


def questions(asked: list[str]) -> int:
    """How many they are; SQLite tells the beginning of a transaction as one."""
    return sum(not sql.startswith("BEGIN") for sql in asked)
