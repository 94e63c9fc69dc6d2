"""More time and outages move the due day of those concerned, and never a takedown limit."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError

from portal.accounts import Role
from portal.errors import NotThere
from portal.period import Period
from portal.policy.outages import (
    OutageBackwards,
    OutageClosed,
    OutageNotOver,
    OutageNotYours,
    OutageOfNobody,
    failures,
    record_outage,
    take_back_outage,
)
from portal.returns.asking import answer_request, ask_for_time, requests, waiting_requests
from portal.returns.due import Due, Moved, due
from portal.returns.extension import AnswerReason, ExtensionAnswer, ExtensionReason
from portal.returns.model import AmendmentReason
from portal.returns.refusals import (
    ExtensionAnswered,
    ExtensionNotYours,
    ExtensionTooLate,
    ExtensionTooLong,
    ExtensionWaiting,
    FiledAlready,
    MonthNotBegun,
    OwnRequest,
)
from portal.returns.reperform import reperform
from portal.returns.standing import StandingCode, standing, standings
from tests.build import an_isp, an_officer
from tests.returns.clock import OCTOBER, local
from tests.returns.office import Office, indicator, said_by

WHY = ExtensionReason.OWN_SYSTEM_FAILED
YES, NO = AnswerReason.REASON_ACCEPTED, AnswerReason.REASON_NOT_ACCEPTED
NAMED = local("2026-11-10 23:59:59")


def asks(office: Office, days: int = 7, period: Period = OCTOBER) -> int:
    """Ask for more time; gives the request's number."""
    made = ask_for_time(
        office.session, office.isp.id, period, WHY, days, by=office.approver, at=office.now
    )
    return made.no


def answers(office: Office, no: int, reason: AnswerReason = YES) -> ExtensionAnswer:
    return answer_request(
        office.session, office.isp.id, OCTOBER, no, reason, by=office.reviewer, at=office.now
    )


def an_outage(office: Office, begins: str, ends: str, *isps: int, number: str = "O-1") -> int:
    """The authority records an outage; gives its key."""
    officer = an_officer(office.session, office.authority, Role.POLICY_OFFICER, "Pich Policy")
    made = record_outage(
        office.session, local(begins), local(ends),
        isps=isps or None, instrument=number, by=officer, at=office.now,
    )  # fmt: skip
    return made.key


def until(office: Office, **known: int) -> Due:
    return due(office.session, office.isp.id, OCTOBER, **known)


def test_a_granted_request_moves_the_due_day_and_a_refused_or_waiting_one_does_not(
    office: Office,
) -> None:
    first = asks(office)
    assert until(office).at == NAMED
    answers(office, first, NO)
    assert until(office).at == NAMED
    second = asks(office)
    answers(office, second)
    found = until(office)
    assert (found.at, found.named_at) == (local("2026-11-17 23:59:59"), NAMED)
    [move] = found.moves
    assert (move.kind, move.days, move.reason) == (Moved.EXTENSION, 7, "OWN_SYSTEM_FAILED")
    assert move.number == f"E-2026-10-{office.isp.id:04d}-2"


def test_granted_days_that_end_on_a_closed_day_end_on_the_next_working_day(office: Office) -> None:
    answers(office, asks(office, 4))
    assert until(office).at == local("2026-11-16 23:59:59")


def test_more_time_is_for_one_isp_and_one_month(office: Office) -> None:
    other = an_isp(office.session, "tonle-net")
    answers(office, asks(office))
    assert due(office.session, other.id, OCTOBER).at == NAMED
    assert due(office.session, office.isp.id, OCTOBER.previous()).moves == ()
    among = {isp.id: found for isp, found in standings(office.session, OCTOBER, office.now)}
    assert (among[office.isp.id].moves != (), among[other.id].moves) == (True, ())


def test_what_cannot_be_asked_is_refused_and_nothing_is_kept(office: Office) -> None:
    for days in (0, 16):
        with pytest.raises(ExtensionTooLong) as refused:
            asks(office, days)
        assert refused.value.params == {"most": 15}
    with pytest.raises(MonthNotBegun):
        asks(office, 7, Period(2027, 3))
    with pytest.raises(ExtensionTooLate):
        asks(office.at("2026-11-11 00:00"))
    assert requests(office.session, office.isp.id, OCTOBER) == []
    asks(office.at("2026-11-10 23:59"))
    with pytest.raises(ExtensionWaiting):
        asks(office)


def test_a_month_that_was_filed_needs_no_more_time(office: Office) -> None:
    office.opens(OCTOBER)
    office.returns(OCTOBER)
    with pytest.raises(FiledAlready):
        asks(office)


