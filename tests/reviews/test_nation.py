"""The country's figures are the sums of all ISPs' statements, and no average of theirs."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from portal.period import Period
from portal.returns.model import AmendmentReason
from portal.returns.queries import read
from portal.reviews.nation import Nation, nation
from tests.build import an_authority, an_isp
from tests.returns.clock import local
from tests.returns.office import Office

OCTOBER, NOVEMBER = Period(2026, 10), Period(2026, 11)
AFTER = local("2026-11-20 09:00")
ACT = "SP5-03.act"


@pytest.fixture
def offices(session: Session) -> list[Office]:
    """A small ISP that did one of one in time, and a large one that did two of eight."""
    first = Office.opened(session, slug="mekong-net")
    second = Office(session, an_isp(session, "tonle-net"), first.authority)
    acts(first, in_time=1, late=0)
    acts(second, in_time=2, late=6)
    for office in (first, second):
        office.at("2026-11-06 10:00").opens(OCTOBER)
    return [first, second]


def acts(office: Office, *, in_time: int, late: int) -> None:
    for place in range(in_time + late):
        key = office.logs(received_at="2026-10-12 09:10")
        office.acts(key, "2026-10-12 15:00" if place < in_time else "2026-10-30 15:00")


def of(offices: list[Office], *periods: Period, now: datetime = AFTER) -> Nation:
    return nation(offices[0].session, periods or (OCTOBER,), now)


def test_shares_of_the_country_are_summed_never_averaged(offices: list[Office]) -> None:
    for office in offices:
        office.returns(OCTOBER)
    acted = of(offices).indicators[ACT]

    assert (acted["numerator"], acted["denominator"], acted["late"]) == (3, 9, 6)


def test_the_roll_forward_of_the_country_ties_and_is_the_sum_of_its_parts(
    offices: list[Office],
) -> None:
    filed = [read(office.returns(OCTOBER).statement) for office in offices]
    flow = of(offices).flow

    parts = [statement["roll_forward"] for statement in filed]
    assert flow == {name: sum(part[name] for part in parts) for name in parts[0]}
    came = flow["opening"] + flow["adjustments"] + flow["received"] + flow["reopened"]
    left = sum(flow[name] for name in ("closed", "withdrawn", "duplicate", "transferred"))
    assert flow["closing"] == came - left


def test_a_silent_isp_is_due_and_not_filed_and_adds_nothing(offices: list[Office]) -> None:
    offices[0].returns(OCTOBER)
    found = of(offices)

    assert (found.filings.due, found.filings.filed, found.filings.in_time) == (2, 1, 1)
    assert found.filings.in_time_tenths == 500
    assert found.flow["received"] == 1


def test_before_the_due_day_nothing_is_due_but_what_is_filed(offices: list[Office]) -> None:
    offices[0].returns(OCTOBER)
    found = of(offices, now=local("2026-11-07 09:00"))

    assert (found.filings.due, found.filings.filed) == (1, 1)


def test_a_later_version_stands_in_for_the_first(offices: list[Office]) -> None:
    offices[0].returns(OCTOBER)
    acts(offices[0].at("2026-11-08 09:00"), in_time=1, late=0)
    offices[0].returns(OCTOBER, AmendmentReason.LATE_ENTRY)
    found = of(offices)

    assert found.filings.amended == 1
    assert found.indicators[ACT]["denominator"] == 2


def test_a_quarter_opens_with_its_first_month_and_closes_with_its_last(
    offices: list[Office],
) -> None:
    for office in offices:
        office.returns(OCTOBER)
    open_item = offices[0].at("2026-11-19 09:00").logs(received_at="2026-11-18 09:10")
    assert open_item
    for office in offices:
        office.at("2026-12-04 10:00").returns(NOVEMBER)
    found = of(offices, OCTOBER, NOVEMBER, now=local("2026-12-20 09:00"))

    assert (found.flow["opening"], found.flow["closing"]) == (0, 1)
    assert found.flow["received"] == 10
    assert found.filings.due == 4


def test_months_that_no_policy_judges_say_nothing(session: Session) -> None:
    an_authority(session)
    found = nation(session, [Period(2024, 1)], AFTER)

    assert (found.filings.due, found.flow, found.indicators) == (0, {}, {})
    assert found.filings.in_time_tenths is None


def test_each_obligations_words_are_counted(offices: list[Office]) -> None:
    for office in offices:
        office.returns(OCTOBER)

    assert of(offices).results["SP5-03"] == {"MET": 1, "NOT_MET": 1}
    assert of(offices).results["SP5-15"] == {"MET": 2}
