"""The agenda: what is going to happen, done in the order of time, as it would be in real life."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import datetime
from itertools import count

from sqlalchemy.orm import Session

from portal.db import begin_write

Act = Callable[[datetime], object]
_ACTS_A_COMMIT = 400


class Agenda:
    """Acts with their times. An act may plan others; nothing happens after ``today``."""

    def __init__(self, session: Session, today: datetime) -> None:
        self.session = session
        self.today = today
        self.done = 0
        self._acts: list[tuple[datetime, int, Act]] = []
        self._tickets = count()

    def plan(self, at: datetime, act: Act) -> None:
        """Let something happen; acts of one instant happen in the order they were planned."""
        if at <= self.today:
            heapq.heappush(self._acts, (at, next(self._tickets), act))

    def run(self) -> None:
        """Let everything happen, with a commit now and then; a transaction is open already."""
        while self._acts:
            at, _, act = heapq.heappop(self._acts)
            act(at)
            self.done += 1
            if self.done % _ACTS_A_COMMIT == 0:
                self.pause()
        self.session.commit()

    def pause(self) -> None:
        """Commit what happened so far and go on in a new transaction."""
        self.session.commit()
        self.session.expunge_all()
        begin_write(self.session)
