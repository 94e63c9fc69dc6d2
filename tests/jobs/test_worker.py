"""``flask worker`` as it is run: rung for, lied to, told to end, left alone."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from select import select as readable
from threading import Event
from typing import Any

import pytest
from huey.registry import Message
from sqlalchemy import select

from portal.commands.crew import Crew
from portal.jobs import Job, JobKind, Outcome
from portal.jobs.waking import Forged, Signed, key_of, queue, ring, was_rung
from portal.mail import Mail
from tests.engines import PostgreSQL, SQLite, the_app
from tests.house.sources import HOUSE
from tests.mail.conftest import server, writes
from tests.mail.server import MailServer
from tests.town import Town
from tests.web.test_certificates import accepted

__all__ = ["server"]

SECRET = ("test " * 8).strip()
# After each job a fresh process takes the place of the one that did it.
COMMAND = (
    *(sys.executable, "-m", "flask", "--app", "wsgi"),
    *("worker", "--processes", "1", "--jobs-each", "1"),
)


class Bomb:
    """What must never be unpickled: it leaves a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.path,)


@pytest.fixture
def bell(database: SQLite | PostgreSQL, tmp_path: Path) -> Iterator[Any]:
    """The queue that workers in ``tmp_path`` look at."""
    made = queue(database.app_url, tmp_path, SECRET)
    made.storage.flush_queue()
    with closing(made.storage):
        yield made


def environment(database: SQLite | PostgreSQL, folder: Path, server: MailServer) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": database.app_url, "INSTANCE": str(folder), "SECRET_KEY": SECRET,
        "MAIL_SERVER": "127.0.0.1", "MAIL_PORT": str(server.port), "MAIL_TLS": "none",
        "MAIL_FROM": "portal@authority.example",
    }  # fmt: skip


def until(holds: Callable[[], bool]) -> None:
    """Wait for what another process does; a minute at most."""
    last = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < last
        Event().wait(0.02)


def children(pid: int) -> set[str]:
    """The processes that one started and that still run."""
    return set(Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split())


def ended(town: Town) -> list[tuple[JobKind, Outcome | None]]:
    with town.session() as session:
        return [(one.kind, one.outcome) for one in session.scalars(select(Job).order_by(Job.id))]


def forged(folder: Path) -> list[bytes]:
    """What somebody who does not know the key may put into the queue."""
    bomb, look = pickle.dumps(Bomb(folder / "went off")), Message(name="look")
    own = Signed(key_of(SECRET))
    return [
        bomb,
        own._sign(b"")[:-1] + bomb,
        Signed(key_of("another " * 8)).serialize(look),
        own.serialize(look)[:-1],
    ]


def test_a_worker_works_without_its_bell_and_with_it_and_takes_no_forged_one(
    town: Town, server: MailServer, bell: Any, database: SQLite | PostgreSQL, tmp_path: Path
) -> None:
    """Behind the second wall, as in production."""
    writes(town)
    with subprocess.Popen(  # noqa: S603 - our own words
        COMMAND, cwd=HOUSE, env=environment(database, tmp_path, server), stderr=subprocess.PIPE
    ) as worker:
        first, second = set[str](), set[str]()
        server.before_yes = lambda _mail: first.update(children(worker.pid))
        # Nobody rang: the queue was lost, or whoever was to ring was killed.
        until(lambda: ended(town) == [(JobKind.MAIL, Outcome.DONE)])
        for message in forged(tmp_path):
            bell.storage.enqueue(message)
        until(lambda: bell.storage.queue_size() == 0)
        # Told to end while a mail is in hand, it finishes it.
        server.before_yes = lambda _mail: (second.update(children(worker.pid)), worker.terminate())
        writes(town, slug="tonle-net")
        ring(bell)
        _, said = worker.communicate(timeout=60)

    # A fresh process did the second job, in the place of the one that did the first.
    assert (bool(first - second), bool(second - first)) == (True, True)
    assert (worker.returncode, len(server.numbers())) == (0, len(set(server.numbers())))
    assert said.count(b"a wake-up that nobody signed was refused") == len(forged(tmp_path))
    assert not (tmp_path / "went off").exists()
    assert ended(town) == [(JobKind.MAIL, Outcome.DONE)] * 2
    with town.session() as session:
        mails = session.scalars(select(Mail)).all()
    assert [mail for mail in mails if mail.claimed_at] == []
    assert len([mail for mail in mails if mail.sent_at]) == len(server.numbers()) > 3


def test_a_bell_rings_once_however_often_it_is_pressed(bell: Any, tmp_path: Path) -> None:
    ring(bell)
    ring(bell)
    assert (was_rung(bell), bell.storage.queue_size()) == (True, 0)

    for message in forged(tmp_path):
        bell.storage.enqueue(message)
        with pytest.raises(Forged):
            was_rung(bell)
    assert not (tmp_path / "went off").exists()
    assert SECRET.encode() not in Signed(key_of(SECRET)).serialize(Message(name="look"))


def test_a_worker_ends_with_who_started_it(sqlite: SQLite, tmp_path: Path) -> None:
    """However that ends: so `make run` leaves nothing behind."""
    app, made = the_app(sqlite.url, tmp_path), queue(sqlite.url, tmp_path, SECRET)
    line, held = os.pipe()
    starter = os.fork()
    if not starter:
        me = os.getpid()
        if not os.fork():
            Crew(app, made, 1, 1, me).run()
            os._exit(0)
        os.close(held)
        signal.pause()
    os.close(held)
    os.kill(starter, signal.SIGKILL)
    os.waitpid(starter, 0)

    # The line is at its end when nobody holds it any more.
    assert readable([line], [], [], 60)[0]
    assert os.read(line, 1) == b""
    os.close(line)
    made.storage.close()


def test_what_pages_ask_for_rings_once_it_is_committed(town: Town) -> None:
    settings = town.app.extensions["settings"]
    with closing(queue(settings.database_url, settings.instance, settings.secret_key).storage) as q:
        q.flush_queue()
        accepted(town, "mekong-net", "tonle-net")
        issuer = town.visit("chan").opens("/certificates")
        assert q.queue_size() == 0
        issuer.presses("Issue for mekong-net").opens("/certificates")
        issuer.presses("Issue for tonle-net")
        assert q.queue_size() == 1
