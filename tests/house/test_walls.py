"""Somebody decided of every table who sees its rows, and of every step past a position why."""

from __future__ import annotations

from portal.accounts import Role
from portal.accounts.permissions import POSITIONS
from portal.db import Base
from portal.wall import Step
from portal.wall.policies import CLOSED, GIVEN, PUBLIC, SOLE, UNWALLED, is_decided, policies
from tests.engines import load_models
from tests.house.sources import HOUSE, modules

load_models()
TABLES = Base.metadata.tables


def test_every_table_is_walled_or_listed_with_its_reason() -> None:
    assert [name for name, table in TABLES.items() if not is_decided(table)] == []


def test_no_list_names_a_table_that_is_not_there_or_on_two_lists() -> None:
    listed = [*UNWALLED, *PUBLIC, *CLOSED, *SOLE]

    assert {*listed, *GIVEN} - TABLES.keys() == set()
    assert len(listed) == len(set(listed))
    assert {name for name in GIVEN if "isp_id" not in TABLES[name].columns} == set()
    assert min(map(len, [*UNWALLED.values(), *PUBLIC.values(), *CLOSED.values()])) > 5


def test_a_table_with_isp_id_is_walled_by_having_it() -> None:
    for name, table in TABLES.items():
        if "isp_id" in table.columns and name not in {*PUBLIC, *SOLE}:
            rows = {p.rows for p in policies(table) if "portal_isp" in p.roles}
            assert rows, name
            assert "true" not in rows - {p.rows for p in policies(table) if p.command == "INSERT"}


def test_everybody_stands_somewhere() -> None:
    assert set(POSITIONS) == set(Role)


def test_each_step_past_a_position_is_taken_in_one_place_and_told_of() -> None:
    told = (HOUSE / "docs" / "security.md").read_text()
    taken = "".join(text for path, text, _ in modules() if not path.startswith("wall/"))

    assert {step.name: taken.count(f"Step.{step.name})") for step in Step} == (
        dict.fromkeys((step.name for step in Step), 1)
    )
    assert [step.name for step in Step if step.reason not in told] == []
