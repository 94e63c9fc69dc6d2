"""Holds: set, looked at again and lifted by one officer, and in nobody else's sight."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from portal.accounts import Actor, Role
from portal.entries.entry import line_digest
from portal.entries.holds import (
    HoldGround,
    LegalHold,
    LiftReason,
    Scope,
    lift_hold,
    review_hold,
    scopes,
    set_hold,
)
from portal.entries.holds.actions import Wanted
from portal.entries.holds.queries import listed, reviews_due
from portal.entries.holds.refusals import HoldBackwards, HoldEnded, HoldNotYours, HoldTwoScopes
from portal.errors import NotThere
from portal.period import Period
from portal.trail import Event, verify
from tests import build
from tests.build import NOW

DAY = date(2026, 11, 5)
OCTOBER, NOVEMBER = Period(2026, 10), Period(2026, 11)


@pytest.fixture
def officer(session: Session) -> Actor:
    authority = build.an_authority(session)
    return build.an_officer(session, authority, Role.POLICY_OFFICER, "Pich Policy")


def held(session: Session, officer: Actor, **over: object) -> LegalHold:
    isp = build.an_isp(session)
    asked = {"isp_id": isp.id, "ground": HoldGround.COURT_ORDER, "reference": "K-12/2026"}
    asked |= {"from_on": DAY, **over}
    return set_hold(session, Wanted(**asked), by=officer, at=NOW)  # type: ignore[arg-type]


def test_a_hold_covers_all_of_its_isp_its_months_or_one_entry(
    session: Session, officer: Actor
) -> None:
    isp = build.an_isp(session).id
    ground = HoldGround.COURT_ORDER
    for scope in ({}, {"months": (OCTOBER, NOVEMBER)}, {"entry": ("takedown", 7)}):
        asked = Wanted(isp, ground, "K-12/2026", DAY, **scope)  # type: ignore[arg-type]
        set_hold(session, asked, by=officer, at=NOW)
    assert scopes(session, DAY) == [
        Scope(isp, None, None),
        Scope(isp, (OCTOBER, NOVEMBER), None),
        Scope(isp, None, ("takedown", 7)),
    ]
    assert scopes(session, date(2026, 11, 4)) == []


def test_a_hold_ends_after_its_last_day_or_when_it_is_lifted(
    session: Session, officer: Actor
) -> None:
    hold = held(session, officer, until_on=date(2026, 11, 30))
    assert scopes(session, date(2026, 11, 30))
    assert not scopes(session, date(2026, 12, 1))
    lift_hold(session, hold.no, LiftReason.CASE_ENDED, on=DAY, by=officer, at=NOW)
    assert not scopes(session, DAY)
    with pytest.raises(HoldEnded):
        review_hold(session, hold.no, on=DAY, by=officer, at=NOW)


def test_a_hold_is_due_for_a_look_half_a_year_after_the_last_one(
    session: Session, officer: Actor
) -> None:
    hold = held(session, officer)
    assert reviews_due(session, date(2027, 5, 4)) == 0
    assert reviews_due(session, date(2027, 5, 5)) == 1
    review_hold(session, hold.no, on=date(2027, 5, 10), by=officer, at=NOW)
    assert reviews_due(session, date(2027, 5, 10)) == 0
    [row] = listed(session, date(2027, 5, 10))
    assert row.review_on == date(2027, 11, 10)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.POLICY_OFFICER])
def test_nobody_else_sets_or_lifts_a_hold(session: Session, officer: Actor, role: Role) -> None:
    hold = held(session, officer)
    somebody = Actor(officer.person_id, "Somebody", role, officer.organisation_id)
    with pytest.raises(HoldNotYours):
        lift_hold(session, hold.no, LiftReason.SET_IN_ERROR, on=DAY, by=somebody, at=NOW)


def test_what_makes_no_sense_is_refused(session: Session, officer: Actor) -> None:
    with pytest.raises(HoldTwoScopes):
        held(session, officer, months=(OCTOBER, OCTOBER), entry=("takedown", 1))
    session.rollback()


def test_what_ends_before_it_begins_is_refused(session: Session, officer: Actor) -> None:
    isp = build.an_isp(session).id
    for wrong in ({"until_on": date(2026, 11, 4)}, {"months": (NOVEMBER, OCTOBER)}):
        asked = Wanted(isp, HoldGround.AUDIT, "A-1", DAY, **wrong)  # type: ignore[arg-type]
        with pytest.raises(HoldBackwards):
            set_hold(session, asked, by=officer, at=NOW)
    with pytest.raises(NotThere):
        set_hold(
            session, Wanted(officer.organisation_id, HoldGround.AUDIT, "A-1", DAY),
            by=officer, at=NOW,
        )  # fmt: skip


def test_no_chain_of_the_isp_moves_and_the_systems_tells_a_digest_alone(
    session: Session, officer: Actor
) -> None:
    hold = held(session, officer)
    review_hold(session, hold.no, on=DAY, by=officer, at=NOW)
    lift_hold(session, hold.no, LiftReason.CASE_ENDED, on=DAY, by=officer, at=NOW)
    told = session.scalars(select(Event).where(Event.kind.like("hold.%"))).all()
    assert {(event.isp_id, event.kind) for event in told} == {
        (0, "hold.set"), (0, "hold.reviewed"), (0, "hold.lifted")
    }  # fmt: skip
    row = {c.name: getattr(hold, c.name) for c in LegalHold.__table__.columns}
    assert f'{{"line":"{line_digest(LegalHold, row).hex()}"}}' in [event.facts for event in told]
    assert "K-12/2026" not in str([(event.subject, event.facts) for event in told])
    assert verify(session) == []


def test_the_database_refuses_to_forget_a_hold(session: Session, officer: Actor) -> None:
    held(session, officer)
    session.commit()
    with pytest.raises(DatabaseError):
        session.execute(text("DELETE FROM legal_hold"))
    session.rollback()
