"""Whatever ends an import, its rows and its event are there whole or not at all."""

from __future__ import annotations

import io
import multiprocessing
import resource
import signal
import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, func, select, text
from sqlalchemy.orm import Session

from portal.accounts import Actor
from portal.db import begin_write, open_engine, sessions
from portal.intake import NoRoom, Report, room, sample_csv, take_in
from portal.registers import REGISTERS
from portal.registers.takedowns import Takedown
from portal.trail import Event
from tests.build import NOW, policy
from tests.intake.dying import STEPS, takes_in

ROWS = 1500
TAKEDOWNS = REGISTERS["takedowns"]
# A process of its own, but one that need not import everything anew.
FORK = multiprocessing.get_context("fork")


@pytest.fixture
def file(session: Session, by: Actor, tmp_path: Path) -> Path:
    """A file, and the world committed so that another process sees it."""
    assert by.organisation_id
    path = tmp_path / "sample.csv"
    path.write_text(sample_csv(TAKEDOWNS, ROWS, policy=policy(session), at=NOW), encoding="utf-8")
    session.commit()
    return path


def ends(database: Any, step: str, file: Path, by: Actor, most: int = 0) -> tuple[int | None, str]:
    """How a process that takes the file in ended, and what it answered; it may write so many bytes
    to a file and no more.
    """
    answer = file.with_name(f"{step}.txt")

    def runs() -> None:
        if most:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        takes_in(database.url, step, file, by, answer)

    process = FORK.Process(target=runs)
    process.start()
    process.join(60)
    return process.exitcode, answer.read_text() if answer.exists() else ""


def stands(session: Session) -> tuple[int, int]:
    """Entries, and acts that recorded any; from a new look at the database."""
    session.rollback()
    rows = session.scalar(select(func.count()).select_from(Takedown)) or 0
    recorded = Event.kind == "entries.recorded"
    return rows, session.scalar(select(func.count()).select_from(Event).where(recorded)) or 0


def test_a_process_that_is_killed_leaves_all_or_nothing(
    session: Session, by: Actor, file: Path, database: Any
) -> None:
    for step in STEPS:
        code, answer = ends(database, step, file, by)
        assert (code in {-signal.SIGKILL, -signal.SIGALRM}, answer) == (True, ""), step
        assert stands(session) == (0, 0), step

    assert ends(database, "none", file, by) == (0, str(ROWS))
    assert stands(session) == (ROWS, 1)


def test_one_file_that_is_sent_twice_at_once_is_recorded_once(
    session: Session, by: Actor, file: Path, database: Any
) -> None:
    engine, data = open_engine(database.url), file.read_bytes()
    found: list[tuple[int, int]] = []
    meet = threading.Barrier(2)

    def sends() -> None:
        with sessions(engine)() as own:
            meet.wait()
            begin_write(own)
            stream, act = io.BytesIO(data), {"by": by, "at": NOW}
            report = take_in(own, by.organisation_id, TAKEDOWNS, stream, **act)
            own.commit()
            found.append((report.recorded, report.same))

    both = [threading.Thread(target=sends) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    engine.dispose()
    assert sorted(found) == [(0, ROWS), (ROWS, 0)]
    assert stands(session) == (ROWS, 1)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_rows_that_met_one_half_of_another_act_are_matched_again(
    session: Session, by: Actor, file: Path, database: Any
) -> None:
    """The same file is recorded by somebody else when the rows were not found by their numbers, and
    before they are looked for among the open items: nobody is told of duplicates.
    """
    engine, data, others = open_engine(database.url), file.read_bytes(), iter([database.engine])

    def sends(place: Engine) -> Report:
        with sessions(place)() as own:
            begin_write(own)
            act = {"by": by, "at": NOW}
            report = take_in(own, by.organisation_id, TAKEDOWNS, io.BytesIO(data), **act)
            own.commit()
        return report

    def meanwhile(*told: Any) -> None:
        if "takedown.duplicate_of IS NULL" in told[2]:
            for place in others:
                assert sends(place).recorded == ROWS

    event.listen(engine, "before_cursor_execute", meanwhile)
    report = sends(engine)
    engine.dispose()
    assert next(others, None) is None
    assert (report.is_taken_in, report.recorded, report.same) == (True, 0, ROWS)
    assert stands(session) == (ROWS, 1)


def test_a_full_disk_is_said_in_words_and_leaves_nothing(
    session: Session, by: Actor, file: Path, database: Any
) -> None:
    """On SQLite, whose files the process writes itself, each of which may not grow; the server of
    PostgreSQL writes its own, and its word for it is the same refusal.
    """
    if database.url.startswith("sqlite"):
        assert ends(database, "none", file, by, most=200_000) == (0, "no-room")
    else:
        session.rollback()
        with pytest.raises(NoRoom), room():
            session.execute(text("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '53100'; END $$"))
    assert stands(session) == (0, 0)