def test_one_officer_answers_once_and_never_who_asked(office: Office) -> None:
    no = asks(office)
    with pytest.raises(ExtensionNotYours):
        answer_request(
            office.session, office.isp.id, OCTOBER, no, YES, by=office.approver, at=office.now
        )
    with pytest.raises(NotThere):
        answers(office, 9)
    assert [isp.slug for isp, _ in waiting_requests(office.session)] == ["mekong-net"]
    answers(office, no)
    with pytest.raises(ExtensionAnswered):
        answers(office, no, NO)
    assert waiting_requests(office.session) == []


def test_who_asked_cannot_answer_in_another_capacity(office: Office) -> None:
    both = office.reviewer
    made = ask_for_time(office.session, office.isp.id, OCTOBER, WHY, 3, by=both, at=office.now)
    with pytest.raises(OwnRequest):
        answers(office, made.no)
    office.session.add(
        ExtensionAnswer(
            isp_id=office.isp.id, period="2026-10", no=made.no, granted=True, reason=YES,
            asked_by=both.person_id, answered_by=both.person_id, answered_at=office.now, seq=99,
        )
    )  # fmt: skip
    with pytest.raises(IntegrityError, match="four_eyes"), office.session.begin_nested():
        office.session.flush()
    office.session.expunge_all()


@pytest.mark.parametrize(
    ("begins", "ends", "due_on"),
    [
        # Half a working day and more is a day lost; less is not.
        ("2026-11-05 08:00", "2026-11-05 12:00", "2026-11-11"),
        ("2026-11-05 08:00", "2026-11-05 11:59", "2026-11-10"),
        # Thursday to Tuesday: 9 November is a holiday, Saturday and Sunday were never counted.
        ("2026-11-05 00:00", "2026-11-11 00:00", "2026-11-13"),
        # Before the month ended nobody could file anyhow.
        ("2026-10-29 00:00", "2026-11-01 00:00", "2026-11-10"),
        # What is lost after the due day gives nothing back to those who were silent.
        ("2026-11-11 00:00", "2026-11-13 00:00", "2026-11-10"),
        # The due day itself and the two after it.
        ("2026-11-10 00:00", "2026-11-13 00:00", "2026-11-13"),
    ],
)
def test_an_outage_gives_back_the_working_days_it_took(
    office: Office, begins: str, ends: str, due_on: str
) -> None:
    """chairs A8."""
    an_outage(office.at("2026-11-20 10:00"), begins, ends)
    assert until(office).at == local(f"{due_on} 23:59:59")


def test_two_outages_of_one_day_take_it_once(office: Office) -> None:
    office.at("2026-11-20 10:00")
    an_outage(office, "2026-11-05 00:00", "2026-11-06 00:00", number="O-1")
    an_outage(office, "2026-11-05 06:00", "2026-11-06 18:00", number="O-2")
    assert until(office).at == local("2026-11-12 23:59:59")
    assert [(m.kind, m.number, m.days) for m in until(office).moves] == [
        (Moved.OUTAGE, "O-1", 1),
        (Moved.OUTAGE, "O-2", 1),
    ]


def test_days_lost_within_the_time_granted_are_given_back_too(office: Office) -> None:
    answers(office, asks(office))
    an_outage(office.at("2026-11-20 10:00"), "2026-11-16 00:00", "2026-11-17 00:00")
    assert until(office).at == local("2026-11-18 23:59:59")


def test_an_outage_of_some_isps_moves_theirs_alone(office: Office) -> None:
    other = an_isp(office.session, "tonle-net")
    an_outage(office.at("2026-11-20 10:00"), "2026-11-05 00:00", "2026-11-06 00:00", other.id)
    assert until(office).at == NAMED
    assert due(office.session, other.id, OCTOBER).at == local("2026-11-11 23:59:59")


def test_what_is_no_outage_is_refused(office: Office) -> None:
    with pytest.raises(OutageBackwards):
        an_outage(office, "2026-11-04 10:00", "2026-11-04 10:00")
    with pytest.raises(OutageNotOver):
        an_outage(office, "2026-11-04 10:00", "2026-11-05 10:01")
    with pytest.raises(NotThere):
        an_outage(office, "2026-11-04 10:00", "2026-11-04 12:00", office.authority.id)
    with pytest.raises(OutageOfNobody):
        record_outage(
            office.session, local("2026-11-04 10:00"), local("2026-11-04 12:00"), isps=[],
            instrument="O-1", by=an_officer(office.session, office.authority, Role.POLICY_OFFICER),
            at=office.now,
        )  # fmt: skip
    for by in (office.approver, office.reviewer):
        with pytest.raises(OutageNotYours):
            record_outage(
                office.session, local("2026-11-04 10:00"), local("2026-11-04 12:00"),
                isps=None, instrument="O-1", by=by, at=office.now,
            )  # fmt: skip
    assert failures(office.session, local("2026-10-01 00:00")) == []


