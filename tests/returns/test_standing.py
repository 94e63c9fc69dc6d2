"""How a month stands is asked, never stored; for one ISP or for all, with as many queries."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from portal.accounts.licensing import license_isp
from portal.accounts.model import LicenceKind
from portal.returns import actions as returns
from portal.returns.model import AmendmentReason, DecisionOutcome, Filing
from portal.returns.standing import Standing, StandingCode, standing, standings
from portal.reviews.actions import comment, decide, open_review
from tests.build import FOUNDER, an_isp
from tests.hearing import is_heard
from tests.returns.clock import OCTOBER, local
from tests.returns.office import Office

C = StandingCode


def stands(office: Office, when: str | None = None) -> Standing:
    """How the month stands, asked for one and for all alike."""
    now = local(when) if when else office.now
    alone = standing(office.session, office.isp.id, OCTOBER, now)
    among = {isp.id: found for isp, found in standings(office.session, OCTOBER, now)}
    assert among.get(office.isp.id, alone) == alone
    return alone


def judged(office: Office, filing: Filing, outcome: DecisionOutcome) -> None:
    by, at = office.reviewer, office.now
    open_review(office.session, office.isp.id, OCTOBER, filing.version, by=by, at=at)
    if outcome != DecisionOutcome.ACCEPT:
        comment(office.session, filing, "", "Please look at this again.", by=by, at=at)
    is_heard(office.session, filing, outcome, officer=by, approver=office.approver, at=at)
    decide(office.session, filing, outcome, by=by, at=at)


@pytest.mark.parametrize(
    ("when", "code"),
    [
        ("2026-10-31 23:59:59", C.OPEN),
        ("2026-11-01 00:00", C.DUE),
        ("2026-11-10 23:59:59", C.DUE),
        ("2026-11-11 00:00", C.OVERDUE),
        ("2026-12-10 23:59:59", C.OVERDUE),
        ("2026-12-11 00:00", C.DELINQUENT),
    ],
)
def test_a_silent_month_grows_from_open_to_long_overdue(
    office: Office, when: str, code: StandingCode
) -> None:
    found = stands(office, when)
    assert (found.code, found.filing, found.days_late) == (code, None, 0)
    assert not found.code.is_filed


def test_a_month_without_a_licence_is_not_owed(office: Office) -> None:
    license_isp(
        office.session, office.isp.id, "L-mekong-net", LicenceKind.FIXED_ISP,
        from_on=date(2025, 9, 1), until_on=date(2026, 9, 17), by=FOUNDER, at=office.now,
    )  # fmt: skip
    assert stands(office).code == C.NOT_OWED
    assert office.isp not in [isp for isp, _ in standings(office.session, OCTOBER, office.now)]


def test_what_is_prepared_is_not_filed_and_grows_overdue_all_the_same(office: Office) -> None:
    office.opens(OCTOBER)
    prepared = office.prepares(OCTOBER)
    assert (stands(office).code, stands(office).prepared) == (C.PREPARED, prepared)
    late = stands(office, "2026-11-12 00:00")
    assert (late.code, late.prepared) == (C.OVERDUE, prepared)


def test_a_filing_goes_from_filed_through_review_to_its_decision(office: Office) -> None:
    office.opens(OCTOBER)
    filing = office.returns(OCTOBER)
    assert (stands(office).code, stands(office).filing) == (C.FILED, filing)
    open_review(office.session, office.isp.id, OCTOBER, 1, by=office.reviewer, at=office.now)
    assert stands(office).code == C.UNDER_REVIEW
    assert stands(office, "2027-03-01 00:00").code == C.UNDER_REVIEW


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (DecisionOutcome.ACCEPT, C.ACCEPTED),
        (DecisionOutcome.ACCEPT_WITH_OBSERVATIONS, C.ACCEPTED_WITH_OBSERVATIONS),
        (DecisionOutcome.RETURN_FOR_CORRECTION, C.RETURNED),
        (DecisionOutcome.REJECT_VOID, C.VOID),
    ],
)
def test_a_decision_is_the_standing(
    office: Office, outcome: DecisionOutcome, code: StandingCode
) -> None:
    office.opens(OCTOBER)
    judged(office, office.returns(OCTOBER), outcome)
    found = stands(office)
    assert (found.code, found.decision and found.decision.outcome) == (code, outcome)
    assert found.code.is_filed == (code in (C.ACCEPTED, C.ACCEPTED_WITH_OBSERVATIONS))
    assert (found.filing is None) == (code == C.VOID)


def test_a_later_version_stands_in_place_of_the_one_sent_back(office: Office) -> None:
    office.opens(OCTOBER)
    judged(office, office.returns(OCTOBER), DecisionOutcome.RETURN_FOR_CORRECTION)
    second = office.returns(OCTOBER, AmendmentReason.CONFIRMED_AS_FILED)
    assert (stands(office).code, stands(office).filing) == (C.FILED, second)


def test_the_first_filing_decides_on_lateness_and_a_correction_never_makes_it_late(
    office: Office,
) -> None:
    office.opens(OCTOBER)
    office.at("2026-11-10 23:59:59").returns(OCTOBER)
    assert stands(office).days_late == 0
    office.at("2026-11-30 10:00").logs()
    office.returns(OCTOBER, AmendmentReason.LATE_ENTRY)
    assert stands(office).days_late == 0


@pytest.mark.parametrize(
    ("when", "days"), [("2026-11-11 00:00", 1), ("2026-11-11 23:59:59", 1), ("2026-11-12 00:00", 2)]
)
def test_begun_days_after_the_due_day_are_counted(office: Office, when: str, days: int) -> None:
    office.opens(OCTOBER)
    office.at(when).returns(OCTOBER)
    assert stands(office).days_late == days


def test_what_was_filed_in_time_and_recalled_was_not_filed_in_time(office: Office) -> None:
    office.opens(OCTOBER)
    office.returns(OCTOBER)
    returns.recall(office.session, office.isp.id, OCTOBER, 1, by=office.approver, at=office.now)
    assert stands(office).code == C.DUE
    assert stands(office, "2026-11-11 00:00").code == C.OVERDUE
    office.at("2026-11-20 10:00").returns(OCTOBER, AmendmentReason.RECALLED)
    assert (stands(office).code, stands(office).days_late) == (C.FILED, 10)


def test_all_standings_take_as_many_queries_for_three_isps_as_for_thirty(office: Office) -> None:
    asked: list[str] = []
    engine = office.session.get_bind()

    def count(*given: Any) -> None:
        asked.append(given[2])

    event.listen(engine, "before_cursor_execute", count)
    try:
        assert _asked(office, asked, 3) == _asked(office, asked, 30)
    finally:
        event.remove(engine, "before_cursor_execute", count)


def _asked(office: Office, asked: list[str], isps: int) -> int:
    there = len(standings(office.session, OCTOBER, office.now))
    for number in range(there, isps):
        other = an_isp(office.session, f"net-{number:02d}", from_on=date(2026, 1, 1))
        office.session.flush()
        if number in (1, 4):
            office_there = Office(office.session, other, office.authority)
            office_there.opens(OCTOBER)
            office_there.returns(OCTOBER)
    asked.clear()
    found = standings(office.session, OCTOBER, office.now + timedelta(minutes=1))
    assert len(found) == isps
    assert [isp.slug for isp, _ in found] == sorted(isp.slug for isp, _ in found)
    return len(asked)
