"""A file of takedown items, from its bytes to committed entries, digests, trail and report.

The reference is the least that the database has to do for as many entries: the same columns, ready
made, into a table with the register's keys, indexes and checks, in the same database; `executemany`
on SQLite, COPY on PostgreSQL. One row in twenty is bad, and left out.
"""

from __future__ import annotations

import csv
import gc
import io
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import xlsxwriter
from sqlalchemy import Engine

from portal.db import begin_write, open_engine, sessions
from portal.errors import Refusal
from portal.intake import Choice, Report, open_table, sample_csv, take_in
from portal.policy.queries import policy_at
from portal.registers import REGISTERS
from tests import build
from tests.bench.harness import Bench, Scale, clear_peak, most_held_mib
from tests.engines import build_schema, postgresql_server
from tests.intake.hostile import HOSTILE

REGISTER: Final = REGISTERS["takedowns"]
BAD_EVERY: Final = 20
# Of the rate of the bare limit: at least so much. A bar is a ratio of times.
SQLITE, POSTGRESQL, XLSX = 1 / 0.15, 1 / 0.25, 1 / 0.6
LINEAR, MOST_MIB = 11.0, 300.0
HOSTILE_SECONDS, HOSTILE_MIB = 2.0, 200.0
AT_ONCE, TURNS = 10_000, 3


SQLITE_MAKES: Final = (
    "SELECT sql FROM sqlite_master WHERE tbl_name = 'takedown' AND type <> 'trigger'"
    " AND sql IS NOT NULL ORDER BY type DESC"
)
POSTGRESQL_REFERS: Final = (
    "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE conrelid = 'takedown'::regclass AND contype = 'f'"
)


@dataclass(frozen=True)
class Counter:
    """A database of one ISP, on SQLite or PostgreSQL."""

    kind: str

    @contextmanager
    def open(self) -> Iterator[str]:
        """Make it; gives its address."""
        if self.kind == "sqlite":
            with TemporaryDirectory() as folder:
                yield found(f"sqlite:///{folder}/portal.sqlite")
        else:
            with postgresql_server() as url:
                yield found(url)


def found(url: str) -> str:
    """Let there be an authority and a policy."""
    engine = open_engine(url)
    build_schema(engine)
    with sessions(engine)() as session:
        begin_write(session)
        build.an_authority(session)
        session.commit()
    engine.dispose()
    return url


