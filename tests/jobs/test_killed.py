"""Workers that are killed with -9, wherever they are: what they were doing is done once."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from datetime import timedelta
from threading import Event
from typing import Any

from sqlalchemy import event

from portal.jobs import Outcome
from portal.jobs.claims import LEASE
from portal.web.running import drain
from tests.jobs.conftest import Does, asks, effects, job, leaves_a_line
from tests.town import Town


def begins(town: Town, prepared: Callable[[Any], None]) -> int:
    """A worker in a process of its own; gives the process."""
    # No line is shared: what lies in the pool is closed before, and not looked at after.
    town.app.extensions["engine"].dispose()
    town.engine.dispose()
    pid = os.fork()
    if pid:
        return pid
    try:
        prepared(town.app.extensions["engine"])
        with town.app.app_context():
            drain(Event())
    finally:
        os._exit(0)


def was_killed(pid: int) -> bool:
    """Whether it ended by being killed."""
    _, status = os.waitpid(pid, 0)
    return os.WIFSIGNALED(status)


def dies_at(step: int) -> Callable[[Any], None]:
    """Kill the process before its so manieth statement or commit."""
    left = [step]

    def count(*_: Any) -> None:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def listen(engine: Any) -> None:
        event.listen(engine, "before_cursor_execute", count)
        event.listen(engine, "commit", count)

    return listen


def test_killed_at_any_step_a_job_is_done_once_by_the_next(town: Town, does: Does) -> None:
    """Before its claim, after it, between its steps, before its last commit, after it."""
    does(leaves_a_line)
    step, ends = 0, []
    while not ends or ends[-1][0]:
        step += 1
        number = asks(town, f"killed at {step}")
        killed = was_killed(begins(town, dies_at(step)))
        left = job(town, number)
        ends.append((killed, left.has_ended, left.tries))
        town.clock.move_to(town.now + LEASE + timedelta(seconds=1))
        assert (town.works(), town.works()) == (0 if left.has_ended else 1, 0)
        assert job(town, number).outcome == Outcome.DONE

    # It was killed before it had claimed anything, with a claim, and after it had ended it.
    assert {(False, 0), (False, 1), (True, 1)} <= {(done, tries) for _, done, tries in ends}
    assert effects(town) == {f"killed at {each}": 1 for each in range(1, step + 1)}


def test_two_workers_on_one_table_take_each_job_once(town: Town, does: Does) -> None:
    does(leaves_a_line)
    numbers = [asks(town, f"job {each}") for each in range(16)]
    workers = [begins(town, lambda _engine: None) for _ in "ab"]

    assert [was_killed(each) for each in workers] == [False, False]
    assert {job(town, each).outcome for each in numbers} == {Outcome.DONE}
    assert {job(town, each).tries for each in numbers} == {1}
    assert effects(town) == {f"job {each}": 1 for each in range(16)}
