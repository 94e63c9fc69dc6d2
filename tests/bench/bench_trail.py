"""The trail's share of a large file: its event, against the whole import in which it is written."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from portal import ledger, trail
from portal.accounts import Actor, Membership, Organisation, Role
from portal.db import begin_write, open_engine, sessions
from portal.intake import take_in
from portal.intake.samples import sample_csv
from portal.policy.queries import policy_at
from portal.registers import REGISTERS
from tests import build
from tests.bench.bench_signin import Village
from tests.bench.harness import Bench, Scale

SHARE = 0.05
REGISTER = REGISTERS["takedowns"]


@dataclass(frozen=True)
class Desk:
    """A file of an ISP's items, and who sends it."""

    engine: Engine
    isp_id: int
    file: bytes
    rows: int
    by: Actor
    at: datetime


@contextmanager
def desk(url: str, rows: int) -> Iterator[Desk]:
    """The sample file of so many rows."""
    engine, at = open_engine(url), build.NOW
    with sessions(engine)() as session:
        isp = session.scalars(select(Organisation).filter_by(slug="mekong-net")).one()
        member = select(Membership).filter_by(organisation_id=isp.id, role=Role.PREPARER)
        person_id = session.scalars(member).one().person_id
        policy = policy_at(session, at).policy
    file = sample_csv(REGISTER, rows, policy=policy, at=at).encode()
    yield Desk(engine, isp.id, file, rows, Actor(person_id, "Chea", Role.PREPARER, isp.id), at)
    engine.dispose()


@contextmanager
def undone(desk: Desk) -> Iterator[Session]:
    """A transaction that leaves nothing behind, so that every turn meets the same."""
    with sessions(desk.engine)() as session:
        begin_write(session)
        yield session
        session.rollback()


def takes_in(desk: Desk) -> None:
    """Take the file in: read, check, match, number, write, and tell the trail."""
    with undone(desk) as session:
        stream, told = io.BytesIO(desk.file), {"by": desk.by, "at": desk.at}
        assert take_in(session, desk.isp_id, REGISTER, stream, **told).recorded == desk.rows


def tell(desk: Desk) -> None:
    """Take the ledger and append the same event to the ISP's chain."""
    with undone(desk) as session:
        book, facts = (
            ledger.take(session, desk.isp_id),
            {"first": 1, "last": desk.rows, "lines": "0" * 64},
        )
        trail.append(
            session, book, "entries.recorded", by=desk.by, at=desk.at,
            subject=REGISTER.slug, count=desk.rows, **facts,
        )  # fmt: skip
        session.flush()


def benches(scale: Scale) -> list[Bench]:
    """One event a file, however many rows it has."""
    prepare = partial(desk, rows=scale.some)
    return [
        Bench("trail-of-import", scale.some, SHARE, Village(), prepare, tell, takes_in, scale.turns)
    ]
