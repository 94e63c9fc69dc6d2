"""``flask training``: trainers are admitted, and sessions of a file entered whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from portal.registers.shared.model import SessionIsp, SharedSession
from tests.town import Town, town

__all__ = ["town"]

HEAD = "provider,session_ref,held_on,modules,level,mode,language,minutes,funded_by,isps"
ONE = "HOTLINE,HT-1,2026-10-06,NTD_PROCEDURE STAFF_WELLBEING,REFRESHER,CLASSROOM,KM,60,DONOR"
TWO = "HOTLINE,HT-2,2026-10-07,NTD_PROCEDURE,DRILL,CLASSROOM,KM,60,DONOR"


def admits(town: Town, day: str = "2026-11-05", expect: int = 0) -> str:
    words = ("hotline", "HOTLINE", "--from", day, "--as", "pich@example.org")
    return town.runs("training", "admit", *words, expect=expect)


def holds(town: Town, path: Path, *rows: str, expect: int = 0, who: str = "rith") -> str:
    path.write_text("\n".join((HEAD, *rows)))
    return town.runs("training", "hold", str(path), "--as", f"{who}@example.org", expect=expect)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sessions.csv"


def test_a_trainer_is_admitted_from_today_on(town: Town) -> None:
    assert "Nobody is bound in the past" in admits(town, "2026-11-01", expect=1)
    assert admits(town) == "hotline holds sessions as HOTLINE from 2026-11-05 on.\n"


def test_a_file_of_sessions_comes_in_with_heads_counted(town: Town, path: Path) -> None:
    admits(town)
    said = holds(town, path, f"{ONE},mekong-net:4 tonle-net", f"{TWO},tonle-net:0 small-net:2")

    assert said == "2 sessions recorded.\n"
    with town.session() as session:
        rows = session.scalars(select(SessionIsp).order_by(SessionIsp.isp_id, SessionIsp.line))
        counted = sorted((row.isp_id, row.counted) for row in rows if row.counted is not None)
    ids = town.bodies
    assert counted == sorted([(ids["mekong-net"], 4), (ids["tonle-net"], 0), (ids["small-net"], 2)])


def test_a_faulty_file_is_said_row_by_row_and_nothing_comes_in(town: Town, path: Path) -> None:
    admits(town)
    wrong = TWO.replace("HT-2", "https://secret.example/x")
    said = holds(town, path, f"{ONE},mekong-net", f"{wrong},mekong-net four", expect=1)
    assert "Row 3" in said
    assert "secret" not in said

    said = holds(town, path, f"{ONE},mekong-net", f"{ONE},nobody-net", f"{ONE},tonle-net", expect=1)
    assert "Row 3: 1 of these short names belong to no ISP." in said
    assert "Row 4: You used this reference before, for TS-" in said
    assert "Nothing was recorded: 2 things to mend." in said
    with town.session() as session:
        assert session.scalar(select(func.count()).select_from(SharedSession)) == 0


def test_who_is_not_admitted_enters_nothing(town: Town, path: Path) -> None:
    said = holds(town, path, f"{ONE},mekong-net", expect=1)
    assert "does not hold sessions as this today" in said
    assert "nobody who may do this" in holds(town, path, f"{ONE},mekong-net", expect=2, who="chea")
