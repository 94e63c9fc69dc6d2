"""Mail as a job: asked for by the worker that finds it due, one job however much waits."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from portal.jobs import Job, JobKind, Outcome
from portal.mail import Mail
from tests.mail.conftest import Told, server, told, writes
from tests.mail.server import MailServer, mail_server
from tests.town import Town

__all__ = ["server", "told"]


def jobs(town: Town) -> list[Job]:
    with town.session() as session:
        return list(session.scalars(select(Job).order_by(Job.id)))


def test_one_job_sends_all_that_waits_and_waits_itself_while_the_server_is_away(
    town: Town, server: MailServer, told: Told
) -> None:
    writes(town, 2)
    assert (town.works(), jobs(town)) == (0, [])
    with mail_server() as gone:
        pass
    with told(gone):
        assert (town.works(), town.works()) == (1, 0)
    [waits] = jobs(town)
    assert (waits.kind, waits.fault, waits.outcome) == (JobKind.MAIL, "mail-unreachable", None)

    town.clock.move_to(waits.due_at)
    with told(server):
        assert town.works() == 1
    [done] = jobs(town)
    assert (done.outcome, done.result) == (Outcome.DONE, '{"failed":0,"sent":6}')
    assert len(set(server.numbers())) == len(server.numbers()) == 6


def test_a_mail_that_was_refused_is_found_again_when_it_is_due(
    town: Town, server: MailServer, told: Told
) -> None:
    writes(town)
    server.refuses = {"meas@example.org": "450 try later"}
    with told(server):
        assert (town.works(), town.works()) == (1, 0)
        server.refuses = {}
        town.clock.move_to(town.now + timedelta(minutes=1))
        assert town.works() == 1

    assert [one.result for one in jobs(town)] == ['{"failed":1,"sent":2}', '{"failed":0,"sent":1}']
    with town.session() as session:
        assert all(mail.sent_at for mail in session.scalars(select(Mail)))
