"""What a handler of jobs gets in hand: the job, its session, and how to say how far it is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from threading import Event, Thread
from typing import Any, Final, Protocol

from flask import current_app
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.accounts import Actor
from portal.db import begin_write
from portal.jobs.claims import LEASE, held, renew, tell_progress
from portal.jobs.model import Job
from portal.wall import Position, stand
from portal.web.session import now

BEAT: Final[timedelta] = LEASE / 4
"""So often a worker says that it still lives."""


class Stopping(Protocol):
    """Whether the worker was told to end."""

    def is_set(self) -> bool:
        """Whether it was."""


Result = Mapping[str, str | int]
"""What came of a job, in identifiers and counts."""


@dataclass(frozen=True)
class Work:
    """One claimed job. ``session`` stands where ``by``, who asked for it, stands; ``stopping`` is
    set when the worker was told to end (a handler that could be long may raise NotNow then).

    A handler writes its effects into the session and does not commit them: they are committed
    with the end of the job, or not at all. Steps that may be done twice can be kept earlier.
    """

    session: Session
    id: int
    token: str
    subject: str
    isp_id: int | None
    params: Mapping[str, Any]
    by: Actor
    stopping: Stopping

    @classmethod
    def of(cls, session: Session, job: Job, token: str, by: Actor, stopping: Stopping) -> Work:
        """The work of a job that was claimed."""
        told = json.loads(job.params)
        return cls(session, job.id, token, job.subject, job.isp_id, told, by, stopping)

    def tell(self, done: int, total: int | None = None) -> None:
        """Say how far it is, at once for everybody to see. Raises CancelAsked where nobody wants it
        any more, TakenOver where the worker was thought dead.

        A SQLite file has one writer: there nothing is said while effects are being written.
        """
        if self._holds_the_file():
            return
        with beside() as own:
            begin_write(own)
            tell_progress(own, self.id, self.token, done, total, at=now())
            own.commit()

    def _holds_the_file(self) -> bool:
        if self.session.get_bind().dialect.name != "sqlite" or not self.session.in_transaction():
            return False
        return bool(self.session.connection().get_execution_options().get("writes"))

    def keep(self) -> None:
        """Commit a step that may be done twice. Raises TakenOver."""
        self.session.flush()
        held(self.session, self.id, self.token)
        self.session.commit()

    def writes(self) -> None:
        """End what was read so far and open the transaction that effects are written in."""
        self.session.commit()
        begin_write(self.session)


Handler = Callable[[Work], Result]
"""Does one kind of job. Raises NotNow to be tried later, a Refusal where a rule says no for good;
anything else that it raises is tried later, too, and told to the log.
"""


@contextmanager
def beside() -> Iterator[Session]:
    """A session of the portal's own beside the one in which the work is done."""
    made: Session = current_app.extensions["sessions"]()
    stand(made, Position.SYSTEM)
    with made:
        yield made


@contextmanager
def beating(job_id: int, token: str) -> Iterator[None]:
    """Renew a claim as long as the block runs."""
    over, app = Event(), current_app._get_current_object()  # type: ignore[attr-defined] # noqa: SLF001 - the library's own way

    def beat() -> None:
        while not over.wait(BEAT.total_seconds()):
            # A writer in the way, or a line that broke: nobody else can claim it meanwhile, or the
            # end will be refused. The next beat tries again.
            with suppress(DBAPIError), app.app_context(), beside() as own:
                begin_write(own)
                renew(own, job_id, token, at=now())
                own.commit()

    thread = Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
