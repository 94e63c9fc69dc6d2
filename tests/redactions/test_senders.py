"""Two senders beside each other: what one gave a number is not the other's to hide."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts import Organisation, Role
from portal.entries.codes import WithholdingReason
from portal.entries.entry import is_withheld
from portal.ledger import SYSTEM
from portal.notices.model import Notice
from portal.redactions.actions import ask
from portal.redactions.places import Target
from portal.redactions.refusals import OthersHaveIt
from portal.registers.takedowns import Takedown
from tests import build
from tests.notices.street import Street


def test_a_sender_hides_nothing_of_another_one_with_the_same_number(session: Session) -> None:
    street = Street.built(session)
    key = street.sends().key
    order = {"source_type": "POLICE", "assessed_by": "POLICE"}
    street.sends(street.tonle, by=street.police, **order)
    mine = Target("notices", SYSTEM, (str(key),))
    asked = {"reason": WithholdingReason.PERSONAL_DATA, "at": street.at}

    with pytest.raises(OthersHaveIt):
        ask(session, mine, ["notice.source_ref"], by=street.hotline, **asked)
    authority = session.get_one(Organisation, street.policy_officer.organisation_id)
    officer = build.an_officer(session, authority, Role.REVIEWER, "Keo Sophea")
    ask(session, mine, ["notice.source_ref"], by=officer, **asked)

    assert all(is_withheld(row.source_ref) for row in session.scalars(select(Notice)))


def test_an_isp_is_not_told_by_a_refusal_what_others_were_sent(session: Session) -> None:
    street = Street.built(session)
    order = {"source_type": "POLICE", "assessed_by": "POLICE"}
    street.sends(street.tonle, by=street.police, **order)
    [theirs] = street.logs(1, by=street.tonle)
    [guessed] = street.logs(1, by=street.mekong)
    mine = Target("takedowns", street.mekong.organisation_id, (str(guessed),))
    asked = {"reason": WithholdingReason.PERSONAL_DATA, "by": street.mekong, "at": street.at}

    ask(session, mine, ["takedown.source_ref"], **asked)

    assert not is_withheld(session.scalars(select(Notice.source_ref)).one())
    hidden = {
        (row.isp_id, row.key): is_withheld(row.source_ref)
        for row in session.scalars(select(Takedown))
    }
    assert hidden == {
        (street.mekong.organisation_id, guessed): True,
        (street.tonle.organisation_id, theirs): False,
    }
