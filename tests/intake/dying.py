"""Takes a file in, in a process that ends at a given place: killed as by the kernel, so that none
can tidy up.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from portal.accounts import Actor
from portal.db import begin_write, open_engine, sessions
from portal.errors import Refusal
from portal.intake import room, take_in
from portal.registers import REGISTERS
from portal.registers.bulk import admitting
from tests.build import NOW

STEPS = ("reading", "staged", "writing", "written")


def die() -> None:
    """End here and now."""
    os.kill(os.getpid(), signal.SIGKILL)


def takes_in(url: str, step: str, file: Path, by: Actor, answer: Path) -> None:
    """Take the file in, die at the step; what comes of it else stands in the answer."""
    engine = open_engine(url)

    def told(done: int, _size: int) -> None:
        if step == "reading" and done:
            die()

    if step == "staged":
        admitting._numbered = lambda *_: die()  # type: ignore[assignment,return-value]
    if step == "writing":
        die_amid_the_insert(engine)
    with sessions(engine)() as session, file.open("rb") as stream:
        begin_write(session)
        how: Any = {"told": told, "by": by, "at": NOW}
        try:
            with room():
                report = take_in(session, by.organisation_id, REGISTERS["takedowns"], stream, **how)
                if step == "written":
                    die()
                session.commit()
        except Refusal as refusal:
            session.rollback()
            answer.write_text(refusal.code)
        else:
            answer.write_text(str(report.recorded))


def die_amid_the_insert(engine: Engine) -> None:
    """On SQLite when it is at it for a while; on PostgreSQL while the server is."""

    @event.listens_for(engine, "before_cursor_execute")
    def _watch(connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith("INSERT INTO takedown "):
            return
        if connection.dialect.name == "sqlite":
            connection.connection.driver_connection.set_progress_handler(die, 20_000)
        else:
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.setitimer(signal.ITIMER_REAL, 0.01)
