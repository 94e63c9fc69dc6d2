"""The ladder: reminder, overdue notice, delinquency notice; each once, none out of turn."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from portal.accounts import Organisation
from portal.accounts.actions import THE_SYSTEM
from portal.db import begin_write, sessions
from portal.letters.actions import write
from portal.letters.model import Letter
from portal.letters.queries import due_letters, letters
from portal.mail import Mail
from portal.period import Period
from portal.policy.actions import override_day
from portal.policy.codes import DayKind
from portal.policy.workdays import Workdays
from portal.returns.model import DecisionOutcome
from portal.trail import Event, verify
from tests import build
from tests.returns.clock import local
from tests.reviews.build import OCTOBER, Office, an_office
from tests.town import LICENSED_ON, Town

# October is due on Tuesday 10 November 2026; Monday the 9th is a holiday.
LATE = [
    ("2026-11-04 00:00", "REMINDER"),
    ("2026-11-12 00:00", "OVERDUE"),
    ("2026-12-11 00:00", "DELINQUENT"),
]


@pytest.fixture
def office(session: Session) -> Office:
    """An ISP that owes months from October on, and has filed none."""
    begin_write(session)
    return an_office(session)


@pytest.fixture
def isp(session: Session) -> Organisation:
    """An ISP licensed from October on."""
    begin_write(session)
    build.an_authority(session)
    isp = build.an_isp(session, from_on=LICENSED_ON)
    build.an_officer(session, isp)
    return isp


def goes_round(session: Session, when: str) -> list[str]:
    """Write what is due at a time in Phnom Penh; gives month and rung of each letter."""
    at = local(when)
    made = [write(session, due, by=THE_SYSTEM, at=at) for due in due_letters(session, at)]
    return [f"{letter.period} {letter.rung}" for letter in made if letter is not None]


@pytest.mark.usefixtures("isp")
def test_each_rung_is_written_when_it_is_due_and_once(session: Session) -> None:
    assert goes_round(session, "2026-11-03 23:59") == []
    for first, rung in LATE[:2]:
        assert goes_round(session, first) == [f"2026-10 {rung}"]
        assert goes_round(session, first) == []
    assert goes_round(session, "2026-12-03 12:00") == []
    # November's own reminder has its turn before October becomes delinquent.
    assert goes_round(session, "2026-12-10 23:59") == ["2026-11 REMINDER"]
    assert goes_round(session, "2026-12-11 00:00") == ["2026-10 DELINQUENT"]
    assert goes_round(session, "2026-12-11 00:00") == []


@pytest.mark.usefixtures("isp")
def test_the_overdue_notice_waits_its_days(session: Session) -> None:
    goes_round(session, "2026-11-05 09:00")

    assert goes_round(session, "2026-11-10 23:59:59") == []
    assert goes_round(session, "2026-11-11 23:59") == []
    assert goes_round(session, "2026-11-12 00:00") == ["2026-10 OVERDUE"]


@pytest.mark.usefixtures("isp")
def test_a_rung_that_was_missed_is_not_written_late(session: Session) -> None:
    assert goes_round(session, "2026-12-20 09:00") == ["2026-10 DELINQUENT", "2026-11 OVERDUE"]
    assert goes_round(session, "2026-12-20 09:00") == []


def test_working_days_are_counted_by_the_calendar(session: Session, isp: Organisation) -> None:
    officer = build.FOUNDER
    override_day(
        session, local("2026-11-06 12:00").date(), DayKind.HOLIDAY,
        name_en="A day of rest", name_km="ថ្ងៃឈប់", sub_decree="S-1", by=officer, at=build.START,
    )  # fmt: skip

    assert isp.id
    assert goes_round(session, "2026-11-03 00:00") == ["2026-10 REMINDER"]


def test_counting_back_leaves_the_day_itself_and_days_of_rest_out() -> None:
    calendar = Workdays("KH", frozenset({6, 7}), {})
    tuesday = local("2026-11-10 12:00").date()

    assert [str(calendar.before(tuesday, n)) for n in (0, 1, 2, 3)] == [
        "2026-11-10", "2026-11-06", "2026-11-05", "2026-11-04",
    ]  # fmt: skip


def test_who_has_filed_gets_no_letter(office: Office) -> None:
    office.filed()

    rounds = [goes_round(office.session, first) for first, _rung in LATE]
    assert [letter for found in rounds for letter in found if "2026-10" in letter] == []


@pytest.mark.parametrize(
    "outcome", [DecisionOutcome.RETURN_FOR_CORRECTION, DecisionOutcome.REJECT_VOID]
)
def test_what_was_decided_is_told_by_its_decision(office: Office, outcome: DecisionOutcome) -> None:
    office.decided(office.filed(), outcome, because="Please look again.")

    written = goes_round(office.session, "2026-12-20 09:00")
    assert [letter for letter in written if "2026-10" in letter] == []


def test_a_letter_is_an_act_in_the_isp_s_chain_and_a_mail_to_its_people(
    session: Session, isp: Organisation
) -> None:
    goes_round(session, "2026-11-05 09:00")

    assert due_letters(session, local("2026-11-05 09:00")) == []
    [letter] = letters(session, isp.id, OCTOBER)
    event = session.get_one(Event, (isp.id, letter.seq))
    assert (event.kind, event.subject, event.person_name) == (
        "letter.written", "2026-10", "The portal",
    )  # fmt: skip
    assert letter.due_at == local("2026-11-10 23:59:59")
    [mail] = session.scalars(select(Mail))
    assert (mail.kind, mail.params) == (
        "RETURN_REMINDER", '{"due_on":"2026-11-10","period":"2026-10"}',
    )  # fmt: skip
    assert verify(session) == []


def test_an_isp_without_people_gets_its_letter_once_all_the_same(session: Session) -> None:
    begin_write(session)
    build.an_authority(session)
    build.an_isp(session, from_on=LICENSED_ON)

    assert goes_round(session, "2026-11-05 09:00") == ["2026-10 REMINDER"]
    assert goes_round(session, "2026-11-05 09:00") == []


def test_what_was_filed_meanwhile_is_not_chased(office: Office) -> None:
    at = local("2026-11-20 09:00")
    [due] = [x for x in due_letters(office.session, at) if x.period == OCTOBER]
    office.filed()

    assert write(office.session, due, by=THE_SYSTEM, at=at) is None


def test_no_month_is_chased_before_a_policy_judges_it(session: Session) -> None:
    begin_write(session)
    build.an_authority(session, policy=False)
    build.an_isp(session)

    assert due_letters(session, build.NOW) == []


def test_of_rounds_at_once_one_writes(session: Session, engine: Engine, isp: Organisation) -> None:
    at = local("2026-11-05 09:00")
    [due] = due_letters(session, at)
    session.commit()

    def round_of(_number: int) -> Any:
        with sessions(engine)() as own:
            begin_write(own)
            made = write(own, due, by=THE_SYSTEM, at=at)
            own.commit()
            return made

    with ThreadPoolExecutor(4) as rounds:
        made = list(rounds.map(round_of, range(4)))

    assert sum(letter is not None for letter in made) == 1
    assert session.scalars(select(Letter.isp_id)).all() == [isp.id]
    assert len(session.scalars(select(Mail.id)).all()) == 1


def test_the_command_writes_them_for_the_whole_town(town: Town) -> None:
    said = town.runs("mail", "due", "--as", "SYSTEM")
    again = town.runs("mail", "due", "--as", "sok@example.org")

    assert "Letters written: 3 REMINDER." in said
    assert "Letters written: none." in again
    with town.session() as session:
        assert len(session.scalars(select(Mail.id)).all()) == 7


@pytest.mark.parametrize("who", ["meas@example.org", "ly@example.org", "nobody@example.org"])
def test_nobody_else_may_chase(town: Town, who: str) -> None:
    assert "return:chase" in town.runs("mail", "due", "--as", who, expect=2)
    with town.session() as session:
        assert session.scalars(select(Letter)).all() == []


def test_a_trail_reader_sees_it_in_words(town: Town) -> None:
    town.runs("mail", "due", "--as", "SYSTEM")

    assert "Letter about a month not filed" in town.visit("meas").opens("/trail").text
    with town.session() as session:
        assert letters(session, town.bodies["mekong-net"], Period(2026, 9)) == []
