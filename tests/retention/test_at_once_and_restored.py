"""Two runs at once, a run on a restored backup, and a policy that says no terms."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from portal.db import begin_write, open_engine, sessions
from portal.entries.withheld import Withheld
from portal.policy.pack import shipped_pack
from portal.retention import run
from portal.returns.model import Filing
from portal.returns.reperform import every_filing
from portal.trail import verify
from tests.engines import PostgreSQL, SQLite
from tests.entries.paper import holds, texts
from tests.retention.archive import AFTER, both_months
from tests.returns.clock import local
from tests.returns.office import Office

SPAN = {"from_on": date(2026, 10, 1), "until_on": date(2026, 11, 30)}


@pytest.fixture
def filed(session: Session) -> Office:
    """Two months with everything in them, on an engine of their own."""
    office = Office.opened(session, **SPAN)
    both_months(office)
    session.commit()
    return office


def runs_on(engine: Engine, office: Office) -> int:
    """A run as the command does it: one transaction a batch; how many values it says went."""
    count = 0
    with sessions(engine)() as own:
        begin_write(own)
        for batch in run(own, by=office.reviewer, at=local(AFTER), at_once=1):
            own.commit()
            begin_write(own)
            count += batch.values.total()
        own.commit()
    return count


def gone(session: Session) -> set[tuple[str, bytes, str]]:
    session.expire_all()
    query = select(Withheld.place, Withheld.line, Withheld.field)
    return {(place, bytes(line), field) for place, line, field in session.execute(query)}


def everything_holds(session: Session) -> bool:
    filings: list[Filing] = every_filing(session)
    return len(filings) == 2 and all(holds(session, filing) for filing in filings)


def test_of_two_runs_at_once_each_value_goes_in_one(
    filed: Office, session: Session, engine: Engine
) -> None:
    with ThreadPoolExecutor(2) as two:
        counts = list(two.map(lambda _: runs_on(engine, filed), range(2)))
    assert sum(counts) == len(gone(session)) > 20
    assert runs_on(engine, filed) == 0
    assert everything_holds(session)


def restored(database: SQLite | PostgreSQL, to: Path) -> Engine:
    """A copy of the database as it is now, put in place elsewhere."""
    database.engine.dispose()
    if isinstance(database, SQLite):
        shutil.copyfile(database.path, to / "restored.sqlite")
        return open_engine(f"sqlite:///{to}/restored.sqlite")
    elsewhere = open_engine(database.url.replace("/postgres?", "/template1?"))
    with elsewhere.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("DROP DATABASE IF EXISTS restored WITH (FORCE)"))
        connection.execute(text("CREATE DATABASE restored TEMPLATE postgres"))
    elsewhere.dispose()
    return open_engine(database.url.replace("/postgres?", "/restored?"))


def test_a_run_on_a_restored_backup_withholds_the_same_again(
    filed: Office, session: Session, database: SQLite | PostgreSQL, tmp_path: Path
) -> None:
    session.close()
    backup = restored(database, tmp_path)
    runs_on(database.engine, filed)
    there = gone(session)
    session.close()
    with sessions(backup)() as again:
        assert "S-0500" in texts(again)
        again.rollback()
        runs_on(backup, filed)
        assert gone(again) == there
        assert everything_holds(again)
        assert verify(again) == []
    backup.dispose()


def test_where_the_policy_says_no_terms_nothing_goes(session: Session, tmp_path: Path) -> None:
    office = _under_a_policy_without_terms(session, tmp_path)
    both_months(office)
    assert list(run(session, by=office.reviewer, at=local(AFTER))) == []


def _under_a_policy_without_terms(session: Session, tmp_path: Path) -> Office:
    silent: Any = tmp_path / "kh"
    silent.mkdir()
    for file in shipped_pack("kh").iterdir():
        if file.name.endswith(".toml"):
            said = file.read_text(encoding="utf-8")
            begins, ends = said.find("[retention]"), said.find("[limits]")
            kept = said if begins < 0 else said[:begins] + said[ends:]
            (silent / file.name).write_text(kept, encoding="utf-8")
    return Office.opened(session, pack=silent, **SPAN)
