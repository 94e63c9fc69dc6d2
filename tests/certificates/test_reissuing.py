"""A wrong name is put right by the next number; what was filed and decided stays."""

from __future__ import annotations

import json

import pytest
from sqlalchemy.orm import Session

from portal.accounts.actions import Naming, rename
from portal.certificates.actions import issue
from portal.certificates.model import RevocationReason
from portal.certificates.queries import StatusCode, status
from portal.certificates.refusals import AlreadyIssued, AlreadyRevoked, HoldsGood, SameOfficer
from portal.certificates.reissuing import correct_particulars
from portal.certificates.waiting import waiting
from tests.reviews.build import ISSUED_AT, OCTOBER, an_office


def test_a_wrong_name_is_put_right_by_the_next_number(session: Session) -> None:
    office, at = an_office(session), ISSUED_AT
    office.decided(office.filed())
    wrong = issue(session, office.isp.id, OCTOBER, by=office.issuer, at=at)
    with pytest.raises(HoldsGood):
        correct_particulars(session, wrong.serial, by=office.issuer, at=at)
    naming = Naming("Mekong Net Ltd", "មេគង្គ ណេត", "KH-0001")
    rename(session, office.isp.id, naming, by=office.issuer, at=at)
    with pytest.raises(SameOfficer):
        correct_particulars(session, wrong.serial, by=office.reviewer, at=at)
    right = correct_particulars(session, wrong.serial, by=office.issuer, at=at)
    old, new = (json.loads(one.attestation) for one in (wrong, right))
    assert new["subject"]["name_en"] == "Mekong Net Ltd"
    assert "size" not in new["subject"]
    own = {"number", "subject", "supersedes"}
    assert {key for key in old if old[key] != new[key]} == own
    assert new["supersedes"] == wrong.number
    found = status(session, wrong)
    assert (found.code, found.successor) == (StatusCode.SUPERSEDED, right.number)
    assert waiting(session, OCTOBER) == []
    with pytest.raises(AlreadyIssued):
        correct_particulars(session, wrong.serial, by=office.issuer, at=at)
    office.revoked(right.serial, RevocationReason.ISSUED_IN_ERROR)
    with pytest.raises(AlreadyRevoked):
        correct_particulars(session, right.serial, by=office.issuer, at=at)
