"""The line on top of every page: the oldest month not filed, how many more, what was sent back."""

from __future__ import annotations

from datetime import date

import pytest

from portal.accounts import LicenceKind
from portal.accounts.actions import license_isp
from portal.period import Period
from portal.returns.actions import declare_opening, file, prepare, recall
from portal.returns.model import DecisionOutcome
from portal.returns.queries import filings
from portal.reviews import decide, open_review
from portal.reviews.actions import comment
from tests.build import FOUNDER
from tests.hearing import is_heard
from tests.town import Town

QUIET = ("takedowns", "blocklists", "training")
AUGUST, OCTOBER = Period(2026, 8), Period(2026, 10)


@pytest.fixture
def silent(town: Town) -> Town:
    """Mekong Net is licensed since August and has filed nothing; it is November."""
    with town.session() as session:
        license_isp(
            session, town.bodies["mekong-net"], "L-mekong-net", LicenceKind.FIXED_ISP,
            from_on=date(2026, 8, 20), by=FOUNDER, at=town.now,
        )  # fmt: skip
    return town


def files(town: Town, period: Period) -> None:
    """Mekong Net files a quiet month."""
    with town.session() as session:
        isp, at, by = town.bodies["mekong-net"], town.now, town.actors["chea"]
        declare_opening(session, isp, period, 0, by=by, at=at)
        made = prepare(session, isp, period, nils=QUIET, by=by, at=at)
        file(session, isp, period, made.no, by=town.actors["meas"], at=at)


def judges(town: Town, period: Period, outcome: DecisionOutcome) -> None:
    """Sok judges what was filed."""
    with town.session() as session:
        isp, at, sok = town.bodies["mekong-net"], town.now, town.actors["sok"]
        open_review(session, isp, period, 1, by=sok, at=at)
        [filing] = filings(session, isp, period)
        comment(session, filing, "", "Look at it again.", by=sok, at=at)
        is_heard(session, filing, outcome, officer=sok, approver=town.actors["meas"], at=at)
        decide(session, filing, outcome, by=sok, at=at)


def test_the_oldest_month_is_named_and_the_others_are_counted(silent: Town) -> None:
    text = silent.visit("chea").text
    assert (
        "NOT FILED: August 2026. It was due 10 Sep 2026, 23:59. 2 more months are not filed."
        in text
    )
    assert "NOT FILED:" not in silent.visit("sok").text


def test_a_later_month_filed_does_not_hush_an_older_one(silent: Town) -> None:
    files(silent, OCTOBER)
    officer = silent.visit("chea")
    assert "NOT FILED: August 2026." in officer.text
    assert "1 more month is not filed." in officer.text
    officer.follows("Look at it before filing")
    assert officer.heading == "August 2026"


def test_what_was_sent_back_is_said_behind_what_was_never_filed(silent: Town) -> None:
    files(silent, OCTOBER)
    judges(silent, OCTOBER, DecisionOutcome.RETURN_FOR_CORRECTION)
    text = silent.visit("chea").text
    assert "NOT FILED: August 2026." in text
    assert "1 more month is not filed. 1 more month needs a correction." in text


def test_a_recalled_month_is_not_filed_any_more(town: Town) -> None:
    files(town, OCTOBER)
    with town.session() as session:
        isp, by = town.bodies["mekong-net"], town.actors["meas"]
        recall(session, isp, OCTOBER, 1, by=by, at=town.now)
    assert "NOT FILED: October 2026." in town.visit("chea").text


def test_a_void_month_is_not_filed_again(town: Town) -> None:
    files(town, OCTOBER)
    assert "NOT FILED:" not in town.visit("chea").text
    judges(town, OCTOBER, DecisionOutcome.REJECT_VOID)
    assert "DECLARED VOID: October 2026 is to be filed anew." in town.visit("chea").text


def test_a_suspended_month_and_one_that_no_policy_judges_are_not_owed(town: Town) -> None:
    with town.session() as session:
        license_isp(
            session, town.bodies["tonle-net"], "L-tonle-net", LicenceKind.FIXED_ISP,
            from_on=date(2024, 1, 1), until_on=date(2025, 9, 17), by=FOUNDER, at=town.now,
        )  # fmt: skip
    text = town.visit("tep").text
    assert "NOT FILED: September 2025." in text
    assert "more month" not in text
    pich = ("--as", "pich@example.org")
    town.runs("licences", "suspend", "tonle-net", "L-tonle-net", "--from", "2025-09-01", *pich)
    assert "NOT FILED:" not in town.visit("tep").text


def test_the_line_asks_as_much_for_one_month_as_for_many(silent: Town) -> None:
    officer, quick = silent.visit("chea"), silent.visit("tep")
    with silent.queries() as many:
        officer.opens("/policy")
    with silent.queries() as one:
        quick.opens("/policy")
    assert len(many) == len(one)
