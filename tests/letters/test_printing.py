"""A letter as a page to print: for the ISP it went to and for officers, in both languages."""

from __future__ import annotations

import pytest

from tests.certificates.reading import agrees_with_golden, breaches, pages_of, text_by_poppler
from tests.town import Town

LETTER = "/letters/mekong-net/2026-10/reminder.pdf"


@pytest.fixture
def written(town: Town) -> Town:
    """A town in which everybody was reminded of October."""
    town.runs("mail", "due", "--as", "SYSTEM")
    return town


def test_the_isp_finds_its_letter_on_the_page_of_the_month(written: Town) -> None:
    officer = written.visit("chea").opens("/returns/2026-10")
    assert "Letters about this month Reminder 5 Nov 2026" in officer.text

    officer.follows("Reminder")
    assert officer.path == LETTER
    assert officer.response.mimetype == "application/pdf"


def test_its_text_is_the_golden_text_and_its_form_archival(written: Town) -> None:
    pdf = written.visit("sok").opens(LETTER).response.data

    assert pages_of(pdf) == 1
    assert agrees_with_golden(text_by_poppler(pdf), "letter-reminder.txt")
    assert breaches(pdf) == []
    assert pdf == written.visit("chea").opens(LETTER).response.data


@pytest.mark.parametrize("who", ["tep", "ly"])
def test_nobody_else_gets_it(written: Town, who: str) -> None:
    written.visit(who).opens(LETTER, 404)


def test_a_letter_that_was_not_written_is_not_there(written: Town) -> None:
    written.visit("sok").opens("/letters/mekong-net/2026-10/overdue.pdf", 404)


def test_who_is_not_signed_in_gets_no_letter(written: Town) -> None:
    assert written.stranger().opens(LETTER).path.startswith("/login")


def test_the_policy_says_when_letters_go_and_that_nobody_confirmed_it(town: Town) -> None:
    said = (
        "Reminder, working days before the due day: 3. Overdue notice, days after it: 1."
        " Delinquency notice, days after it: 30. not confirmed"
    )

    assert said in town.visit("chea").opens("/policy/2026.1").text
    assert "overdue notice, days after it: 1" in town.runs("policy", "show", "2026.1")
