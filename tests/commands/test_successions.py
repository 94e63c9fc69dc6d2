"""``flask licences succeed`` and ``carry``: the same act and the same words as by page."""

from __future__ import annotations

import pytest

from tests.town import Town
from tests.web.returns.months import takes_in

PICH = ("--as", "pich@example.org")
MERGES = ("licences", "succeed", "mekong-net", "tonle-net", "--reference", "MPTC/2026/88")
ON = ("--on", "2026-10-17")


def test_case_14_an_officer_records_a_succession_and_hands_over_what_came_later(town: Town) -> None:
    takes_in(town, 2)

    told = town.runs(*MERGES, *ON, *PICH)
    assert "tonle-net goes on as mekong-net from 2026-10-17 on (MPTC/2026/88)." in told
    assert "2 open items and 0 notices went over." in told
    takes_in(town, 1, "IHC-2026-0600")
    assert "1 open items and 0 notices went over." in town.runs(
        "licences", "carry", "mekong-net", *PICH
    )
    assert "nobody is succeeded twice" in town.runs(*MERGES, *ON, *PICH, expect=1)
    assert "Every chain holds." in town.runs("trail", "verify")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((*MERGES, "--on", "2026-11-06"), "has not come yet"),
        ((*MERGES, "--on", "2026-10-01"), "held no licence on"),
        (("licences", "succeed", "mekong-net", "mekong-net", *MERGES[4:], *ON), "leads onward"),
        (("licences", "succeed", "mekong-net", "nobody", *MERGES[4:], *ON), "Nothing by that name"),
        (("licences", "carry", "mekong-net"), "Nothing by that name"),
    ],
)
def test_what_cannot_be_is_said_in_words(town: Town, words: tuple[str, ...], said: str) -> None:
    assert said in town.runs(*words, *PICH, expect=1)


def test_only_who_states_licences_records_one_and_its_number_is_no_address(town: Town) -> None:
    assert "licence:state" in town.runs(*MERGES, *ON, "--as", "sok@example.org", expect=2)
    located = (*MERGES[:-1], "https://example.org/a")
    assert "is ever stored here" in town.runs(*located, *ON, *PICH, expect=2)
