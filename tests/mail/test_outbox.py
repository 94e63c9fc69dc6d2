"""The outbox: who is written to, once; who may send; what happens to a mail that cannot go."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from portal.accounts import Membership, Person, Role
from portal.db import begin_write, sessions
from portal.mail import Mail, MailKind, post
from portal.mail.actions import LEASE, MOST_TRIES, claim, give_up, note_failed, note_sent, retry
from portal.mail.queries import LATE_AFTER, outbox, sent_count
from tests import build
from tests.build import NOW
from tests.reviews.build import Office, an_office, an_office_for

KIND = MailKind.RETURN_FILED
MINUTE = timedelta(minutes=1)


@pytest.fixture
def office(session: Session) -> Office:
    """An ISP with a preparer and an approver."""
    begin_write(session)
    return an_office(session)


def posts(office: Office, subject: str = "R-1", kind: MailKind = KIND) -> list[Mail]:
    """Post about something; gives the whole outbox."""
    post(office.session, kind, office.isp.id, subject, at=NOW, period="2026-10", version=1)
    return list(office.session.scalars(select(Mail).order_by(Mail.id)))


def test_everybody_of_the_isp_who_may_read_it_is_written_to(office: Office) -> None:
    an_office_for(office.session, office.authority, "tonle-net")

    written = posts(office)

    assert [mail.person_id for mail in written] == [
        office.preparer.person_id,
        office.approver.person_id,
    ]
    assert {mail.isp_id for mail in written} == {office.isp.id}


def test_an_act_repeated_adds_nothing(office: Office) -> None:
    before = [mail.message_id for mail in posts(office)]

    assert [mail.message_id for mail in posts(office)] == before
    assert len(posts(office, "R-2")) == 4
    assert len(posts(office, "R-1", MailKind.RETURN_ACCEPTED)) == 6


def test_one_who_serves_two_isps_is_told_of_both(office: Office) -> None:
    other = build.an_isp(office.session, "tonle-net")
    whom = {"person_id": office.preparer.person_id, "organisation_id": other.id}
    since = date(2026, 1, 1)
    office.session.add(Membership(**whom, role=Role.APPROVER, from_on=since))
    office.session.flush()

    posts(office)
    post(office.session, KIND, other.id, "R-1", at=NOW, period="2026-10", version=1)

    query = select(Mail.isp_id).where(Mail.person_id == office.preparer.person_id)
    assert set(office.session.scalars(query)) == {office.isp.id, other.id}


@pytest.mark.parametrize("how", ["left", "disabled"])
def test_who_left_or_is_disabled_is_not_written_to(office: Office, how: str) -> None:
    person_id = office.preparer.person_id
    held = office.session.scalars(select(Membership).filter_by(person_id=person_id)).one()
    if how == "left":
        held.until_on = NOW.date() - timedelta(days=2)
    else:
        office.session.get_one(Person, person_id).active = False
    office.session.flush()

    assert [mail.person_id for mail in posts(office)] == [office.approver.person_id]


def test_a_mail_keeps_the_language_of_its_person_and_identifiers_alone(office: Office) -> None:
    office.session.get_one(Person, office.approver.person_id).language = "km"
    office.session.flush()

    written = posts(office)

    assert [mail.language for mail in written] == ["en", "km"]
    assert {mail.params for mail in written} == {'{"period":"2026-10","version":1}'}
    assert json.loads(written[0].params) == {"period": "2026-10", "version": 1}


def test_a_claim_is_one_sender_s_until_it_is_dead_for_sure(office: Office) -> None:
    first, second = posts(office)
    session = office.session

    assert claim(session, by="one", at=NOW) is first
    assert claim(session, by="two", at=NOW) is second
    assert claim(session, by="three", at=NOW + LEASE - MINUTE) is None
    assert claim(session, by="three", at=NOW + LEASE) is first
    assert (first.claimed_by, first.tries) == ("three", 2)


def test_what_was_sent_is_never_claimed_again(office: Office) -> None:
    for mail in posts(office):
        note_sent(office.session, mail, at=NOW)

    assert claim(office.session, by="one", at=NOW + timedelta(days=30)) is None
    assert (outbox(office.session).waiting, sent_count(office.session)) == (0, 2)


def test_a_failed_try_is_repeated_after_ever_longer_pauses_for_three_days(office: Office) -> None:
    mail, other = posts(office)
    note_sent(office.session, other, at=NOW)
    at, pauses = NOW, []
    while claim(office.session, by="one", at=at) is not None:
        note_failed(office.session, mail, "smtp-450", at=at)
        assert claim(office.session, by="one", at=mail.due_at - MINUTE) is None
        pauses.append(mail.due_at - at)
        at = mail.due_at

    assert [pause // MINUTE for pause in pauses[:10]] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 360]
    assert len(pauses) == MOST_TRIES
    assert timedelta(days=2.5) < sum(pauses, timedelta()) < timedelta(days=3.5)
    assert (mail.failed_at, mail.fault) == (at - pauses[-1], "smtp-450")
    assert outbox(office.session).given_up == 1


def test_what_was_given_up_is_not_lost(office: Office) -> None:
    first, second = posts(office)
    give_up(office.session, first, "no-reader", at=NOW)
    note_sent(office.session, second, at=NOW)
    assert claim(office.session, by="one", at=NOW + timedelta(days=9)) is None

    assert retry(office.session, at=NOW) == 1
    assert claim(office.session, by="one", at=NOW) is first


def test_a_mail_that_cannot_go_holds_up_no_other(office: Office) -> None:
    stuck, fresh = posts(office)
    claim(office.session, by="dead", at=NOW)

    assert claim(office.session, by="one", at=NOW + LEASE) is fresh
    assert claim(office.session, by="one", at=NOW + LEASE) is stuck


def test_who_was_overtaken_while_thought_dead_takes_nothing_back(office: Office) -> None:
    mail, _ = posts(office)
    claim(office.session, by="slow", at=NOW)
    note_sent(office.session, mail, at=NOW + LEASE)
    mail.tries = MOST_TRIES

    note_failed(office.session, mail, "line-lost", at=NOW + LEASE + MINUTE)

    assert (mail.sent_at, mail.failed_at) == (NOW + LEASE, None)


def test_that_nobody_sends_is_seen(office: Office) -> None:
    posts(office)
    found = outbox(office.session)

    assert (found.waiting, found.tried, found.given_up) == (2, 0, 0)
    assert not found.is_late(NOW + LATE_AFTER)
    assert found.is_late(NOW + LATE_AFTER + MINUTE)


def test_of_senders_at_once_each_claims_other_mails(office: Office, engine: Engine) -> None:
    for number in range(6):
        posts(office, f"R-{number}")
    office.session.commit()

    def claims_all(name: str) -> list[int]:
        mine: list[int] = []
        while True:
            with sessions(engine)() as own:
                begin_write(own)
                taken = claim(own, by=name, at=NOW)
                own.commit()
            if taken is None:
                return mine
            mine.append(taken.id)

    with ThreadPoolExecutor(4) as senders:
        taken = [one for mine in senders.map(claims_all, "abcd") for one in mine]

    assert sorted(taken) == list(range(1, 13))
