"""Very many rows and values in one statement say what they say one by one, on both engines."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    event,
    select,
)
from sqlalchemy.exc import IntegrityError, StatementError

from portal.db import Instant, Octets, code, sessions
from portal.rows import CHUNK, among, chunks, insert_rows
from tests.engines import PostgreSQL, SQLite


class Shade(enum.StrEnum):
    """Two codes."""

    LIGHT = "LIGHT"
    DARK = "DARK"


SHEET = Table(
    "sheet",
    MetaData(),
    Column("no", BigInteger, primary_key=True, autoincrement=False),
    Column("said", String(300)),
    Column("shade", code(Shade)),
    Column("at", Instant),
    Column("on", Date),
    Column("is_so", Boolean),
    Column("count", Integer),
    Column("digest", Octets(32)),
    Column("body", LargeBinary),
)
MANY = 40
TEXTS = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=20)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "said": st.none() | TEXTS,
            "shade": st.none() | st.sampled_from(Shade),
            "at": st.none() | st.datetimes(timezones=st.just(UTC)),
            "on": st.none() | st.dates(),
            "is_so": st.none() | st.booleans(),
            "count": st.none() | st.integers(-(2**31), 2**31 - 1),
            "digest": st.none() | st.binary(min_size=32, max_size=32),
            "body": st.none() | st.binary(max_size=50),
        }
    ),
    min_size=MANY,
    max_size=MANY,
)  # fmt: skip


@pytest.fixture(params=["sqlite", "postgresql"], scope="module")
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    database: SQLite | PostgreSQL = request.getfixturevalue(request.param)
    SHEET.create(database.engine)
    yield database.engine
    SHEET.drop(database.engine)


def row(no: int, **said: Any) -> dict[str, Any]:
    return {column.name: None for column in SHEET.columns} | {"no": no} | said


@contextmanager
def saying(engine: Engine) -> Iterator[list[tuple[str, Any]]]:
    """The statements that the database hears meanwhile, with their blanks."""
    said: list[tuple[str, Any]] = []

    def hears(*told: Any) -> None:
        if told[2] != "BEGIN":
            said.append(told[2:4])

    event.listen(engine, "before_cursor_execute", hears)
    yield said
    event.remove(engine, "before_cursor_execute", hears)


@given(ROWS)
@settings(max_examples=25)
def test_many_rows_are_read_back_as_they_were_written(
    engine: Engine, rows: list[dict[str, Any]]
) -> None:
    with sessions(engine)() as session:
        written = [{"no": no, **said} for no, said in enumerate(rows)]
        insert_rows(session, SHEET, written)
        read = session.execute(select(SHEET).order_by(SHEET.c.no)).mappings().all()
        assert [dict(one) for one in read] == written


def test_more_rows_than_one_statement_takes_are_all_written(engine: Engine) -> None:
    with sessions(engine)() as session:
        insert_rows(session, SHEET, [row(no) for no in range(CHUNK + 3)])
        assert session.scalars(select(SHEET.c.no).order_by(SHEET.c.no)).all() == [*range(CHUNK + 3)]


def test_no_rows_are_no_statement(engine: Engine) -> None:
    with sessions(engine)() as session, saying(engine) as said:
        insert_rows(session, SHEET, [])
    assert said == []


def test_one_wrong_row_among_many_lets_none_in(engine: Engine) -> None:
    """What the table refuses one by one it refuses together: a code that is none, a number twice,
    an instant without a zone.
    """
    naive = datetime(2026, 11, 1)  # noqa: DTZ001 - that is what is wrong with it
    for wrong, refusal in (
        (row(7, shade="GREY"), (StatementError, LookupError)),
        (row(1), IntegrityError),
        (row(7, at=naive), (StatementError, TypeError)),
    ):
        with sessions(engine)() as session:
            with pytest.raises(refusal):
                insert_rows(session, SHEET, [*(row(no + 100) for no in range(MANY)), row(1), wrong])
            session.rollback()
            assert session.scalars(select(SHEET.c.no)).all() == []


def test_a_value_is_asked_for_among_thousands(engine: Engine) -> None:
    """Of every kind of column, whatever the number of values; none of them is nothing."""
    at, shift = datetime(2026, 11, 1, tzinfo=UTC), timedelta(microseconds=1)
    rows = [
        row(
            no,
            said=f"ខ{no}",
            shade=Shade.DARK if no % 2 else Shade.LIGHT,
            at=at + no * shift,
            on=date(2026, 1, 1) + timedelta(days=no),
            digest=no.to_bytes(32, "big"),
        )
        for no in range(100)
    ]
    with sessions(engine)() as session:
        insert_rows(session, SHEET, rows)
        for name in ("no", "said", "at", "on", "digest"):
            column = SHEET.c[name]
            wanted = [one[name] for one in rows[::7]]
            found = select(SHEET.c.no).where(among(column, wanted)).order_by(SHEET.c.no)
            assert session.scalars(found).all() == [*range(0, 100, 7)]
            others = select(SHEET.c.no).where(~among(column, wanted), SHEET.c.no < 8)
            assert session.scalars(others.order_by(SHEET.c.no)).all() == [*range(1, 7)]
            assert session.scalars(select(SHEET.c.no).where(among(column, []))).all() == []
        dark = select(SHEET.c.no).where(among(SHEET.c.shade, [Shade.DARK]))
        assert len(session.scalars(dark).all()) == 50


def test_on_postgresql_thousands_of_values_are_one_blank(engine: Engine) -> None:
    query = select(SHEET.c.no).where(among(SHEET.c.no, [*range(4000)]))
    with sessions(engine)() as session, saying(engine) as said:
        session.execute(query)
    [(_statement, blanks)] = said
    assert len(blanks) == (1 if engine.dialect.name == "postgresql" else 4000)


def test_chunks_leave_nothing_out() -> None:
    values = [*range(2 * CHUNK + 1)]
    assert [len(some) for some in chunks(values)] == [CHUNK, CHUNK, 1]
    assert [value for some in chunks(values) for value in some] == values
    assert list(chunks([])) == []
