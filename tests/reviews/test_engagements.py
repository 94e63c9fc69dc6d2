"""An auditor looks at what two officers said, on those days, and at nothing else."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from portal.accounts import Person, Role
from portal.accounts.actions import join
from portal.accounts.refusals import SpanBackwards
from portal.errors import NotThere
from portal.ledger import SYSTEM
from portal.reviews.engagements.actions import confirm, end, propose
from portal.reviews.engagements.covering import covering, holding
from portal.reviews.engagements.model import EndReason, EngagementConfirmation
from portal.reviews.engagements.queries import EngagementState, engagements
from portal.reviews.engagements.refusals import (
    EngagementConfirmed,
    EngagementNotYours,
    EngagementOver,
    MonthsBackwards,
    NobodyEngaged,
    NotAnAuditor,
    NotApart,
    OutsideEngagement,
    SameOfficerEngages,
)
from portal.trail import events_of, verify
from tests import build
from tests.reviews.auditing import ASKED_AT, LOOKS_AT, Audit
from tests.reviews.build import OCTOBER, SEPTEMBER, an_office_for

DAY = timedelta(days=1)
SINCE = date(2026, 1, 1)


def state(audit: Audit, at: datetime = LOOKS_AT) -> EngagementState:
    [found] = engagements(audit.session, at)
    return found.state


def test_what_is_proposed_lets_nobody_in(audit: Audit) -> None:
    made = propose(audit.session, audit.proposal(), by=audit.policy_officer, at=ASKED_AT)

    assert (made.name, state(audit)) == ("EN-0001", EngagementState.PROPOSED)
    assert holding(audit.session, audit.ly, LOOKS_AT) == []
    with pytest.raises(OutsideEngagement):
        covering(audit.session, audit.ly, audit.office.isp.id, None, LOOKS_AT)


def test_two_officers_let_an_auditor_in_from_day_to_day(audit: Audit) -> None:
    made = audit.engaged()
    isp, session = audit.office.isp.id, audit.session

    first = datetime(2026, 11, 9, 17, 0, tzinfo=LOOKS_AT.tzinfo)  # midnight in Phnom Penh
    last = datetime(2026, 11, 30, 16, 59, tzinfo=LOOKS_AT.tzinfo)
    assert covering(session, audit.ly, isp, OCTOBER, first) is made
    assert covering(session, audit.ly, isp, OCTOBER, last) is made
    for outside in (first - timedelta(seconds=1), last + timedelta(minutes=1)):
        with pytest.raises(OutsideEngagement):
            covering(session, audit.ly, isp, OCTOBER, outside)
    assert state(audit, first - DAY) == EngagementState.COMING
    assert state(audit) == EngagementState.HOLDS
    assert state(audit, last + DAY) == EngagementState.OVER


def test_nobody_else_nor_any_other_isp_or_month_is_covered(audit: Audit) -> None:
    audit.engaged()
    session, isp = audit.session, audit.office.isp.id
    other = an_office_for(session, audit.office.authority, "tonle-net").isp.id

    for by, isp_id, period in (
        (audit.oun, isp, OCTOBER),
        (audit.office.preparer, isp, OCTOBER),
        (audit.ly, other, OCTOBER),
        (audit.ly, isp, SEPTEMBER),
        (audit.ly, isp, OCTOBER.next()),
    ):
        with pytest.raises(OutsideEngagement):
            covering(session, by, isp_id, period, LOOKS_AT)


def test_one_officer_alone_lets_nobody_in(audit: Audit) -> None:
    made = propose(audit.session, audit.proposal(), by=audit.policy_officer, at=ASKED_AT)

    with pytest.raises(SameOfficerEngages):
        confirm(audit.session, made.no, by=audit.policy_officer, at=ASKED_AT)
    with pytest.raises(EngagementNotYours):
        confirm(audit.session, made.no, by=audit.office.reviewer, at=ASKED_AT)
    with pytest.raises(EngagementNotYours):
        propose(audit.session, audit.proposal(), by=audit.ly, at=ASKED_AT)
    confirm(audit.session, made.no, by=audit.office.issuer, at=ASKED_AT)
    with pytest.raises(EngagementConfirmed):
        confirm(audit.session, made.no, by=audit.office.issuer, at=ASKED_AT)


@pytest.mark.parametrize("lies", [False, True])
def test_the_database_wants_four_eyes_whoever_asks(audit: Audit, lies: bool) -> None:
    made = propose(audit.session, audit.proposal(), by=audit.policy_officer, at=ASKED_AT)
    alone = audit.policy_officer.person_id
    told = audit.office.reviewer.person_id if lies else alone
    row = {"engagement": made.no, "proposed_by": told, "confirmed_by": alone}

    with pytest.raises(DatabaseError):
        audit.session.execute(
            insert(EngagementConfirmation), [row | {"confirmed_at": ASKED_AT, "seq": 99}]
        )


def test_it_ends_early_with_a_reason(audit: Audit) -> None:
    made = audit.engaged()
    end(
        audit.session, made.no, EndReason.INDEPENDENCE_IN_DOUBT, by=audit.office.issuer, at=LOOKS_AT
    )

    assert state(audit) == EngagementState.ENDED
    assert holding(audit.session, audit.ly, LOOKS_AT) == []
    with pytest.raises(EngagementOver):
        end(audit.session, made.no, EndReason.WORK_DONE, by=audit.office.issuer, at=LOOKS_AT)


def test_what_was_withdrawn_or_is_over_cannot_be_confirmed(audit: Audit) -> None:
    by, officer = audit.policy_officer, audit.office.issuer
    made = propose(audit.session, audit.proposal(), by=by, at=ASKED_AT)
    with pytest.raises(EngagementOver):
        confirm(audit.session, made.no, by=officer, at=LOOKS_AT + 30 * DAY)

    end(audit.session, made.no, EndReason.PROPOSED_IN_ERROR, by=by, at=ASKED_AT)
    with pytest.raises(EngagementOver):
        confirm(audit.session, made.no, by=officer, at=ASKED_AT)


def test_what_cannot_hold_is_not_proposed(audit: Audit) -> None:
    by, isp = audit.policy_officer, audit.office.isp.id
    for wrong, refusal in (
        ({"people": []}, NobodyEngaged),
        ({"isps": []}, NobodyEngaged),
        ({"first": OCTOBER, "last": SEPTEMBER}, MonthsBackwards),
        ({"until_on": date(2026, 11, 9)}, SpanBackwards),
        ({"from_on": date(2026, 11, 1), "until_on": date(2026, 11, 8)}, EngagementOver),
        ({"people": [audit.office.preparer.person_id]}, NotAnAuditor),
        ({"organisation_id": isp}, NotAnAuditor),
        ({"isps": [isp, audit.ly.organisation_id]}, NotThere),
    ):
        with pytest.raises(refusal):
            propose(audit.session, audit.proposal(**wrong), by=by, at=ASKED_AT)
    assert engagements(audit.session, ASKED_AT) == []


def test_every_act_stands_in_each_isps_chain_and_the_systems(audit: Audit) -> None:
    session, isp = audit.session, audit.office.isp.id
    other = build.an_isp(session, "tonle-net").id
    made = audit.engaged(isps=[other, isp])
    end(session, made.no, EndReason.WORK_DONE, by=audit.office.issuer, at=LOOKS_AT)

    for chain in (SYSTEM, isp, other):
        told = [
            e for e in events_of(session, chain, before=None, limit=3) if e.subject == made.name
        ]
        kinds = [event.kind.partition(".")[2] for event in reversed(told)]
        assert kinds == ["proposed", "confirmed", "ended"], chain
    assert verify(session) == []


def test_an_isp_is_not_told_which_others_are_looked_at(audit: Audit) -> None:
    session, isp = audit.session, audit.office.isp.id
    other = build.an_isp(session, "tonle-net").id
    audit.engaged(isps=[other, isp])

    assert [found.engagement.no for found in engagements(session, LOOKS_AT, isp_id=other)] == [1]
    facts = [event.facts for event in events_of(session, isp, before=None, limit=2)]
    assert not any('"isps"' in fact for fact in facts)


def test_nothing_of_it_is_rewritten(audit: Audit, session: Session) -> None:
    audit.engaged()
    session.commit()

    for change in (
        "UPDATE engagement SET until_on = '2027-12-31'",
        "UPDATE engagement_isp SET isp_id = 99",
        "DELETE FROM engagement_confirmation",
    ):
        with pytest.raises(DatabaseError, match="append-only"):
            session.execute(text(change))
        session.rollback()


def test_nobody_is_engaged_to_look_at_what_they_do_themselves(audit: Audit) -> None:
    session, ly, office = audit.session, audit.ly, audit.office
    at_firm = session.get_one(Person, ly.person_id)
    other = an_office_for(session, office.authority, "tonle-net").isp
    for organisation, role in ((office.isp, Role.APPROVER), (office.authority, Role.REVIEWER)):
        with session.begin_nested() as undone:
            join(session, at_firm, organisation, role, from_on=SINCE, by=build.FOUNDER, at=ASKED_AT)
            with pytest.raises(NotApart):
                propose(session, audit.proposal(), by=audit.policy_officer, at=ASKED_AT)
            undone.rollback()

    made = audit.engaged(isps=[office.isp.id, other.id])
    assert covering(session, ly, office.isp.id, OCTOBER, LOOKS_AT) is made
    join(session, at_firm, office.isp, Role.APPROVER, from_on=SINCE, by=build.FOUNDER, at=LOOKS_AT)
    with pytest.raises(OutsideEngagement):
        covering(session, ly, office.isp.id, OCTOBER, LOOKS_AT)
    assert covering(session, ly, other.id, OCTOBER, LOOKS_AT) is made
