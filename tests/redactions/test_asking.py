"""Who may ask for what, whose texts they are, and what goes with them (chairs B2, C6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.accounts import Desk, Role
from portal.accounts.refusals import NotYourDesk
from portal.entries.codes import WithholdingReason
from portal.entries.entry import is_withheld
from portal.entries.refusals import NothingToWithhold
from portal.entries.withholding import withhold
from portal.errors import NotThere
from portal.notices.model import Notice, NoticeAct
from portal.redactions.actions import ask, destroy, saw
from portal.redactions.places import Target
from portal.redactions.queries import listed, the_listed
from portal.redactions.refusals import NotAsked, OthersHaveIt
from portal.registers.takedowns import Takedown
from portal.registers.training import Completion
from tests import build
from tests.entries.paper import a_month_full_of_texts, holds, standing
from tests.returns.conftest import bases
from tests.returns.conftest import office as at_work
from tests.returns.office import Office as AtWork

__all__ = ["at_work", "bases"]

DATA = WithholdingReason.PERSONAL_DATA
ALL = ("takedown.own_ref", "takedown.source_ref", "takedown.note")


def an_item(office: AtWork, item_no: int = 1) -> Target:
    [key] = office.session.scalars(
        select(Takedown.key).filter_by(item_no=item_no, own_ref=f"T-{item_no}")
    )
    return Target("takedowns", office.isp.id, (str(key),))


def test_what_came_from_a_sender_is_withheld_by_officers_alone(at_work: AtWork) -> None:
    filing = a_month_full_of_texts(at_work)
    asked = {"reason": DATA, "at": at_work.now}

    with pytest.raises(OthersHaveIt):
        ask(at_work.session, an_item(at_work), ALL, by=at_work.preparer, **asked)
    ask(at_work.session, an_item(at_work), ALL, by=at_work.reviewer, **asked)

    [notice] = at_work.session.scalars(select(Notice))
    assert is_withheld(notice.source_ref)
    assert holds(at_work.session, filing)


def test_who_saw_something_hides_what_is_their_isps_and_nothing_of_others(at_work: AtWork) -> None:
    filing = a_month_full_of_texts(at_work)
    target = an_item(at_work)
    said = saw(at_work.session, target, by=at_work.preparer, at=at_work.now)

    [item] = at_work.session.scalars(select(Takedown).filter_by(key=int(target.name[0])))
    assert is_withheld(item.note)
    assert is_withheld(item.own_ref)
    assert item.source_ref == "IHC-2026-0417"
    assert said.withholding_no is not None
    assert listed(at_work.session, at_work.approver) == []
    assert [one.mine for one in listed(at_work.session, at_work.reviewer)] == [False]
    assert holds(at_work.session, filing)
    # Nothing of theirs stands there any more: that is no reason to be refused.
    again = saw(at_work.session, target, by=at_work.preparer, at=at_work.now)
    assert again.withholding_no is None


def test_a_stranger_asks_for_nothing_and_decides_nothing(at_work: AtWork) -> None:
    a_month_full_of_texts(at_work)
    other = build.an_officer(
        at_work.session, build.an_isp(at_work.session, "tonle-net"), Role.APPROVER, "Uk"
    )
    target = an_item(at_work)
    with pytest.raises(NotThere):
        ask(at_work.session, target, ALL, reason=DATA, by=other, at=at_work.now)
    asked = ask(
        at_work.session, target, ["takedown.note"], reason=DATA, by=at_work.preparer,
        at=at_work.now,
    )  # fmt: skip
    for by in (other, at_work.preparer):
        with pytest.raises(NotThere):
            destroy(at_work.session, asked.isp_id, asked.no, by=by, at=at_work.now)
    done = destroy(at_work.session, asked.isp_id, asked.no, by=at_work.approver, at=at_work.now)
    assert done.decided_by == at_work.approver.person_id


def test_only_a_persons_reason_is_taken_and_something_must_stand(at_work: AtWork) -> None:
    a_month_full_of_texts(at_work)
    target = an_item(at_work)
    for reason in (WithholdingReason.RETENTION_OVER, WithholdingReason.SEEN_OR_PASTED):
        with pytest.raises(NotAsked):
            ask(at_work.session, target, ALL, reason=reason, by=at_work.reviewer, at=at_work.now)
    with pytest.raises(NothingToWithhold):
        ask(at_work.session, target, [], reason=DATA, by=at_work.reviewer, at=at_work.now)


def test_a_desk_hides_nothing_in_the_registers_of_another(at_work: AtWork) -> None:
    a_month_full_of_texts(at_work)
    staff_office = replace(at_work.preparer, desks=frozenset({Desk.HR}))
    asked = {"reason": DATA, "at": at_work.now}

    with pytest.raises(NotYourDesk):
        ask(at_work.session, an_item(at_work), ["takedown.note"], by=staff_office, **asked)
    key = at_work.session.scalars(select(Completion.key)).first()
    own = Target("training", at_work.isp.id, (str(key),))
    assert ask(at_work.session, own, ["completion.note"], by=staff_office, **asked)
    # What nobody should see is said from whatever desk.
    said = saw(at_work.session, an_item(at_work), by=staff_office, at=at_work.now)
    assert said.withholding_no is not None


def test_what_waits_is_found_however_much_was_withheld_since(at_work: AtWork) -> None:
    a_month_full_of_texts(at_work)
    asked = {"reason": DATA, "by": at_work.preparer, "at": at_work.now}
    waits = ask(at_work.session, an_item(at_work), ["takedown.note"], **asked)
    later = at_work.now + timedelta(days=1)
    again = WithholdingReason.REPLAYED
    for value in [one for one in standing(at_work.session) if not one.table.__kin__][:2]:
        withhold(at_work.session, [value], reason=again, by=at_work.reviewer, at=later)

    for by in (at_work.reviewer, at_work.approver):
        [first] = listed(at_work.session, by, limit=1)
        assert (first.withholding, first.may_decide) == (waits, True)
    named = the_listed(at_work.session, waits.isp_id, waits.no, at_work.reviewer)
    assert named.withholding is waits


def test_what_a_sender_said_later_is_not_the_isps_to_hide(at_work: AtWork) -> None:
    a_month_full_of_texts(at_work)
    said = at_work.session.scalars(select(NoticeAct)).one().reference
    key = at_work.logs(source_ref=said, own_ref="T-9")
    target = Target("takedowns", at_work.isp.id, (str(key),))

    with pytest.raises(OthersHaveIt):
        ask(
            at_work.session, target, ["takedown.source_ref"], reason=DATA, by=at_work.preparer,
            at=at_work.now,
        )  # fmt: skip
    saw(at_work.session, target, by=at_work.preparer, at=at_work.now)
    assert at_work.session.scalars(select(NoticeAct)).one().reference == said
