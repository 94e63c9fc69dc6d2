"""Matching what was sent against what was logged, a million items on each side, on PostgreSQL.

The reference is the bare join by sender, reference and item number of what was sent and what stands
in the register, and no more: no item taken back and no match undone is asked about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Engine, func, insert, literal, select, text, true
from sqlalchemy.orm import Session

from portal import ledger
from portal.db import begin_write, open_engine, sessions
from portal.registers.sides.matches import missing, sent_not_logged
from portal.registers.takedowns import Takedown
from tests.bench.harness import Bench, Scale
from tests.engines import PostgreSQL, postgresql_server
from tests.notices.street import Street

BAR, TURNS, BATCH = 2.0, 2, 5000
NOTICES = 20
# One item in so many was never logged.
LEFT_OUT = 10
JOIN = """FROM notice_isp a JOIN notice n ON n.key = a.notice AND n.version = a.version
JOIN takedown t ON t.isp_id = a.isp_id AND t.source_type = n.source_type
 AND t.source_ref = n.source_ref AND t.item_no <= n.items
WHERE a.isp_id = %s AND a.closed_seq IS NULL
 AND t.closed_seq IS NULL AND NOT t.void AND t.duplicate_of IS NULL"""
COUNTED = f"SELECT n.key, count(DISTINCT t.item_no) {JOIN} GROUP BY n.key"
IN_ORDER = f"SELECT n.key, t.item_no {JOIN} ORDER BY n.issued_at, n.key, t.item_no"


@dataclass(frozen=True)
class Crossing:
    """Two ISPs that were sent ``many`` and ``few`` items, and logged all but one in LEFT_OUT."""

    many: int
    few: int

    @contextmanager
    def open(self) -> Iterator[str]:
        """Start and fill it; gives its address."""
        with postgresql_server() as url:
            engine = PostgreSQL(url).engine
            with sessions(engine)() as session:
                begin_write(session)
                street = Street.built(session)
                for isp, count in ((street.mekong, self.many), (street.tonle, self.few)):
                    for number in range(NOTICES):
                        reference = f"H-{isp.organisation_id}-{number}"
                        street.sends(isp, source_ref=reference, items=count // NOTICES)
                        [key] = street.logs(1, by=isp, source_ref=reference)
                        log_the_rest(session, isp.organisation_id, key, count // NOTICES)
                session.commit()
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                # What autovacuum would have done by the time anybody asks.
                connection.execute(text("VACUUM ANALYZE"))
            engine.dispose()
            yield url


def log_the_rest(session: Session, isp_id: int, key: int, items: int) -> None:
    """Copy the entry of a notice's first item for its others, but for one in LEFT_OUT."""
    book, table = ledger.take(session, isp_id), Takedown.__table__
    first = ledger.keys(book, items)[0]
    series = func.generate_series(2, items).table_valued("number").render_derived()
    number = series.c.number
    row = {column.name: column for column in table.c}
    row |= {"key": literal(first - 1) + number, "item_no": number}
    row["digest"] = func.sha256(table.c.digest.op("||")(func.int4send(number)))
    wanted = (table.c.isp_id == isp_id, table.c.key == key, number % LEFT_OUT != 0)
    others = select(*row.values()).select_from(table).join(series, true()).where(*wanted)
    session.execute(insert(table).from_select(list(row), others))


@dataclass(frozen=True)
class Side:
    """One ISP's side of it, and how many items it did not log."""

    engine: Engine
    isp_id: int
    lacking: int


@contextmanager
def side(place: int, count: int, url: str) -> Iterator[Side]:
    """The side of the ISP with many items or with few."""
    engine = open_engine(url)
    with engine.connect() as connection:
        isps = connection.scalars(text("SELECT DISTINCT isp_id FROM notice_isp ORDER BY 1")).all()
    yield Side(engine, isps[place], NOTICES * (count // NOTICES // LEFT_OUT))
    engine.dispose()


def counts(side: Side) -> None:
    """How many items were sent and not logged."""
    with sessions(side.engine)() as session:
        assert session.execute(sent_not_logged(side.isp_id, None, true())).one()[1] == side.lacking


def counts_bare(side: Side) -> None:
    """How many items of each notice both sides know."""
    asks_bare(side, COUNTED)


def names(side: Side) -> None:
    """Which items were sent and not logged, notice by notice."""
    with sessions(side.engine)() as session:
        found = sum(one.lacking for one in missing(session, side.isp_id, true()))
        assert found == side.lacking


def names_bare(side: Side) -> None:
    """Which items both sides know, as they stream from the server."""
    asks_bare(side, IN_ORDER)


def asks_bare(side: Side, statement: str) -> None:
    """Send a statement to the driver and read all it says."""
    connection = side.engine.raw_connection()
    driver: Any = connection.driver_connection
    with driver.cursor("bare") as cursor:
        cursor.execute(statement, (side.isp_id,))
        while cursor.fetchmany(BATCH):
            pass
    connection.close()


def benches(scale: Scale) -> list[Bench]:
    """Counting what is missing, as every month does, and naming it, as the ISP's page does."""
    place, turns = Crossing(scale.many, scale.few), min(scale.turns, TURNS)

    def bench(name: str, work: Callable[[Any], None], bare: Callable[[Any], None]) -> list[Bench]:
        few, many = (
            Bench(name, count, BAR, place, partial(side, at, count), work, bare, turns)
            for at, count in ((1, scale.few), (0, scale.many))
        )
        return [Bench(**{**vars(many), "smaller": few})]

    return [
        *bench("matching-counted", counts, counts_bare),
        *bench("matching-named", names, names_bare),
    ]
