"""The country: officers see months and quarters, observers quarters alone, others nothing."""

from __future__ import annotations

import pytest

from portal.returns.actions import declare_opening, file, prepare
from tests.town import Town
from tests.web.returns.months import ALL_NIL, OCTOBER, files_a_quiet_month, is_busy, opens_the_books


@pytest.fixture
def filed(town: Town) -> Town:
    opens_the_books(town)
    is_busy(town)
    files_a_quiet_month(town, [])
    return town


def test_an_officer_sees_a_month_and_its_quarter(filed: Town) -> None:
    officer = filed.visit("sok").opens("/reviews").follows("The country")
    assert officer.heading == "October 2026"
    assert "Returns due 1 Filed 1 Filed in time 1 of 1" in officer.text

    officer.follows("By quarter")
    assert officer.heading == "October 2026 to December 2026"
    assert "Filed in time 1 of 1" in officer.text


def test_an_observer_starts_here_and_sees_quarters_alone(filed: Town) -> None:
    observer = filed.visit("kong")
    assert observer.heading == "October 2026 to December 2026"

    observer.opens("/nation?period=2026-10")
    assert observer.heading == "October 2026 to December 2026"
    assert "By month" not in observer.text
    assert "Mekong" not in observer.text


def test_no_isp_and_no_notifier_sees_the_country(filed: Town) -> None:
    for name in ("meas", "rith", "ly"):
        filed.visit(name).opens("/nation", expect=403)


def test_before_any_return_the_page_says_so_little(town: Town) -> None:
    officer = town.visit("sok").opens("/nation")
    assert "Returns due 0 Filed 0 Filed in time 0 of 0 Accepted 0" in officer.text
    assert "Clocks" not in officer.text


def test_the_page_costs_as_many_questions_however_many_file(filed: Town) -> None:
    officer = filed.visit("sok").opens("/nation?period=2026-10")
    with filed.queries() as of_one:
        officer.opens("/nation?period=2026-10")
    files_for(filed, "tonle-net", "tep", "uk")
    with filed.queries() as of_two:
        officer.opens("/nation?period=2026-10")
    assert "Filed 2" in officer.text
    assert len(of_one) == len(of_two)


def files_for(town: Town, slug: str, preparer: str, approver: str) -> None:
    with town.session() as session:
        isp, by, at = town.bodies[slug], town.actors[preparer], town.now
        declare_opening(session, isp, OCTOBER, 0, by=by, at=at)
        made = prepare(session, isp, OCTOBER, nils=ALL_NIL, by=by, at=at)
        file(session, isp, OCTOBER, made.no, by=town.actors[approver], at=at)
