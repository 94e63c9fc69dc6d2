"""A month of certificates as a job: killed at any step, by two at once, stopped, broken at one.

Whatever happens: numbers have no gap, each has one certificate, each ISP one number, each number
its papers once.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any

from sqlalchemy import event, select

from portal.accounts import Actor, Organisation, Role
from portal.canonical import sha256
from portal.certificates.model import Certificate, Paper, PaperKind
from portal.certificates.monthly import sit
from portal.certificates.sitting import Came, Sitting, came_of, job_of
from portal.jobs import Job, JobKind, Outcome, ask_cancel
from portal.jobs.actions import settle
from portal.jobs.claims import LEASE
from portal.trail import verify
from portal.web.monthly import issue_month
from portal.web.running import do_next
from portal.web.working import Result, Work
from tests import build
from tests.jobs.conftest import Does
from tests.jobs.test_killed import begins, was_killed
from tests.town import Town
from tests.web.test_certificates import OCTOBER, accepted

SLUGS = ("mekong-net", "tonle-net", "small-net")


def sits(town: Town, by: Actor | None = None, slugs: Sequence[str] = SLUGS) -> int:
    """An issuer asks for the month of all three, or some; gives the sitting's number."""
    isps = [town.bodies[slug] for slug in slugs]
    with town.session() as session:
        return sit(session, OCTOBER, isps, by=by or town.actors["chan"], at=town.now).no


def when(*steps: str) -> Callable[[Any, Callable[[], None]], None]:
    """Do something once these were seen in a row: parts of statements, or COMMIT (before it)."""

    def listen(engine: Any, act: Callable[[], None]) -> None:
        left = list(steps)

        def saw(said: str) -> None:
            if left and left[0] in said:
                left.pop(0)
                if not left:
                    act()

        event.listen(engine, "before_cursor_execute", lambda *args: saw(args[2]))
        event.listen(engine, "commit", lambda *_: saw("COMMIT"))

    return listen


def dies(*steps: str) -> Callable[[Any], None]:
    return lambda engine: when(*steps)(engine, lambda: os.kill(os.getpid(), signal.SIGKILL))


def issued(town: Town) -> list[int]:
    """The serials there are; nothing is wrong with them at any time."""
    with town.session() as session:
        made = session.scalars(select(Certificate).order_by(Certificate.serial)).all()
        assert [one.serial for one in made] == list(range(1, len(made) + 1))
        assert len({one.isp_id for one in made}) == len({one.number for one in made}) == len(made)
        assert verify(session) == []
        return [one.serial for one in made]


def papers(town: Town) -> list[tuple[int, PaperKind]]:
    with town.session() as session:
        found = session.execute(select(Paper.serial, Paper.kind))
        return sorted((serial, kind) for serial, kind in found)


def both(*serials: int) -> list[tuple[int, PaperKind]]:
    return [(serial, kind) for serial in serials for kind in sorted(PaperKind)]


def answers(town: Town, no: int) -> dict[str, int | str | None]:
    with town.session() as session:
        return {one.isp.slug: answer_of(one) for one in came_of(session, no)}


def answer_of(came: Came) -> int | str | None:
    return came.answer.serial or came.answer.refusal


def ends(town: Town, kind: JobKind) -> Sequence[Outcome | None]:
    with town.session() as session:
        return session.scalars(select(Job.outcome).where(Job.kind == kind)).all()


def does_next(town: Town) -> None:
    """Let a worker do one job."""
    with town.app.app_context():
        assert do_next(Event())


NUMBER, PAPER = "INSERT INTO certificate ", "INSERT INTO paper "
CLAIM, END = "UPDATE job SET", "outcome="


def in_the_middle(*steps: str) -> Callable[[Any], None]:
    """Kill the process when it has worked for a twentieth of a second from there on."""
    return lambda engine: when(*steps)(
        engine, lambda: signal.setitimer(signal.ITIMER_VIRTUAL, 0.05)
    )


def test_killed_at_any_step_a_month_is_issued_once_with_its_papers(town: Town) -> None:
    """Each time another worker, which dies, and what it leaves behind."""
    accepted(town, "mekong-net")
    accepted(town, "tonle-net", by="chan")
    no = sits(town, slugs=SLUGS[:2])
    for kills, numbers, kept in (
        # The number was given, and not committed.
        (dies(NUMBER, "COMMIT"), [], False),
        # It was committed, and the next ISP was not begun.
        (dies(NUMBER, "COMMIT", ""), [1], False),
        # The paper is being drawn.
        (in_the_middle(CLAIM, "FROM paper"), [1], False),
        # It is drawn and signed, and not kept.
        (dies(CLAIM, "FROM paper", "FROM ledger"), [1], False),
        # Every ISP was answered, and the month has not ended.
        (dies(END), [1], False),
        # The paper was kept, and neither that nor the end of its job committed.
        (dies(PAPER, "COMMIT"), [1], False),
        (dies(PAPER, "COMMIT", ""), [1], True),
    ):
        assert was_killed(begins(town, kills))
        has_report = numbers and draws_the_report(town)
        wanted = both(1) if kept else [(1, PaperKind.REPORT)] if has_report else []
        assert (issued(town), papers(town)) == (numbers, wanted)
        town.clock.move_to(town.now + LEASE + timedelta(seconds=1))

    assert town.works() == 0
    assert answers(town, no) == {"mekong-net": 1, "tonle-net": "same-officer"}
    assert ends(town, JobKind.MONTH) == ends(town, JobKind.PAPERS) == [Outcome.DONE]


