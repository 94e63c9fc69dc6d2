"""The processes of a worker: each looks when it is rung for, and every few seconds by itself."""

from __future__ import annotations

import os
import time
from typing import Any, Final

from flask import Flask
from huey import Huey
from huey.consumer import Consumer, Worker

from portal.jobs.waking import Forged, was_rung
from portal.web.logs import log
from portal.web.running import do_next

LOOK_EVERY: Final = 5.0
"""Seconds until a worker that nobody rings for looks by itself."""

_OPTIONS: Final[dict[str, Any]] = {
    "worker_type": "process", "periodic": False, "graceful_signal": "TERM",
    "initial_delay": 0.1, "max_delay": 0.5, "health_check_interval": 1,
}  # fmt: skip


class Watchful(Worker):  # type: ignore[misc]
    """One process: takes wake-ups from the queue, and jobs from the table."""

    app: Flask
    most_jobs: int

    def initialize(self) -> None:
        """Begin with lines of one's own: those of the process that forked are not ours."""
        self.app.extensions["engine"].dispose(close=False)
        self._look_at, self._crew, self._begun = 0.0, os.getppid(), 0

    def loop(self, now: Any = None) -> None:  # noqa: ARG002 - the library's own signature
        """Wait a little for a wake-up; look if there was one, or if it is time."""
        if os.getppid() != self._crew or self._begun >= self.most_jobs:
            # Whoever would tell us to end was killed; or the crew puts a fresh one in our place.
            raise KeyboardInterrupt
        if self._was_rung() or time.monotonic() >= self._look_at:
            self._look()
            self._look_at, self.delay = time.monotonic() + LOOK_EVERY, self.default_delay
        elif not self.huey.storage.blocking:
            self.sleep()

    def _was_rung(self) -> bool:
        try:
            return was_rung(self.huey)
        except Forged:
            log().error("a wake-up that nobody signed was refused")
        except Exception:  # noqa: BLE001 - the jobs are found without it
            log().error("the queue of wake-ups cannot be read", exc_info=True)
            self.sleep()
        return False

    def _look(self) -> None:
        try:
            while not self.stop_flag.is_set() and self._begun < self.most_jobs:
                if not self._does_one():
                    break
                self._begun += 1
        except Exception:  # noqa: BLE001 - a database that is away comes back
            log().error("a worker cannot look for jobs", exc_info=True)

    def _does_one(self) -> bool:
        with self.app.app_context():
            return do_next(self.stop_flag)


class Crew(Consumer):  # type: ignore[misc]
    """Several of them; one that dies, or has done ``most_jobs``, is replaced."""

    worker_class = Watchful

    def __init__(
        self, app: Flask, bell: Huey, processes: int, most_jobs: int, parent: int | None
    ) -> None:
        self._app, self._most_jobs, self._parent = app, most_jobs, parent
        super().__init__(bell, workers=processes, **_OPTIONS)

    def _create_worker(self) -> Watchful:
        member: Watchful = super()._create_worker()
        member.app, member.most_jobs = self._app, self._most_jobs
        return member

    def loop(self, health_check_ts: Any = None) -> Any:
        """Watch over them, and over who started them."""
        if self._parent is not None and os.getppid() != self._parent:
            self.stop(graceful=True)
        return super().loop(health_check_ts)
