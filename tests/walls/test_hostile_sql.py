"""Hostile SQL through the app's own connection: every table, another ISP's rows."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import (
    ColumnElement,
    Engine,
    Executable,
    Table,
    delete,
    func,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from portal.db import Base
from portal.wall import Position, stand
from portal.wall.policies import CLOSED, PUBLIC, SOLE, UNWALLED
from tests.walls.conftest import CHAINS, MINE, OTHERS, insertion, kind_of, row_of

TABLES = sorted(Base.metadata.tables.values(), key=lambda table: table.name)
FOR_ALL = UNWALLED.keys() | PUBLIC.keys()
WALLED = [table for table in TABLES if table.name not in FOR_ALL]
OWN = [table for table in WALLED if "isp_id" in table.columns]
FILING = Base.metadata.tables["filing"]
# No ISP has rows of these.
NONE_OF_AN_ISP = CLOSED.keys() | SOLE.keys() | {"month_count"}


@pytest.fixture
def isp(session: Session) -> Session:
    """A session of somebody of the first ISP."""
    stand(session, Position.ISP, MINE)
    return session


def refused(session: Session, sql: Executable | str, row: dict[str, Any] | None = None) -> str:
    """What the database says to it; an empty text where it did it, or found nothing to do it to."""
    try:
        with session.begin_nested():
            session.execute(text(sql) if isinstance(sql, str) else sql, row or {})
    except DBAPIError as error:
        return str(error.orig)
    return ""


def everything(session: Session) -> dict[str, int]:
    return {table.name: rows(session, table) for table in TABLES}


def rows(session: Session, table: Table, *where: Any) -> int:
    return session.scalar(select(func.count()).select_from(table).where(*where)) or 0


def others(table: Table) -> ColumnElement[bool]:
    """The rows of the other ISP, and its further chains."""
    return func.abs(table.c.isp_id) == OTHERS


def free_row_of(table: Table, isp_id: int) -> dict[str, Any]:
    """A row of an ISP whose key is not taken."""
    taken = {c.name: 9 for c in table.primary_key if c.name != "isp_id"}
    return row_of(table, isp_id) | {n: 9 for n in taken if kind_of(table.c[n]) is int}


def test_an_isp_sees_its_own_rows_of_every_table_and_no_others(isp: Session) -> None:
    seen = everything(isp)

    assert {name for name in seen if name not in FOR_ALL and seen[name] != 1} == (
        NONE_OF_AN_ISP | CHAINS
    )
    assert {seen[name] for name in NONE_OF_AN_ISP} == {0}
    # Its acts, and who read of it; where the system's chain stands, for refusals are kept there.
    assert [seen[name] for name in sorted(CHAINS)] == [2, 2, 3]
    assert {seen[name] for name in FOR_ALL} == {2}
    assert {table.name for table in OWN if rows(isp, table, others(table))} == set()


@pytest.mark.parametrize("position", [Position.DOOR, Position.ISP, Position.NOTIFIER])
def test_without_an_organisation_there_are_no_rows(session: Session, position: Position) -> None:
    stand(session, position)
    seen = everything(session)

    left = {name for name in seen if name not in FOR_ALL and seen[name]}
    assert left == {"ledger"}
    if position != Position.NOTIFIER:
        ledger = Base.metadata.tables["ledger"]
        assert rows(session, ledger, ledger.c.isp_id != 0) == 0


def test_a_connection_that_stands_nowhere_reads_nothing(engine_of_app: Engine) -> None:
    for table in TABLES:
        if table.name == "tally":
            continue
        with engine_of_app.connect() as bare, pytest.raises(DBAPIError, match="permission denied"):
            bare.execute(text(f"SELECT FROM {table.name}"))


def test_rows_of_another_isp_cannot_be_written(isp: Session) -> None:
    for table in OWN:
        # Whoever is told of an act may belong to somebody else; the mail cannot be read again.
        if table.name != "outbox":
            said = refused(isp, insertion(table), free_row_of(table, OTHERS))
            assert "violates row-level security policy" in said, table.name


def test_rows_of_another_isp_are_neither_changed_nor_deleted(isp: Session, owners: Engine) -> None:
    for table in OWN:
        changes = [update(table).values({column: column}) for column in table.columns]
        for change in (*changes, delete(table)):
            found = change.where(others(table)).returning(literal(1))
            assert refused(isp, select(func.count()).select_from(found.cte())) in {
                "", f"permission denied for table {table.name}"
            }  # fmt: skip
    isp.commit()
    with Session(owners) as owner:
        assert {rows(owner, table, table.c.isp_id == OTHERS) for table in OWN} == {1}


def test_what_others_decide_of_an_isp_it_cannot_write_itself(isp: Session) -> None:
    for name in ("decision", "certificate", "waiver", "finding_draft", "letter", "notice_isp"):
        table = Base.metadata.tables[name]
        said = refused(isp, insertion(table), free_row_of(table, MINE))
        assert "violates row-level security policy" in said, name


def test_nobody_of_an_isp_makes_themselves_somebody_of_another(isp: Session) -> None:
    sql = (
        "INSERT INTO membership (id, person_id, organisation_id, role, from_on)"
        " VALUES (9, 1, :organisation, 'REVIEWER', '2026-10-01')"
    )
    assert "row-level security" in refused(isp, sql, {"organisation": OTHERS})
    moved = isp.execute(text("UPDATE membership SET organisation_id = 1 WHERE organisation_id = 2"))
    assert moved.rowcount == 0  # type: ignore[attr-defined]


LEADING_THERE = """
SELECT count(*) FROM takedown a JOIN takedown b ON a.isp_id <> b.isp_id;
SELECT count(*) FROM organisation o JOIN filing f ON f.isp_id = o.id WHERE o.id = 2;
SELECT count(*) FROM (SELECT isp_id FROM takedown UNION ALL SELECT 1) x WHERE isp_id = 2;
SELECT count(*) FROM organisation o, LATERAL (SELECT FROM event WHERE isp_id = o.id) x
  WHERE o.id = 2;
