"""Preparing a return, against the SQL it cannot do without, sent bare.

The reference is what one preparing asks for the timed indicators and for the digests of every
register, sent again to the driver as it was: nothing is built, nothing else is asked, and the
digests stream through SHA-256.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from portal.accounts import Actor, Membership, Role
from portal.accounts.queries import licensees
from portal.db import begin_write, open_engine, sessions
from portal.demo import build as demonstration
from portal.period import Period
from portal.returns import basis, indicators
from portal.returns.preflight import preflight
from portal.returns.preparing import declare_opening, prepare
from tests import build
from tests.bench.harness import Bench, Scale
from tests.bench.listening import listening
from tests.bench.multitude import MANY, SOME, Multitude
from tests.engines import build_schema
from tests.returns.clock import NOVEMBER, OCTOBER

BAR = 2.0
BATCH = 5000
# A million items take long enough for a turn to be even.
REPEATS_OF_LONG = 2
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
                demonstration.build(session, isps=self.isps, months=self.months)
            engine.dispose()
            yield url


@dataclass(frozen=True)
class Task:
    """One month of one ISP to prepare, and the SQL without which that cannot be done."""

    isp_id: int
    period: Period
    nils: tuple[str, ...]
    by: Actor
    at: datetime
    counting: Sequence[Statement] = ()
    streaming: Sequence[Statement] = ()


@dataclass(frozen=True)
class Desk:
    """A database and what is to be prepared there."""

    engine: Engine
    tasks: Sequence[Task]


@contextmanager
def desk(slugs: Sequence[str], period: Period, at: datetime, url: str) -> Iterator[Desk]:
    """The month of the ISPs named (of all that could file it, where none is), to be prepared."""
    engine = open_engine(url)
    with sessions(engine)() as session:
        begin_write(session)
        owing = [isp for isp in licensees(session, period) if not slugs or isp.slug in slugs]
        tasks = [task_of(session, isp.id, period, at) for isp in owing]
        session.commit()
    assert tasks
    yield Desk(engine, [with_statements(engine, task) for task in tasks])
    engine.dispose()


def task_of(session: Session, isp_id: int, period: Period, at: datetime) -> Task:
    """What a preparer would see and say; a first month's opening balance is declared."""
    of_isp = select(Membership.person_id).where(Membership.organisation_id == isp_id)
    person_id = session.scalars(of_isp.order_by(Membership.id)).first()
    assert person_id
    by = Actor(person_id, "Preparer", Role.PREPARER, isp_id)
    seen = preflight(session, isp_id, period, at)
    if seen.needs_opening:
        declare_opening(session, isp_id, period, 0, by=by, at=at)
    return Task(isp_id, period, tuple(seen.empty_registers), by, at)


def with_statements(engine: Engine, task: Task) -> Task:
    """Prepare once, and note what was asked for indicators and digests."""
    with sessions(engine)() as session:
        begin_write(session)
        connection = session.connection()
        with (
            listening(indicators, "groups", connection) as counting,
            listening(basis, "lines", connection) as streaming,
        ):
            prepare_one(session, task)
        session.rollback()
    return replace(task, counting=counting.statements, streaming=streaming.statements)


def prepare_one(session: Session, task: Task) -> None:
    """Prepare a month; nothing is committed."""
    prepare(session, task.isp_id, task.period, nils=task.nils, by=task.by, at=task.at)


def prepare_all(desk: Desk) -> None:
    """Prepare each month in a transaction of its own, and forget it."""
    for task in desk.tasks:
        with sessions(desk.engine)() as session:
            begin_write(session)
            prepare_one(session, task)
            session.rollback()


def ask_bare(desk: Desk) -> None:
    """Send the same statements to the driver, and stream the digests."""
    connection = desk.engine.raw_connection()
    try:
        for task in desk.tasks:
            for statement, parameters in task.counting:
                cursor = connection.cursor()
                cursor.execute(statement, parameters)
                cursor.fetchall()
                cursor.close()
            for statement, parameters in task.streaming:
                stream(connection.driver_connection, statement, parameters)
            connection.rollback()
    finally:
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
        repeats = min(scale.repeats, REPEATS_OF_LONG)
        return Bench(
            name, n, BAR, Multitude(scale), prepare_desk, prepare_all, ask_bare, repeats, smaller
        )

    all_of_them = Bench(
        "return-demonstration", scale.isps, BAR, Demonstration(scale.isps, scale.months),
        partial(desk, (), NOVEMBER, DECEMBER), prepare_all, ask_bare, scale.repeats,
    )  # fmt: skip
    some = bench("return-some", scale.some, SOME)
    return [all_of_them, some, bench("return-many", scale.many, MANY, some)]