def test_an_outage_recorded_in_error_is_taken_back_once(office: Office) -> None:
    key = an_outage(office.at("2026-11-20 10:00"), "2026-11-05 00:00", "2026-11-06 00:00")
    officer = an_officer(office.session, office.authority, Role.POLICY_OFFICER)
    with pytest.raises(OutageNotYours):
        take_back_outage(office.session, key, by=office.approver, at=office.now)
    take_back_outage(office.session, key, by=officer, at=office.now)
    assert until(office).at == NAMED
    with pytest.raises(OutageClosed):
        take_back_outage(office.session, key, by=officer, at=office.now)
    with pytest.raises(NotThere):
        take_back_outage(office.session, 9, by=officer, at=office.now)


def test_takedown_clocks_run_on_through_outage_and_extension(office: Office) -> None:
    """chairs A8."""
    key = office.logs(received_at="2026-10-12 09:10")
    office.acts(key, "2026-10-15 09:10")
    office.opens(OCTOBER)
    answers(office, asks(office))
    an_outage(office.at("2026-11-05 11:00"), "2026-10-12 00:00", "2026-10-16 00:00")
    found = indicator(office.returns(OCTOBER), "act")
    assert found is not None
    assert (found["numerator"], found["late"]) == (0, 1)


def test_a_filing_freezes_its_due_date_and_is_performed_again_to_the_byte(office: Office) -> None:
    office.opens(OCTOBER)
    answers(office, asks(office))
    first = office.at("2026-11-16 10:00").returns(OCTOBER)
    assert first.due_at == local("2026-11-17 23:59:59")
    key = an_outage(office, "2026-11-12 00:00", "2026-11-13 00:00")
    assert until(office).at == local("2026-11-18 23:59:59")
    office.logs()
    second = office.returns(OCTOBER, AmendmentReason.LATE_ENTRY)
    assert said_by(second)["due_at"] == said_by(first)["due_at"]
    officer = an_officer(office.session, office.authority, Role.POLICY_OFFICER)
    take_back_outage(office.session, key, by=officer, at=office.now)
    assert [reperform(office.session, filing).equal for filing in (first, second)] == [True, True]


def test_a_silent_month_was_scored_until_the_due_date_known_when_the_next_was_frozen(
    office: Office,
) -> None:
    september = OCTOBER.previous()
    office.opens(september.previous())
    office.at("2026-09-05 10:00").returns(september.previous())
    key = office.at("2026-11-05 10:00").logs(received_at="2026-09-29 09:00")
    office.acts(key, "2026-10-14 09:00")
    filing = office.returns(OCTOBER)
    an_outage(office, "2026-10-01 00:00", "2026-10-03 00:00")
    assert due(office.session, office.isp.id, september).at == local("2026-10-16 23:59:59")
    assert reperform(office.session, filing).equal


def test_lateness_is_asked_of_the_due_date_in_force_whenever_it_was_moved(office: Office) -> None:
    office.opens(OCTOBER)
    no = asks(office)
    filing = office.at("2026-11-12 10:00").returns(OCTOBER)
    late = standing(office.session, office.isp.id, OCTOBER, office.now)
    assert (late.days_late, late.due_at) == (2, NAMED)
    answers(office, no)
    cured = standing(office.session, office.isp.id, OCTOBER, office.now)
    assert (cured.days_late, cured.due_at) == (0, local("2026-11-17 23:59:59"))
    assert said_by(filing)["due_at"] == "2026-11-10T16:59:59Z"
    assert reperform(office.session, filing).equal


def test_case_04_a_month_is_overdue_only_after_its_moved_due_date(office: Office) -> None:
    answers(office, asks(office))
    for when, code in (
        ("2026-11-17 23:59:59", StandingCode.DUE),
        ("2026-11-18 00:00", StandingCode.OVERDUE),
        ("2026-12-17 23:59:59", StandingCode.OVERDUE),
        ("2026-12-18 00:00", StandingCode.DELINQUENT),
    ):
        assert standing(office.session, office.isp.id, OCTOBER, local(when)).code == code


def test_what_was_asked_answered_and_recorded_only_grows(office: Office) -> None:
    answers(office, asks(office))
    an_outage(office.at("2026-11-05 11:00"), "2026-11-04 00:00", "2026-11-05 00:00", office.isp.id)
    for change in (
        "DELETE FROM extension_request",
        "UPDATE extension_answer SET granted = NOT granted",
        "UPDATE outage SET instrument = 'O-2'",
        "DELETE FROM outage_isp",
    ):
        with pytest.raises(DBAPIError, match="append-only"), office.session.begin_nested():
            office.session.connection().exec_driver_sql(change)
