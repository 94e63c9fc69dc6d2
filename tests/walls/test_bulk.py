"""The way of bulk intake: COPY into a table of the transaction's own, then one INSERT SELECT."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.wall import Position, stand
from tests.walls.conftest import MINE, OTHERS

STAGE = "CREATE TEMP TABLE staged (LIKE takedown INCLUDING DEFAULTS) ON COMMIT DROP"
ADMIT = "INSERT INTO takedown SELECT * FROM staged ON CONFLICT DO NOTHING"


def stage(session: Session, isp_id: int) -> None:
    """Three rows as a file would bring them, of this ISP."""
    session.execute(text(STAGE))
    session.execute(text("INSERT INTO staged SELECT * FROM takedown"))
    session.execute(text("UPDATE staged SET isp_id = :isp"), {"isp": isp_id})
    driver = session.connection().connection.driver_connection
    assert driver is not None
    with driver.cursor() as cursor:
        with cursor.copy("COPY staged TO STDOUT") as out:
            [line] = [bytes(row) for row in out]
        columns = [c.strip() for c in line.decode().rstrip("\n").split("\t")]
        cursor.execute(
            "SELECT array_agg(attname ORDER BY attnum) FROM pg_attribute"
            " WHERE attrelid = 'staged'::regclass AND attnum > 0"
        )
        [names] = cursor.fetchone()
        cursor.execute("DELETE FROM staged")
        with cursor.copy("COPY staged FROM STDIN") as rows:
            for key in (11, 12, 13):
                columns[names.index("key")] = str(key)
                rows.write(("\t".join(columns) + "\n").encode())


def test_rows_are_copied_into_a_stage_and_admitted_under_the_wall(session: Session) -> None:
    stand(session, Position.ISP, MINE)
    stage(session, MINE)

    session.execute(text(ADMIT))

    keys = session.scalars(text("SELECT key FROM takedown ORDER BY key")).all()
    assert keys == [1, 11, 12, 13]


def test_a_staged_row_of_another_isp_keeps_the_whole_batch_out(session: Session) -> None:
    stand(session, Position.ISP, MINE)
    stage(session, OTHERS)

    with pytest.raises(DBAPIError, match="violates row-level security policy"):
        session.execute(text(ADMIT))
