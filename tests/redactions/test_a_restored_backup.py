"""What was redacted is gone from a backup, too, once the list kept outside was told to it (B2)."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from portal.db import open_engine
from portal.trail import verify
from tests.engines import PostgreSQL, SQLite, the_app
from tests.journeys.acts import a_good_month, files, opens_the_books, prepares
from tests.town import Town

PASTED = "Sok Dara of Street 63 rang"
EVERYWHERE = """
SELECT string_agg(
  format('SELECT %L FROM %I t WHERE strpos(t::text, %L) > 0',
         tablename, tablename, cast(:sought AS text)), ' UNION ALL '
) FROM pg_tables WHERE schemaname = 'public'
"""

Restored = Callable[[], tuple[Town, Path | None]]


def found_in(engine: Engine, path: Path | None) -> list[str]:
    """Where a text is: tables of PostgreSQL, files of SQLite with what is not written back yet."""
    if path is None:
        with engine.connect() as connection:
            query = connection.scalar(text(EVERYWHERE), {"sought": PASTED})
            return list(connection.exec_driver_sql(query).scalars())
    engine.dispose()
    there = [path, path.with_name(f"{path.name}-wal")]
    return [one.name for one in there if one.exists() and PASTED.encode() in one.read_bytes()]


def backed_up(town: Town, database: SQLite | PostgreSQL, to: Path) -> tuple[str, Path | None]:
    """A backup that was put in place: its address, and its file if it is one."""
    town.app.extensions["engine"].dispose()
    database.engine.dispose()
    if isinstance(database, SQLite):
        shutil.copyfile(database.path, to / "restored.sqlite")
        return f"sqlite:///{to}/restored.sqlite", to / "restored.sqlite"
    elsewhere = open_engine(database.url.replace("/postgres?", "/template1?"))
    with elsewhere.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("DROP DATABASE IF EXISTS restored WITH (FORCE)"))
        connection.execute(text("CREATE DATABASE restored TEMPLATE postgres"))
    elsewhere.dispose()
    return database.url.replace("/postgres?", "/restored?"), None


@pytest.fixture
def filed(town: Town) -> tuple[Town, str]:
    """A town with October filed, and a name pasted into an entry's note; the entry's address."""
    officer = town.visit("chea")
    item = a_good_month(officer)
    officer.opens(item).follows("Correct this entry")
    officer.fills_in(note=PASTED, reason="SELF_REVIEW")
    opens_the_books(officer)
    prepares(officer)
    town.moves_to("2026-11-06 09:00")
    files(town.visit("meas"))
    return town, item


def redacts(town: Town, item: str) -> None:
    town.visit("chea").opens(item).follows("Withhold a text").fills_in(
        fields=["takedown.note"], reason="PERSONAL_DATA"
    )


def destroys(town: Town) -> None:
    officer = town.visit("sok").opens("/redactions")
    officer.opens(officer.page.xpath("//th/a/@href")[0]).presses("Destroy it for good")


def restored_town(town: Town, url: str, instance: Path) -> Town:
    app = the_app.__wrapped__(url, instance)
    return Town(app, open_engine(url), town.clock, town.bodies, town.actors)


def everything_holds(town: Town) -> None:
    said = town.runs("returns", "reperform", "--all")
    assert "equal, one value withheld" in said
    assert "1 equal, 0 different" in said
    with town.session() as session:
        assert verify(session) == []


@pytest.mark.parametrize("asked_before", [False, True])
def test_a_restored_backup_forgets_it_again_and_everything_re_performs(
    filed: tuple[Town, str], database: SQLite | PostgreSQL, tmp_path: Path, *, asked_before: bool
) -> None:
    town, item = filed
    outside = str(tmp_path / "withheld.jsonl")
    if asked_before:
        redacts(town, item)
    url, path = backed_up(town, database, tmp_path)
    if not asked_before:
        redacts(town, item)
    destroys(town)

    assert "1 values withheld" in town.runs("redactions", "export", "-o", outside)
    assert PASTED not in Path(outside).read_text(encoding="utf-8")
    everything_holds(town)
    own = database.path if isinstance(database, SQLite) else None
    town.app.extensions["engine"].dispose()
    assert found_in(database.engine, own) == []

    restored = restored_town(town, url, tmp_path)
    assert found_in(restored.engine, path) != []
    told = restored.runs("redactions", "replay", outside, "--as", "pich@example.org")
    assert told.startswith("1 destroyed, 0 hidden, 0 withheld already, 0 not in")
    everything_holds(restored)
    assert "[withheld]" in restored.visit("chea").opens(item).text
    told = restored.runs("redactions", "replay", outside, "--as", "pich@example.org")
    assert told.startswith("0 destroyed, 0 hidden, 1 withheld already, 0 not in")
    restored.app.extensions["engine"].dispose()
    assert found_in(restored.engine, path) == []
    restored.engine.dispose()


def test_what_was_only_hidden_is_hidden_again(
    filed: tuple[Town, str], database: SQLite | PostgreSQL, tmp_path: Path
) -> None:
    town, item = filed
    outside = str(tmp_path / "withheld.jsonl")
    url, _path = backed_up(town, database, tmp_path)
    redacts(town, item)
    town.runs("redactions", "export", "-o", outside)

    restored = restored_town(town, url, tmp_path)
    assert PASTED in restored.visit("chea").opens(item).text
    told = restored.runs("redactions", "replay", outside, "--as", "pich@example.org")
    assert told.startswith("0 destroyed, 1 hidden")
    assert PASTED not in restored.visit("chea").opens(item).text
    restored.app.extensions["engine"].dispose()
    restored.engine.dispose()


def test_what_is_no_list_is_refused(town: Town, tmp_path: Path) -> None:
    for number, said in enumerate(("", "{}", "[]", "no", '{"form": "withheld/1"}\n{"isp": 1}')):
        file = tmp_path / str(number)
        file.write_text(said)
        told = town.runs("redactions", "replay", str(file), "--as", "pich@example.org", expect=2)
        assert "no list of what is withheld" in told
