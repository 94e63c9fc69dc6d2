"""The samples of docs/intake.md come in as they are."""

from __future__ import annotations

import pytest

from tests.house.sources import HOUSE
from tests.town import Town

SAMPLES = HOUSE / "docs" / "samples"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_every_sample_is_taken_in_whole(town: Town) -> None:
    told = {}
    for path in sorted(SAMPLES.iterdir()):
        slug = {"extracted": "takedowns"}.get(path.stem, path.stem)
        acts = ("--isp", "mekong-net", "--as", "chea@example.org")
        words = ("import", slug, str(path), *acts)
        if slug == "notices":
            words = ("notices", "send", str(path), "--as", "rith@example.org")
        told[path.name] = town.runs(*words)

    same = told.pop("takedowns.xlsx")
    assert same.startswith("0 recorded, 5 recorded before")
    assert {name: said.split(" ")[0] for name, said in told.items()} == {
        "blocklists.csv": "5", "complaints.csv": "5", "extracted.csv": "2", "notices.csv": "1",
        "roster.csv": "5", "takedowns.csv": "5", "training.csv": "5",
    }  # fmt: skip


def test_the_page_names_every_sample() -> None:
    said = (HOUSE / "docs" / "intake.md").read_text()

    assert [path.name for path in SAMPLES.iterdir() if f"samples/{path.name}" not in said] == []
