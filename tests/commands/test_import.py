"""``flask import``: the same check as the page, the same words, all or nothing."""

from __future__ import annotations

from pathlib import Path

from python_calamine import CalamineWorkbook
from sqlalchemy import func, select

from portal.registers.takedowns import Takedown
from tests.town import Town, town

__all__ = ["town"]


def held(town: Town) -> int:
    with town.session() as session:
        return session.scalar(select(func.count()).select_from(Takedown)) or 0


def imports(
    town: Town, path: Path, expect: int = 0, who: str = "chea", how: tuple[str, ...] = ()
) -> str:
    words = (str(path), "--isp", "mekong-net", "--as", f"{who}@example.org", *how)
    return town.runs("import", "takedowns", *words, expect=expect)


def test_a_sample_comes_in_and_again_changes_nothing(town: Town, tmp_path: Path) -> None:
    path = tmp_path / "sample.csv"
    town.runs("import", "takedowns", "--sample", "20", "-o", str(path))

    assert imports(town, path) == "20 recorded, 0 recorded before.\n"
    assert imports(town, path) == "0 recorded, 20 recorded before.\n"
    assert held(town) == 20


def test_a_faulty_file_is_said_row_by_row_and_nothing_comes_in(town: Town, tmp_path: Path) -> None:
    path = tmp_path / "sample.csv"
    town.runs("import", "takedowns", "--sample", "5", "-o", str(path))
    path.write_text(path.read_text().replace("SAMPLE-NOTICE-1,3", "http://secret.invalid,x"))
    said = imports(town, path, expect=1)

    assert "Row 3: Item number: enter a whole number." in said
    assert "Nothing was recorded: 2 things to mend." in said
    assert "secret" not in said
    assert held(town) == 0


def test_what_is_not_plainly_new_wants_a_word(town: Town, tmp_path: Path) -> None:
    path, errors = tmp_path / "sample.csv", tmp_path / "errors.csv"
    town.runs("import", "takedowns", "--sample", "6", "-o", str(path))
    text = path.read_text()
    whole = text.replace("SAMPLE-NOTICE-1,3", "SAMPLE-NOTICE-1,2")

    path.write_text(whole)
    said = imports(town, path, expect=1)
    assert "1 odd rows, see above; --confirm-warnings" in said
    tried = ("--confirm-warnings", "--dry-run")
    assert imports(town, path, how=tried).endswith(
        "A dry run, nothing was recorded: 6 new, 0 recorded before.\n"
    )
    assert held(town) == 0

    path.write_text(text.replace("SAMPLE-NOTICE-1,3", "http://secret.invalid,3"))
    said = imports(town, path, how=("--good-rows", "--errors", str(errors)))
    assert "5 recorded, 0 recorded before, 1 left out." in said
    assert "1 x The sender's reference" in said
    assert "[removed: looks like a locator]" in errors.read_text(encoding="utf-8-sig")
    assert "secret" not in said + errors.read_text()

    path.write_text(text.replace("SAMPLE-NOTICE-1,4", "SAMPLE-NOTICE-1,14"))
    assert "2 things to mend" not in imports(town, path, expect=1)
    said = imports(town, path, how=("--reason", "TYPING_ERROR"))
    assert said == "1 recorded, 4 recorded before, 1 corrected.\n"
    assert held(town) == 7


def test_only_who_acts_for_the_isp_may_import(town: Town, tmp_path: Path) -> None:
    path = tmp_path / "sample.csv"
    town.runs("import", "takedowns", "--sample", "1", "-o", str(path))
    assert "Nothing by that name" in imports(town, path, expect=1, who="tep")
    assert "nobody who may do this" in imports(town, path, expect=2, who="ly")
    assert "Give FILE" in town.runs("import", "takedowns", expect=2)
    assert held(town) == 0


def test_of_two_capacities_the_one_that_writes_the_register_acts(
    town: Town, tmp_path: Path
) -> None:
    path = tmp_path / "sample.csv"
    town.runs("import", "takedowns", "--sample", "1", "-o", str(path))
    words = ("--name", "Kim", "--organisation", "mekong-net", "--role")
    town.runs("people", "invite", "kim@example.org", *words, "PREPARER", "--desk", "HR")
    assert "you do not write the registers of this desk" in imports(town, path, 1, "kim")

    town.runs("people", "invite", "kim@example.org", *words, "APPROVER")
    assert "1 recorded" in imports(town, path, who="kim")


def test_the_workbook_to_mend_is_sent_again_as_it_is(town: Town, tmp_path: Path) -> None:
    path, mending = tmp_path / "sample.csv", tmp_path / "mending.xlsx"
    town.runs("import", "takedowns", "--sample", "3", "-o", str(path))
    path.write_text(path.read_text().replace("SAMPLE-NOTICE-1,3", "http://secret.invalid,3"))

    imports(town, path, expect=1, how=("--errors", str(mending)))
    assert held(town) == 0
    assert "1 things to mend" in imports(town, mending, expect=1)
    rows = CalamineWorkbook.from_path(mending).get_sheet_by_name("Entries").to_python()
    assert [row[4] for row in rows[3:]].count("[removed: looks like a locator]") == 1
    said = imports(town, mending, how=("--good-rows",))
    assert "2 recorded, 0 recorded before, 1 left out." in said