WITH RECURSIVE every(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM every WHERE n < 5)
  SELECT count(*) FROM every JOIN filing ON isp_id = n WHERE n = 2;
SELECT count(*) FROM notice WHERE key = 2 OR true AND key = 2;
SELECT count(*) FROM paper WHERE serial = 2;
"""


def test_no_join_set_or_subquery_leads_to_them(isp: Session) -> None:
    for sql in filter(str.strip, LEADING_THERE.split(";")):
        assert isp.scalar(text(sql)) == 0, sql


def test_a_function_in_a_condition_is_shown_own_rows_alone(isp: Session) -> None:
    isp.execute(text("CREATE TEMP TABLE told (isp_id int)"))
    isp.execute(
        text(
            "CREATE FUNCTION pg_temp.tell(int) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS"
            " $$ BEGIN INSERT INTO told VALUES ($1); RETURN true; END $$"
        )
    )
    isp.execute(text("SELECT FROM takedown WHERE pg_temp.tell(isp_id)"))

    assert isp.scalars(text("SELECT DISTINCT isp_id FROM told")).all() == [MINE]


def test_copy_takes_out_own_rows_and_brings_none_in(isp: Session) -> None:
    driver = isp.connection().connection.driver_connection
    assert driver is not None
    with driver.cursor() as cursor, cursor.copy("COPY filing (isp_id) TO STDOUT") as out:
        assert [bytes(row).decode().strip() for row in out] == [str(MINE)]

    assert "COPY FROM not supported with row-level security" in refused(
        isp, "COPY takedown FROM STDIN"
    )


def test_a_position_is_not_left_over_in_the_pool(maker: sessionmaker[Session]) -> None:
    asked = text("SELECT pg_backend_pid(), current_user, current_setting('app.organisation', true)")
    with maker() as first:
        stand(first, Position.AUTHORITY, OTHERS)
        pid, role, organisation = first.execute(asked).one()
        assert (role, organisation) == (Position.AUTHORITY, str(OTHERS))
        first.commit()
    with maker() as second:
        assert second.execute(asked).one() == (pid, Position.DOOR, "")


def test_after_an_error_and_a_rollback_one_stands_where_one_stood(isp: Session) -> None:
    with pytest.raises(DBAPIError):
        isp.execute(text("SELECT 1 / 0"))
    isp.rollback()

    assert isp.scalar(text("SELECT current_user")) == Position.ISP
    assert rows(isp, FILING) == 1


def test_what_the_wall_is_not_for(isp: Session) -> None:
    """Whoever can run any statement at all may take any position that the portal takes: the wall is
    for the query that forgot its filter. It owns nothing in any of them, and rewrites nothing.
    """
    isp.execute(text(f"SET LOCAL ROLE {Position.AUTHORITY}"))

    assert rows(isp, FILING) == 2
    assert "permission denied" in refused(isp, "UPDATE filing SET receipt = 'x'")
