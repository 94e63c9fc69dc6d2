"""A month of practice is marked on every page that shows it; the refusal to issue is in words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine

from tests import build
from tests.engines import PostgreSQL, SQLite, the_app
from tests.returns.test_practice import a_practising_pack
from tests.town import Town, settle
from tests.web.returns.months import MONTH, files_a_quiet_month, opens_the_books

MARK = "PRACTICE Nothing here is late, nothing is certified."


@pytest.fixture
def practising(
    database: SQLite | PostgreSQL, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Town]:
    """A town whose authority named October as practice."""
    app = the_app(database.app_url, tmp_path_factory.getbasetemp() / "instance")
    pack = a_practising_pack(tmp_path, "2026-10")
    with time_machine.travel(build.NOW, tick=False) as clock:
        town = settle(app, database.engine, clock, pack)
        opens_the_books(town)
        yield town
    app.extensions["engine"].dispose()


def test_practice_is_marked_wherever_the_month_stands(practising: Town) -> None:
    officer = practising.visit("chea").opens(MONTH)
    assert MARK in officer.text
    assert "PRACTICE: October 2026 is not filed. Due 10 Nov 2026" in officer.text
    practising.moves_to("2026-11-20 10:00")
    officer = practising.visit("chea").opens(MONTH)
    assert officer.page.xpath("//aside[contains(@class, 'filing-late')]") == []
    files_a_quiet_month(practising)
    for who, page in (
        ("chea", MONTH),
        ("chea", f"{MONTH}/filings/1"),
        ("sok", "/reviews/mekong-net/2026-10/1"),
    ):
        said = practising.visit(who).opens(page).text
        assert MARK in said, page
        assert "Filed late" not in said, page
        assert "days late" not in said, page
    assert "Practice" in practising.visit("chea").opens("/returns").text
    queue = practising.visit("sok").opens("/reviews?period=2026-10")
    assert len(queue.page.xpath("//tbody//span[contains(., 'Practice')]/..")) == 3
    assert "Overdue" not in queue.text


def test_no_number_is_given_to_a_month_of_practice(practising: Town) -> None:
    """chairs A4."""
    files_a_quiet_month(practising)
    reviewer = practising.visit("sok").opens("/reviews/mekong-net/2026-10/1")
    reviewer.presses("Begin the review").fills_in(form="decision", outcome="ACCEPT")
    issuer = practising.visit("chan").opens("/certificates")
    assert "mekong-net 2026-10" not in issuer.text
    token = issuer.page.xpath("//input[@name='csrf_token']/@value")[0]
    answer = issuer.client.post(
        "/certificates", data={"csrf_token": token, "only": "mekong-net 2026-10"}
    )
    assert answer.status_code == 409
    assert "October 2026 is a month of practice: nothing is issued for it." in answer.text


def test_the_policy_page_says_which_months_are_practice(practising: Town) -> None:
    said = practising.visit("chea").opens("/policy/2026.1").text
    assert "Months of practice 2026-10" in said
    assert "Working days to reply to a draft 10" in said
    assert "Days to appeal 30" in said
    assert "Working days in which an appeal is answered 20" in said