@dataclass
class Desk:
    """Where files are sent: each by another ISP, so that all of them find an empty register."""

    engine: Engine
    folder: Path

    def csv(self, rows: int) -> Path:
        """The sample of so many rows, one in BAD_EVERY with a code that is none."""
        path = self.folder / f"{rows}.csv"
        if not path.exists():
            with sessions(self.engine)() as session:
                policy = policy_at(session, build.NOW).policy
            text = sample_csv(REGISTER, AT_ONCE, policy=policy, at=build.NOW)
            head, *lines = text.splitlines(keepends=True)
            with path.open("w", encoding="utf-8", newline="") as file:
                file.write(head)
                for number in range(rows):
                    # By letters: what begins with noughts could be a number to be dialled.
                    part = "".join(chr(65 + place) for place in divmod(number // AT_ONCE, 26))
                    line = lines[number % AT_ONCE].replace("SAMPLE-", f"SAMPLE-{part}-")
                    bad = number % BAD_EVERY == BAD_EVERY - 1
                    file.write(line.replace("P2_STANDARD", "P9") if bad else line)
        return path

    def xlsx(self, rows: int) -> Path:
        """The same as a workbook."""
        path = self.folder / f"{rows}.xlsx"
        if not path.exists():
            book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
            sheet = book.add_worksheet("Entries")
            with self.csv(rows).open(encoding="utf-8", newline="") as file:
                for place, cells in enumerate(csv.reader(file)):
                    sheet.write_row(place, 0, cells)
            book.close()
        return path

    def sends(self, path: Path) -> Report:
        """Take a file in and commit."""
        with sessions(self.engine)() as session, path.open("rb") as stream:
            begin_write(session)
            # Another process may have been here before.
            isp = build.an_isp(session, f"isp-{secrets.token_hex(6)}")
            by = build.an_officer(session, isp)
            told = {"choice": Choice.GOOD_ROWS, "confirmed": True, "by": by, "at": build.NOW}
            report = take_in(session, isp.id, REGISTER, stream, **told)
            session.commit()
        return report


@contextmanager
def desk(url: str, rows: int, form: str) -> Iterator[Desk]:
    """The file of so many rows, written; and the same columns, ready made, for the reference."""
    engine = open_engine(url)
    with TemporaryDirectory() as folder:
        held = Desk(engine, Path(folder))
        getattr(held, form)(rows)
        yield held
    engine.dispose()


def takes_in(rows: int, form: str, held: Desk) -> None:
    """Take the file in: read, check, stage, match, number, write, tell the trail, commit."""
    report = held.sends(getattr(held, form)(rows))
    assert report.recorded == rows - rows // BAD_EVERY
    assert report.bad == rows // BAD_EVERY


def takes_in_flat(rows: int, held: Desk) -> None:
    """The same, in so much memory and no more."""
    takes_in(rows, "csv", held)
    assert most_held_mib() <= MOST_MIB, most_held_mib()


@contextmanager
def bare(url: str, rows: int) -> Iterator[tuple[Desk, list[Any]]]:
    """As ``desk``, with the rows of the reference ready made."""
    with desk(url, rows, "csv") as held:
        held.sends(held.csv(rows))
        with held.engine.connect() as connection:
            made = connection.exec_driver_sql("SELECT * FROM takedown").fetchall()
        rows_made = [tuple(row) for row in made]
        # They are the reference's: the collector need not walk through them while the work runs.
        gc.freeze()
        yield held, rows_made


def beside(rows: int, ground: tuple[Desk, Any]) -> None:
    """Take the file in where the reference is measured, too."""
    takes_in(rows, "csv", ground[0])


def writes_bare(ground: tuple[Desk, list[Any]]) -> None:
    """Write the columns and commit, as bare as the database can, into an empty table."""
    held, made = ground
    name, blanks = f"bare_{secrets.token_hex(6)}", ", ".join("?" * len(made[0]))
    raw: Any = held.engine.raw_connection()
    try:
        cursor = raw.cursor()
        if held.engine.dialect.name == "sqlite":
            cursor.execute("BEGIN IMMEDIATE")
            cursor.execute(SQLITE_MAKES)
            for (said,) in cursor.fetchall():
                made_anew = re.sub(r"^CREATE TABLE takedown", f"CREATE TABLE {name}", said)
                index = rf"INDEX \1_{name} ON {name}"
                cursor.execute(re.sub(r"INDEX (\w+) ON takedown", index, made_anew))
            cursor.executemany(f"INSERT INTO {name} VALUES ({blanks})", made)  # noqa: S608
        else:
            cursor.execute(f"CREATE TABLE {name} (LIKE takedown INCLUDING ALL)")
            # What LIKE leaves out, and SQLite's own words have.
            cursor.execute(POSTGRESQL_REFERS)
            for (said,) in cursor.fetchall():
                cursor.execute(f"ALTER TABLE {name} ADD {said}")
            with cursor.copy(f"COPY {name} FROM STDIN") as copy:
                for row in made:
                    copy.write_row(row)
        raw.commit()
    finally:
        raw.close()


@contextmanager
def besieged(url: str, rows: int) -> Iterator[tuple[Desk, dict[str, bytes]]]:
    """A desk with an ordinary file, and every file made to do harm."""
    with desk(url, rows, "csv") as held:
        yield held, {name: make() for name, (make, _code) in HOSTILE.items()}


def refuses(ground: tuple[Desk, dict[str, bytes]]) -> None:
    """Refuse each of them, in at most so many seconds of work and MiB."""
    for name, data in ground[1].items():
        clear_peak()
        before, begin, said = most_held_mib(), time.process_time(), ""
        try:
            for _ in open_table(io.BytesIO(data)).rows():
                pass
        except Refusal as refusal:
            said = refusal.code
        assert said == HOSTILE[name][1], name
        assert time.process_time() - begin <= HOSTILE_SECONDS, name
        assert most_held_mib() - before <= HOSTILE_MIB, name


def benches(scale: Scale) -> list[Bench]:
    """One file on each engine, a very large one, and a workbook."""
    rows, many = scale.many // 10, scale.many
    turns = min(scale.turns, TURNS)
    sqlite, postgresql = Counter("sqlite"), Counter("postgresql")

    def against_bare(name: str, place: Counter, bar: float) -> Bench:
        prepare = partial(bare, rows=rows)
        return Bench(name, rows, bar, place, prepare, partial(beside, rows), writes_bare, turns)

    prepare = partial(desk, rows=rows, form="xlsx")
    workbook, table = partial(takes_in, rows, "xlsx"), partial(takes_in, rows, "csv")
    siege, ordinary = partial(besieged, rows=rows), partial(beside, rows)
    large = partial(desk, rows=many, form="csv")
    return [
        against_bare("intake-csv-sqlite", sqlite, SQLITE),
        against_bare("intake-csv-postgresql", postgresql, POSTGRESQL),
        Bench("intake-xlsx", rows, XLSX, postgresql, prepare, workbook, table, turns),
        Bench("intake-hostile", len(HOSTILE), 1.0, sqlite, siege, refuses, ordinary, 1),
        Bench(
            "intake-million",
            many,
            LINEAR,
            postgresql,
            large,
            partial(takes_in_flat, many),
            table,
            1,
        ),
    ]