def draws_the_report(town: Town) -> bool:
    """Keep a report of number 1, once, so that what is drawn again and again is one page; and look
    at what the public is told meanwhile.
    """
    with town.session() as session:
        if session.get(Paper, (1, PaperKind.REPORT)) is None:
            made = {"sha256": sha256(b"%PDF"), "pdf": b"%PDF", "made_at": town.now}
            session.add(Paper(serial=1, kind=PaperKind.REPORT, **made))
            [number] = session.scalars(select(Certificate.number))
            session.commit()
            assert "Being prepared" in town.stranger().opens(f"/verify/{number}").text
    return True


def test_two_officers_and_two_workers_issue_a_month_once_and_share_its_papers(
    town: Town, tmp_path: Path
) -> None:
    accepted(town, *SLUGS[:2])
    with town.session() as session:
        office = session.get_one(Organisation, town.bodies["regulator"])
        other = build.an_officer(session, office, Role.ISSUER, "Dara Issuer")
    first, second = sits(town, slugs=SLUGS[:2]), sits(town, other)
    # Pressed twice it is the same sitting.
    assert sits(town, slugs=SLUGS[:2]) == first != second

    def notes(engine: Any) -> None:
        def note(*args: Any) -> None:
            if PAPER in args[2]:
                (tmp_path / str(os.getpid())).touch()

        event.listen(engine, "before_cursor_execute", note)

    workers = [begins(town, notes) for _ in "ab"]
    assert [was_killed(each) for each in workers] == [False, False]
    assert {each.name for each in tmp_path.iterdir()} == {str(each) for each in workers}

    assert (issued(town), papers(town)) == ([1, 2], both(1, 2))
    one, two = answers(town, first), answers(town, second)
    assert two.pop("small-net") == "filing-not-accepted"
    for slug in SLUGS[:2]:
        assert sorted(map(str, (one[slug], two[slug])))[1] == "already-issued"
    assert ends(town, JobKind.MONTH) == [Outcome.DONE] * 2
    assert ends(town, JobKind.PAPERS) == [Outcome.DONE] * 2


def test_stopped_between_two_isps_what_was_issued_stays(town: Town, does: Does) -> None:
    accepted(town, *SLUGS)
    no, by = sits(town), town.actors["chan"]

    class Stopped(Work):
        def tell(self, done: int, total: int | None = None) -> None:
            if done == 1:
                with town.session() as session:
                    ask_cancel(session, self.id, organisation_id=by.organisation_id, at=town.now)
            super().tell(done, total)

    def is_stopped(work: Work) -> Result:
        return issue_month(Stopped(**vars(work)))

    does(is_stopped)
    does_next(town)
    assert (issued(town), papers(town)) == ([1], [])
    assert answers(town, no) == {"mekong-net": 1, "small-net": None, "tonle-net": None}
    assert ends(town, JobKind.MONTH) == [Outcome.CANCELLED]
    page = town.visit("chan").opens(f"/certificates/sittings/{no}")
    assert "It ended before the turn of 2 ISPs" in page.text
    assert page.opens("/certificates").page.xpath("//input[@name='each']/@value") == [
        "small-net 2026-10", "tonle-net 2026-10",
    ]  # fmt: skip


def test_one_month_that_breaks_holds_up_no_other_and_leaves_no_gap(town: Town) -> None:
    accepted(town, "mekong-net", "tonle-net")
    no = sits(town, slugs=SLUGS[:2])

    def breaks() -> None:
        raise RuntimeError

    # The number was given when it broke.
    when(NUMBER)(town.app.extensions["engine"], breaks)
    does_next(town)
    assert (issued(town), answers(town, no)) == ([1], {"mekong-net": None, "tonle-net": 1})
    with town.session() as session:
        job = job_of(session, session.get_one(Sitting, no))
        assert job is not None
        assert (job.outcome, job.fault) == (None, "unexpected")
        due = job.due_at
    # Its paper was asked for first, and is none of this test.
    with town.session() as session:
        settle(session, JobKind.PAPERS, session.get_one(Certificate, 1).number, at=town.now)
    town.clock.move_to(due)
    does_next(town)
    assert (issued(town), answers(town, no)) == ([1, 2], {"mekong-net": 2, "tonle-net": 1})
    assert ends(town, JobKind.MONTH) == [Outcome.DONE]
