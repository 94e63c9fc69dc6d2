"""Months of practice: filed and reviewed like others, never late, and nothing is attested."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from portal.accounts import Role
from portal.certificates.actions import issue
from portal.certificates.refusals import PracticeMonth
from portal.certificates.waiting import months_waiting, waiting
from portal.db import begin_write
from portal.period import Period
from portal.policy import shipped_pack
from portal.policy.queries import practice_months
from portal.returns.model import DecisionOutcome
from portal.returns.owing import owing
from portal.returns.standing import StandingCode, standing
from portal.reviews import decide, open_review
from portal.reviews.nation import nation
from tests.build import a_policy, an_authority, an_isp, an_officer
from tests.returns.clock import NOVEMBER, OCTOBER, local
from tests.returns.office import Office


def a_practising_pack(folder: Path, *months: str) -> Path:
    """The shipped pack with these months named as practice."""
    pack = Path(shutil.copytree(str(shipped_pack("kh")), folder / "kh"))
    policy = pack / "policy-2026.1.toml"
    named = ", ".join(f'"{month}"' for month in months)
    text = policy.read_text().replace("practice_months = []", f"practice_months = [{named}]")
    policy.write_text(text)
    return pack


@pytest.fixture
def office(session: Session, tmp_path: Path) -> Office:
    """An office whose October is practice."""
    begin_write(session)
    authority = an_authority(session, policy=False)
    officer = an_officer(session, authority, Role.POLICY_OFFICER, "Pich Policy")
    a_policy(session, officer, a_practising_pack(tmp_path, "2026-10"))
    return Office(session, an_isp(session, from_on=OCTOBER.first_day), authority)


def accepted(office: Office, period: Period) -> None:
    filing = office.returns(period)
    by, at = office.reviewer, office.now
    open_review(office.session, office.isp.id, period, 1, by=by, at=at)
    decide(office.session, filing, DecisionOutcome.ACCEPT, by=by, at=at)


def issuing(office: Office, period: Period) -> None:
    issuer = an_officer(office.session, office.authority, Role.ISSUER, "Chan Issuer")
    issue(office.session, office.isp.id, period, by=issuer, at=office.now)


def test_the_policy_in_force_at_the_end_of_a_month_says_whether_it_is_practice(
    office: Office,
) -> None:
    assert practice_months(office.session) == {OCTOBER}


@pytest.mark.parametrize("when", ["2026-11-11 00:00", "2027-03-01 00:00"])
def test_a_month_of_practice_is_never_overdue(office: Office, when: str) -> None:
    found = standing(office.session, office.isp.id, OCTOBER, local(when))
    assert (found.code, found.practice) == (StandingCode.DUE, True)
    november = standing(office.session, office.isp.id, NOVEMBER, local("2027-03-01 00:00"))
    assert (november.code, november.practice) == (StandingCode.DELINQUENT, False)


def test_a_month_of_practice_is_never_filed_late(office: Office) -> None:
    """chairs A4."""
    office.opens(OCTOBER)
    office.at("2026-12-20 10:00").returns(OCTOBER)
    assert standing(office.session, office.isp.id, OCTOBER, office.now).days_late == 0


def test_a_month_of_practice_is_asked_for_while_it_is_the_newest(office: Office) -> None:
    assert owing(office.session, office.isp.id, OCTOBER).unfiled == [OCTOBER]
    assert owing(office.session, office.isp.id, NOVEMBER).unfiled == [NOVEMBER]


def test_nothing_is_issued_for_a_month_of_practice_and_nothing_waits(office: Office) -> None:
    office.opens(OCTOBER)
    accepted(office, OCTOBER)
    with pytest.raises(PracticeMonth):
        issuing(office, OCTOBER)
    assert waiting(office.session, OCTOBER) == []
    assert months_waiting(office.session) == []
    accepted(office.at("2026-12-05 10:00"), NOVEMBER)
    assert months_waiting(office.session) == [(NOVEMBER, 1)]
    issuing(office, NOVEMBER)


def test_the_month_after_opens_where_practice_closed(office: Office) -> None:
    office.opens(OCTOBER)
    office.logs(received_at="2026-10-30 09:10")
    office.returns(OCTOBER)
    office.at("2026-12-05 10:00").returns(NOVEMBER)
    found = standing(office.session, office.isp.id, NOVEMBER, office.now).filing
    assert found is not None
    assert b'"opening":1' in found.statement


def test_a_month_of_practice_adds_nothing_to_the_country(office: Office) -> None:
    office.at("2026-11-06 10:00").opens(OCTOBER)
    office.logs()
    office.returns(OCTOBER)

    found = nation(office.session, [OCTOBER], office.now)
    assert (found.filings.due, found.filings.filed, found.flow) == (0, 0, {})
