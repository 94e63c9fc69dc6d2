"""A job from its asking to its end, in one process: done, tried again, refused, stopped, told."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

from portal.accounts import Membership, Role
from portal.errors import NotThere
from portal.jobs import Job, JobKind, JobOver, Outcome, ask, ask_cancel
from portal.jobs.claims import LEASE, MOST_TRIES, PATIENT_TRIES, claim
from portal.jobs.refusals import NotNow
from portal.mail import Mail, MailKind
from portal.trail import Event
from portal.web.working import Result, Work
from tests.jobs.conftest import Does, asks, effects, job, leaves_a_line
from tests.town import Town


def told(town: Town) -> list[tuple[MailKind, int]]:
    with town.session() as session:
        found = session.scalars(select(Mail).order_by(Mail.id))
        return [(mail.kind, mail.person_id) for mail in found]


def ready(town: Town) -> str:
    return str(town.stranger().client.get("/health/ready").json["jobs"])


def test_what_was_asked_for_is_done_once_and_its_owner_told(town: Town, does: Does) -> None:
    does(leaves_a_line)
    number = asks(town)

    assert (town.works(), town.works()) == (1, 0)
    found = job(town, number)
    assert (found.outcome, found.result, found.done, found.total) == (
        Outcome.DONE, '{"lines":1}', 1, 2,
    )  # fmt: skip
    assert effects(town) == {"one": 1}
    assert told(town) == [(MailKind.JOB_DONE, town.actors["chan"].person_id)]

    town.clock.move_to(town.now + timedelta(days=89))
    town.runs("purge", "run")
    assert job(town, number)
    town.clock.move_to(town.now + timedelta(days=2))
    town.runs("purge", "run")
    with town.session() as session:
        assert session.get(Job, number) is None


def test_an_act_rolled_back_leaves_no_job_and_one_repeated_adds_none(town: Town) -> None:
    by = town.actors["chan"]
    with town.session() as session:
        ask(session, JobKind.MONTH, "gone", by=by, at=town.now)
        session.rollback()
    first, again = asks(town), asks(town)
    other = asks(town, name="chea")

    assert first == again != other
    with town.session() as session:
        assert [one.subject for one in session.scalars(select(Job))] == ["one", "one"]


def test_a_job_that_fails_is_tried_with_growing_pauses_and_then_its_owner_is_told(
    town: Town, does: Does
) -> None:
    def fails(work: Work) -> Result:
        leaves_a_line(work)
        raise RuntimeError(work.subject)

    does(fails)
    number, pauses = asks(town, name="chea"), []
    while town.works():
        stands = job(town, number)
        if not stands.has_ended:
            pauses.append((stands.due_at - town.now).total_seconds())
            assert (stands.fault, town.works()) == ("unexpected", 0)
            town.clock.move_to(stands.due_at)

    assert pauses == [min(30 * 2**n, 1800) for n in range(MOST_TRIES - 1)]
    assert (job(town, number).outcome, effects(town)) == (Outcome.FAILED, {})
    chea, isp = town.actors["chea"].person_id, town.bodies["mekong-net"]
    assert told(town) == [(MailKind.JOB_FAILED, chea)]
    with town.session() as session:
        event = session.scalars(select(Event).where(Event.kind == "job.failed")).one()
        assert (event.isp_id, event.subject) == (isp, str(number))
    approver = town.visit("meas").opens("/trail")
    assert "Something asked for could not be done" in approver.text
    assert ready(town) == "failed"

    does(leaves_a_line)
    assert f"{number}: MONTH one of person {chea}, 8 tries: unexpected" in town.runs(
        "jobs", "status", expect=1
    )
    assert "1 to be tried again" in town.runs("jobs", "retry", str(number))
    assert "1 done." in town.runs("worker", "--once")
    assert effects(town) == {"one": 1}
    assert "0 wait, 0 in hand, 0 failed." in town.runs("jobs", "status")
    assert ready(town) == "well"


def test_health_says_when_nobody_works(town: Town, does: Does) -> None:
    does(leaves_a_line)
    asks(town)
    assert ready(town) == "well"

    town.clock.move_to(town.now + timedelta(minutes=11))
    assert ready(town) == "late"
    assert "is `worker` running?" in town.runs("jobs", "status")
    town.works()
    assert ready(town) == "well"


def test_what_cannot_be_done_now_is_done_later_and_what_a_rule_refuses_never(
    town: Town, does: Does
) -> None:
    def not_now(_work: Work) -> Result:
        raise NotNow("mail-unreachable")

    def refuses(_work: Work) -> Result:
        raise NotThere("number")

    does(not_now)
    number = asks(town)
    # Whoever does not answer may be away for a night.
    for _ in range(PATIENT_TRIES - 1):
        assert town.works() == 1
        stands = job(town, number)
        assert (stands.fault, stands.outcome) == ("mail-unreachable", None)
        town.clock.move_to(stands.due_at)
    assert timedelta(hours=20) < town.now - stands.made_at < timedelta(hours=25)

    does(refuses)
    town.works()
    assert (job(town, number).fault, job(town, number).outcome) == ("not-there", Outcome.FAILED)


def test_who_lost_the_role_does_nothing_through_a_job(town: Town, does: Does) -> None:
    does(leaves_a_line)
    number, person_id = asks(town), town.actors["chan"].person_id
    with town.session() as session:
        held = session.scalars(select(Membership).filter_by(person_id=person_id)).one()
        held.until_on = date(2026, 11, 4)

    town.works()
    assert (job(town, number).fault, effects(town)) == ("asker-left", {})


def test_a_worker_stands_where_the_asker_stands(town: Town, does: Does) -> None:
    seen: list[tuple[str, Role]] = []

    def looks(work: Work) -> Result:
        if work.session.get_bind().dialect.name == "postgresql":
            [role] = work.session.execute(text("SELECT current_user")).one()
            seen.append((role, work.by.role))
        return {}

    does(looks)
    asks(town, name="chea")
    asks(town, name="chan")
    town.works()

    assert seen in ([], [("portal_isp", Role.PREPARER), ("portal_authority", Role.ISSUER)])


def test_what_nobody_began_is_stopped_at_once_and_what_runs_when_it_next_says_how_far(
    town: Town, does: Does
) -> None:
    by = town.actors["chan"]

    def is_stopped(work: Work) -> Result:
        work.tell(1, 3)
        with town.session() as session:
            ask_cancel(session, work.id, organisation_id=by.organisation_id, at=town.now)
        return leaves_a_line(work)

    does(is_stopped)
    waits = asks(town, "waits")
    with town.session() as session:
        ask_cancel(session, waits, organisation_id=by.organisation_id, at=town.now)
    runs = asks(town, "runs")

    assert town.works() == 1
    assert {job(town, each).outcome for each in (waits, runs)} == {Outcome.CANCELLED}
    assert (job(town, runs).done, effects(town), told(town)) == (1, {}, [])
    done = asks(town, "done")
    does(leaves_a_line)
    town.works()
    with town.session() as session, pytest.raises(JobOver):
        ask_cancel(session, done, organisation_id=by.organisation_id, at=town.now)


def test_a_worker_that_was_thought_dead_changes_nothing_any_more(town: Town, does: Does) -> None:
    def takes_over(work: Work) -> Result:
        town.clock.move_to(town.now + LEASE + timedelta(seconds=1))
        with town.session() as session:
            taken = claim(session, [JobKind.MONTH], token="another", at=town.now)
            assert taken is not None
        work.writes()
        return leaves_only(work)

    def leaves_only(work: Work) -> Result:
        work.session.execute(text("UPDATE person SET name = 'changed' WHERE id <> 0"))
        return {}

    does(takes_over)
    number = asks(town)

    town.works()
    stands = job(town, number)
    assert (stands.claimed_by, stands.outcome) == ("another", None)
    with town.session() as session:
        assert not session.scalar(text("SELECT count(*) FROM person WHERE name = 'changed'"))


def test_a_long_job_keeps_its_claim(
    town: Town, does: Does, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.web.working.BEAT", timedelta(milliseconds=5))

    def is_long(work: Work) -> Result:
        town.clock.move_to(town.now + LEASE + timedelta(minutes=1))
        while job(town, work.id).claimed_at != town.now:
            assert job(town, work.id).claimed_by == work.token
        with town.session() as session:
            assert claim(session, [JobKind.MONTH], token="another", at=town.now) is None
        return {}

    does(is_long)
    number = asks(town)
    town.works()
    assert (job(town, number).outcome, job(town, number).tries) == (Outcome.DONE, 1)


def test_a_job_whose_worker_died_every_time_is_given_up(town: Town, does: Does) -> None:
    does(leaves_a_line)
    number = asks(town)
    for time in range(MOST_TRIES):
        with town.session() as session:
            assert claim(session, [JobKind.MONTH], token=f"dead {time}", at=town.now)
        town.clock.move_to(town.now + LEASE)

    town.works()
    assert (job(town, number).fault, job(town, number).outcome) == ("interrupted", Outcome.FAILED)
    assert [kind for kind, _person in told(town)] == [MailKind.JOB_FAILED]
    assert effects(town) == {}
