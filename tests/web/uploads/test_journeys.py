"""A file by page: chosen, looked at, recorded; in whole, or said what is wrong."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from portal.intake import sample_csv
from portal.intake.uploads.deciding import SMALL_ROWS
from portal.policy.queries import policy_at
from portal.registers.register import REGISTERS
from tests.town import Town
from tests.visitors import Visitor


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


def sends(town: Town, data: bytes, slug: str = "takedowns", who: str = "chea") -> Visitor:
    """Somebody chooses a file on the page for it."""
    visitor = town.visit(who).opens(f"/registers/{slug}/imports")
    return visitor.fills_in(form="imports", file=("rows", data))


def sample(town: Town, rows: int, slug: str = "takedowns") -> bytes:
    with town.session() as session:
        policy = policy_at(session, town.now).policy
    return sample_csv(REGISTERS[slug], rows, policy=policy, at=town.now).encode()


def held(town: Town, slug: str = "takedowns") -> int:
    with town.session() as session:
        return session.scalar(select(func.count()).select_from(REGISTERS[slug].table)) or 0


def test_a_large_file_is_checked_and_recorded_by_a_worker(town: Town) -> None:
    chea = sends(town, sample(town, SMALL_ROWS + 1, "roster"), "roster")
    assert chea.heading == "The file is being read"
    assert chea.response.headers["Refresh"] == "5"

    assert town.works() == 1
    chea.opens(chea.path)
    assert "2001 entries to record, nothing wrong." in chea.text
    chea.presses("Record 2001 entries")
    assert (chea.heading, held(town, "roster")) == ("The file is being read", 0)
    assert town.works() == 1
    assert (chea.opens(chea.path).heading, held(town, "roster")) == ("Recorded", 2001)
