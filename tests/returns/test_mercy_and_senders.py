"""What a sender had shown already is no error that the ISP reports itself (chairs C8)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from portal.accounts import Organisation, Role
from portal.notices.codes import ActKind
from portal.registers.codes import Progress
from portal.returns import actions as returns
from portal.returns.model import AmendmentReason, Filing
from tests.build import an_officer
from tests.notices.street import Street
from tests.returns.clock import OCTOBER
from tests.returns.test_mercy import FAILED, FORGIVEN, LATE, word


@pytest.fixture
def street(session: Session) -> Street:
    return Street.built(session)


def files(street: Street, reason: AmendmentReason | None = None) -> Filing:
    """Mekong prepares and files October."""
    isp_id, at = street.mekong.organisation_id, street.later() + timedelta(hours=1)
    isp = street.session.get_one(Organisation, isp_id)
    approver = an_officer(street.session, isp, Role.APPROVER, "Meas Approver")
    made = returns.prepare(
        street.session, isp_id, OCTOBER, nils={"blocklists", "training"}, reason=reason,
        by=street.mekong, at=at,
    )  # fmt: skip
    return returns.file(street.session, isp_id, OCTOBER, made.no, by=approver, at=at)


def acts_in_time(street: Street, *item_nos: int) -> list[int]:
    keys = street.logs(*item_nos)
    for key in keys:
        street.moves(key, Progress.ACTIONED, "12 09:30", action="REMOVED", time_source="SYSTEM_LOG")
    return keys


def opens(street: Street) -> None:
    isp_id, by = street.mekong.organisation_id, street.mekong
    returns.declare_opening(street.session, isp_id, OCTOBER, 0, by=by, at=street.later())


def test_what_a_sender_had_shown_is_not_forgiven(street: Street) -> None:
    opens(street)
    street.sends()
    acts_in_time(street, 1)
    assert word(files(street)) == ("MET", None)
    street.logs(2, 3)
    assert word(files(street, LATE)) == FAILED


def test_what_a_sender_showed_between_the_two_filings_is_not_forgiven(street: Street) -> None:
    opens(street)
    street.sends(items=1)
    acts_in_time(street, 1)
    files(street)
    street.sends(source_ref="IHC-2026-0500", items=1)
    street.logs(1, source_ref="IHC-2026-0500")
    assert word(files(street, LATE)) == FAILED


def test_what_a_sender_found_still_reachable_is_not_forgiven(street: Street) -> None:
    opens(street)
    street.sends(items=1)
    acts_in_time(street, 1)
    files(street)
    street.says(ActKind.STILL_UP, "20 10:00")
    assert word(files(street, LATE)) == FAILED


def test_what_no_sender_knew_is_forgiven_beside_what_one_sent(street: Street) -> None:
    opens(street)
    street.sends(items=1)
    acts_in_time(street, 1)
    files(street)
    street.logs(1, source_type="POLICE", source_ref="P-77")
    assert word(files(street, LATE)) == FORGIVEN
