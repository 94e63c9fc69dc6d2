"""What an ISP owes: every month its licence touches, from the first that a policy judges whole."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from portal.accounts import Role
from portal.period import Period
from portal.policy import adopt, load, shipped_pack
from portal.returns.owing import owed_months, owing
from tests.build import START, an_authority, an_isp, an_officer

OCTOBER = Period(2025, 10)


def test_a_month_in_which_the_policy_began_is_not_owed(session: Session) -> None:
    authority = an_authority(session, policy=False)
    officer = an_officer(session, authority, Role.POLICY_OFFICER, "Chan Dara")
    isp = an_isp(session, from_on=date(2019, 4, 1))
    assert owed_months(session, isp.id, OCTOBER) == []
    load(session, shipped_pack("kh"), by=officer, at=START)
    adopt(
        session, "2026.1", instrument="Fictional Prakas", adopted_on=date(2025, 8, 15),
        effective_from=date(2025, 8, 18), signatory="A fictional minister", demo=True,
        by=officer, at=START,
    )  # fmt: skip
    assert owed_months(session, isp.id, OCTOBER) == [Period(2025, 9), OCTOBER]
    assert owing(session, isp.id, OCTOBER).first == Period(2025, 9)


def test_a_licence_owes_the_months_that_it_touches(session: Session) -> None:
    an_authority(session)
    isp = an_isp(session, from_on=date(2025, 10, 31), until_on=date(2025, 12, 1))
    months = [Period(2025, 10), Period(2025, 11), Period(2025, 12)]
    assert owed_months(session, isp.id, Period(2026, 10)) == months
