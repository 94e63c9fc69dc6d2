"""Preparing a return, against the SQL it cannot do without, sent bare.

The reference is what one preparing asks for the figures of the statement and for the digests of
every register, sent again to the driver as it was: nothing is built, nothing else is asked, nothing
is validated or kept, and the digests stream through SHA-256.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from portal.accounts import Actor, Membership, Role
from portal.accounts.queries import licensees
from portal.db import begin_write, open_engine, sessions
from portal.demo import build as demonstration
from portal.ledger import SYSTEM, sequence
from portal.period import Period
from portal.returns import basis, preparing
from portal.returns.beginning import declare_opening
from portal.returns.preparing import prepare
from portal.returns.queries import opening
from tests import build
from tests.bench.harness import Bench, Scale
from tests.bench.listening import listening
from tests.bench.multitude import MANY, SOME, Multitude
from tests.engines import build_schema
from tests.returns.clock import NOVEMBER, OCTOBER, ZONE
from tests.trail.conftest import KEY

BAR = 2.0
BATCH = 5000
# A million items take long enough for a turn to be even.
TURNS_OF_LONG = 2
# The demonstration's story stops in November; it is filed when it is over.
DECEMBER = datetime(2026, 12, 2, 3, 0, tzinfo=UTC)

Statement = tuple[str, Any]


@dataclass(frozen=True)
class Demonstration:
    """The demonstration on SQLite: the first ISPs of its cast, with the scale's months."""

    isps: int
    months: int

    @contextmanager
    def open(self) -> Iterator[str]:
        """Build it; gives its address."""
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{folder}/demonstration.sqlite"
            engine = open_engine(url)
            build_schema(engine)
            with sessions(engine)() as session:
                demonstration.build(session, KEY, isps=self.isps, months=self.months)
            engine.dispose()
            yield url


@dataclass(frozen=True)
class Task:
    """One month of one ISP to prepare."""

    isp_id: int
    period: Period
    nils: tuple[str, ...]
    by: Actor
    at: datetime


@dataclass
class Desk:
    """A database, what is to be prepared there, and the SQL without which that cannot be done, as
    it was sent the first time.
    """

    engine: Engine
    tasks: Sequence[Task]
    counting: list[Statement] = field(default_factory=list)
    streaming: list[Statement] = field(default_factory=list)


@contextmanager
def desk(slugs: Sequence[str], period: Period, at: datetime, url: str) -> Iterator[Desk]:
    """The month of the ISPs named (of all that owe it, where none is), to be prepared."""
    engine = open_engine(url)
    with sessions(engine)() as session:
        begin_write(session)
        owing = [isp for isp in licensees(session, period) if not slugs or isp.slug in slugs]
        tasks = [task_of(session, isp.id, period, at) for isp in owing]
        session.commit()
    assert tasks
    yield Desk(engine, tasks)
    engine.dispose()


def task_of(session: Session, isp_id: int, period: Period, at: datetime) -> Task:
    """What a preparer would say; a first month's opening balance is declared."""
    of_isp = select(Membership.person_id).where(Membership.organisation_id == isp_id)
    person_id = session.scalars(of_isp.order_by(Membership.id)).first()
    assert person_id
    by, seq = Actor(person_id, "Preparer", Role.PREPARER, isp_id), sequence(session, isp_id)
    if opening(session, isp_id, period, seq) is None:
        declare_opening(session, isp_id, period, 0, by=by, at=at)
    system_seq, first = sequence(session, SYSTEM), period.first_day
    frame = basis.Frame(isp_id, period, seq, ZONE, first, at, system_seq, first, None)
    held = basis.activity(session, frame)
    nils = [slug for slug in basis.DECLARING if not held[slug]]
    return Task(isp_id, period, tuple(nils), by, at)


def prepare_all(desk: Desk) -> None:
    """Prepare each month in a transaction of its own, and forget it."""
    is_first = not desk.counting
    for task in desk.tasks:
        with sessions(desk.engine)() as session:
            begin_write(session)
            with noting(desk, session) if is_first else nullcontext():
                prepare(session, task.isp_id, task.period, nils=task.nils, by=task.by, at=task.at)
            session.rollback()


@contextmanager
def noting(desk: Desk, session: Session) -> Iterator[None]:
    """Note what is asked for the figures of the statement, and what for its digests."""
    connection = session.connection()
    with (
        listening(preparing, "figures", connection) as asking,
        listening(basis, "lines", connection) as streaming,
    ):
        yield
    desk.streaming += streaming.statements
    desk.counting += [asked for asked in asking.statements if asked not in streaming.statements]


def ask_bare(desk: Desk) -> None:
    """Send the same statements to the driver, and stream the digests."""
    connection = desk.engine.raw_connection()
    for statement, parameters in desk.counting:
        cursor = connection.cursor()
        cursor.execute(statement, parameters)
        cursor.fetchall()
        cursor.close()
    for statement, parameters in desk.streaming:
        stream(connection.driver_connection, statement, parameters)
    connection.close()


def stream(driver: Any, statement: str, parameters: Any) -> str:
    """The digest of what a statement's last column holds; memory does not grow with the rows."""
    running = hashlib.sha256()
    # On PostgreSQL only a cursor with a name leaves the rows on the server.
    cursor = driver.cursor() if hasattr(driver, "create_function") else driver.cursor("digests")
    cursor.execute(statement, parameters)
    while rows := cursor.fetchmany(BATCH):
        running.update(b"".join(row[-1] for row in rows))
    cursor.close()
    return running.hexdigest()


def benches(scale: Scale) -> list[Bench]:
    """A month of each ISP of the demonstration, of an ISP with some items, and of one with many."""

    def bench(name: str, n: int, slug: str, smaller: Bench | None = None) -> Bench:
        prepare_desk = partial(desk, (slug,), OCTOBER, build.NOW)
        turns = min(scale.turns, TURNS_OF_LONG)
        return Bench(
            name, n, BAR, Multitude(scale), prepare_desk, prepare_all, ask_bare, turns, smaller
        )

    all_of_them = Bench(
        "return-demonstration", scale.isps, BAR, Demonstration(scale.isps, scale.months),
        partial(desk, (), NOVEMBER, DECEMBER), prepare_all, ask_bare, scale.turns,
    )  # fmt: skip
    some = bench("return-some", scale.some, SOME)
    return [all_of_them, some, bench("return-many", scale.many, MANY, some)]
