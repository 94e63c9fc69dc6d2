"""Three ISPs on PostgreSQL, the first with a million takedown items in one month.

A pattern of twenty items is recorded by the registers' own functions; the database then copies it,
moved in time, until there are as many as asked for. A copy is what admission would have stored, but
for its digests: any 32 bytes cost as much to stream, so they are made of the pattern's.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import time_machine
from sqlalchemy import Engine, func, insert, literal, select, text
from sqlalchemy.orm import Session

from portal import ledger, trail
from portal.accounts import Organisation
from portal.registers.codes import Progress
from portal.registers.takedowns import Takedown, TakedownEvent
from tests import build
from tests.bench.harness import Scale
from tests.engines import PostgreSQL, postgresql_server, the_app
from tests.returns.clock import OCTOBER, local, said
from tests.returns.office import Office
from tests.town import settle

MANY, SOME, FEW = "mekong-net", "tonle-net", "small-net"
PATTERN = 20
MOVED = {"received_at", "issued_at", "occurred_at", "until_at"}
_BEGINS = local("2026-10-01 00:10")
# The last copy begins so many days later; what happens in the pattern takes four days, so that all
# of it has happened when the office looks at it on the morning of 5 November.
_SPREAD = timedelta(days=29)
_ACCESS = {"service_role": "ACCESS", "hosting_country": "NL"}
_TOLD = {"authority": "POLICE_CYBERCRIME", "reference": "P-1"}


@dataclass(frozen=True)
class Multitude:
    """A PostgreSQL with a town whose ISPs hold the scale's many, some and few items of October."""

    scale: Scale

    @contextmanager
    def open(self) -> Iterator[str]:
        """Start and fill it; gives its address."""
        held = {MANY: self.scale.many, SOME: self.scale.some, FEW: self.scale.few}
        with postgresql_server() as url:
            engine = PostgreSQL(url).engine
            found_town(url, engine, held)
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                # What autovacuum would have done by the time anybody asks.
                connection.execute(text("VACUUM ANALYZE"))
            engine.dispose()
            yield url


def found_town(url: str, engine: Engine, held: dict[str, int]) -> None:
    """Everybody who can sign in, and the items of each ISP."""
    with tempfile.TemporaryDirectory() as instance, in_town() as clock:
        app = the_app(url, Path(instance))
        town = settle(app, engine, clock)
        with town.session() as session:
            authority = session.get_one(Organisation, town.bodies["regulator"])
            for slug, count in held.items():
                isp = session.get_one(Organisation, town.bodies[slug])
                fill(Office(session, isp, authority), count)
        app.extensions["engine"].dispose()


def in_town() -> time_machine.travel:
    """The morning of 5 November 2026, on which October is to be filed."""
    return time_machine.travel(build.NOW, tick=False)


def fill(office: Office, count: int) -> None:
    """Give an ISP so many items, all received in October; its opening balance is declared."""
    assert count % PATTERN == 0
    office.opens(OCTOBER)
    record_pattern(office)
    copies, session, isp_id = count // PATTERN - 1, office.session, office.isp.id
    book = ledger.take(session, isp_id)
    keys = ledger.keys(book, copies * PATTERN)
    seq = trail.append(
        session, book, "entries.recorded", by=office.preparer, at=office.now,
        subject="takedowns", count=len(keys), first=keys[0], last=keys[-1],
    )  # fmt: skip
    # The server's word for loading what is known to fit: keys to other tables are not looked up.
    session.execute(text("SET LOCAL session_replication_role = replica"))
    copy(session, Takedown, isp_id, copies, seq)
    copy(session, TakedownEvent, isp_id, copies, seq)
    session.execute(text("SET LOCAL session_replication_role = origin"))


def copy(session: Session, model: Any, isp_id: int, copies: int, seq: int) -> None:
    """Copy an ISP's rows so many times, each time under new keys and a little later."""
    number = func.generate_series(1, copies).column_valued("number")
    table = model.__table__
    row = {column.name: column for column in table.c}
    row["key"] = table.c.key + number * PATTERN
    row["digest"] = func.sha256(table.c.digest.op("||")(func.int4send(number)))
    row["admitted_seq"] = literal(seq)
    for name in MOVED & set(row):
        row[name] = table.c[name] + number * (_SPREAD / copies)
    if model is Takedown:
        row["source_ref"] = table.c.source_ref + literal("-") + func.text(number)
    query = select(*row.values()).where(table.c.isp_id == isp_id).order_by(number, table.c.key)
    session.execute(insert(table).from_select(list(row), query))


def record_pattern(office: Office) -> None:
    """Twenty items such as an ISP receives in a few hours, and what becomes of each."""
    for place in range(PATTERN):
        came = _BEGINS + timedelta(minutes=7 * place)
        blocks = place in {9, 10, 11, 12, 13}
        urgent = {"priority": "P1_CHILD_IN_DANGER"} if place == 14 else {}
        key = office.logs(received_at=said(came), **(_ACCESS if blocks else {}), **urgent)
        if place == 19:
            continue
        steps = Steps(office, key, place)
        steps.take(1, Progress.ACKNOWLEDGED)
        if place == 17:
            steps.take(2, Progress.PAUSED, pause_reason="CLARIFICATION", until_at=steps.at(4))
        if place == 18:
            continue
        if blocks:
            steps.take(6, Progress.ACTIONED, action="BLOCKED")
            steps.take(7, Progress.FORWARDED)
        elif place == 15:
            steps.take(80, Progress.ACTIONED, action="REMOVED", late_reason="STAFF_ABSENCE")
        else:
            steps.take(5 if not urgent else 2, Progress.ACTIONED, action="REMOVED")
        steps.take(8, Progress.REPORTED, **_TOLD)


@dataclass(frozen=True)
class Steps:
    """What happens to one item, by hours after it came."""

    office: Office
    key: int
    place: int

    def at(self, hours: int) -> str:
        """A time on Phnom Penh's clocks."""
        return said(_BEGINS + timedelta(hours=hours, minutes=7 * self.place))

    def take(self, hours: int, kind: Progress, **facts: Any) -> None:
        """Record one step."""
        self.office.moves(self.key, kind, self.at(hours), **facts)
