"""Hard case 14 in the country's sums: what goes from one ISP to another is in neither twice."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from portal.accounts import Role, SuccessionKind
from portal.accounts.successions import Succeeding
from portal.period import Period
from portal.registers.successions import succeed
from portal.reviews.nation import nation
from tests.build import an_isp, an_officer
from tests.returns.clock import local
from tests.returns.office import Office

OCTOBER = Period(2026, 10)


def test_case_14_a_merger_leaves_the_countrys_sums_as_they_are(session: Session) -> None:
    old = Office.opened(session, slug="mekong-net")
    new = Office(session, an_isp(session, "tonle-net"), old.authority)
    old.at("2026-10-16 10:00").logs(received_at="2026-10-15 08:00")
    new.at("2026-10-16 10:00").logs(received_at="2026-10-15 09:00")
    officer = an_officer(session, old.authority, Role.POLICY_OFFICER, "Chan Dara")
    decided = Succeeding(
        old.isp.id, new.isp.id, SuccessionKind.MERGER, date(2026, 10, 17), "MPTC/2026/88"
    )
    succeed(session, decided, by=officer, at=local("2026-10-17 09:00"))
    for office in (old, new):
        office.at("2026-11-06 10:00").opens(OCTOBER)
        office.returns(OCTOBER)

    found = nation(session, [OCTOBER], local("2026-11-20 09:00"))

    assert (found.flow["received"], found.flow["closing"]) == (2, 2)
    assert found.flow["transferred"] == found.flow["transferred_in"] == 1
    assert found.indicators["SP5-03.act"]["denominator"] == 2
    assert sum(sender["items"] for sender in found.senders.values()) == 2
