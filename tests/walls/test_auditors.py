"""Behind the second wall an auditor finds the ISPs of engagements that hold, whatever is asked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, Table, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.db import Base
from portal.entries.withholding import withheld_up_to
from portal.wall import Position, stand
from portal.wall.policies import CLOSED, PUBLIC, SOLE, UNWALLED
from tests.walls.conftest import MINE, OTHERS, insertion, row_of

TABLES = Base.metadata.tables
ENDED = TABLES["engagement_end"]
# Of an ISP, and not of what auditors read; the chains stand below.
NOT_THEIRS = {"outbox", "ledger", "event", "checkpoint_leaf", *SOLE, *CLOSED}
OF_ISPS = [
    table
    for table in Base.metadata.sorted_tables
    if "isp_id" in table.columns and table.name not in {*NOT_THEIRS, *PUBLIC, *UNWALLED}
]


@pytest.fixture
def running(owners: Engine) -> Iterator[None]:
    """The engagement of the first organisation was not ended; both were confirmed."""
    with owners.begin() as connection:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        connection.execute(text("DELETE FROM engagement_end WHERE engagement = 1"))
    yield
    with owners.begin() as connection:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        connection.execute(insertion(ENDED), row_of(ENDED, MINE))


@pytest.fixture
def auditor(session: Session) -> Session:
    """A session of somebody of the auditing organisation whose engagement names the first ISP."""
    stand(session, Position.AUDITOR, MINE)
    return session


def isps(session: Session, table: Table) -> set[int]:
    return set(session.scalars(select(func.abs(table.c.isp_id)).distinct()))


@pytest.mark.usefixtures("running")
def test_an_auditor_finds_the_isps_of_its_engagement_and_no_others(auditor: Session) -> None:
    assert {table.name: isps(auditor, table) for table in OF_ISPS} == {
        table.name: {MINE} for table in OF_ISPS
    }
    assert isps(auditor, TABLES["event"]) == {MINE}
    assert auditor.scalar(select(func.count()).select_from(TABLES["outbox"])) == 0
    assert list(auditor.scalars(select(TABLES["engagement"].c.no))) == [MINE]
    assert list(auditor.scalars(select(TABLES["paper"].c.serial))) == [MINE]


def test_an_engagement_that_ended_opens_nothing(auditor: Session) -> None:
    # What is known of the engagement itself is not of an ISP.
    left = {table.name for table in OF_ISPS if isps(auditor, table)}

    assert left == {"engagement_isp"}
    assert isps(auditor, TABLES["event"]) == set()


@pytest.mark.usefixtures("running")
@pytest.mark.parametrize("name", ["filing", "sample", "sample_finding", "engagement", "takedown"])
def test_an_auditor_writes_nothing_itself(auditor: Session, name: str) -> None:
    with pytest.raises(DBAPIError, match="row-level security"), auditor.begin_nested():
        auditor.execute(insertion(TABLES[name]), row_of(TABLES[name], 9))
    with pytest.raises(DBAPIError, match="row-level security"), auditor.begin_nested():
        auditor.execute(insertion(TABLES["event"]), row_of(TABLES["event"], MINE) | {"seq": 99})


@pytest.fixture
def counted_elsewhere(owners: Engine) -> Iterator[None]:
    """A value of the first ISP that was withheld by an act which another's ledger counts."""
    withheld = TABLES["withheld"]
    row = row_of(withheld, OTHERS) | {"owner_id": MINE, "field": "note", "ended_seq": None}
    with owners.begin() as connection:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        connection.execute(insertion(withheld), row)
    yield
    with owners.begin() as connection:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        connection.execute(text("DELETE FROM withheld WHERE field = 'note'"))


@pytest.mark.usefixtures("running", "counted_elsewhere")
@pytest.mark.parametrize("position", [Position.ISP, Position.AUDITOR])
def test_what_was_withheld_of_an_isp_counts_there_whoever_asked(
    session: Session, position: Position
) -> None:
    stand(session, position, MINE)

    assert withheld_up_to(session, MINE, 9) == 1
    assert withheld_up_to(session, OTHERS, 9) == 0
