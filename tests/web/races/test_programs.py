"""Programs at running servers: the same act at once at two of them, the examples, the client."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import func, select

from portal import client as client_package
from portal.client import NotTaken, Portal, Unreachable
from portal.registers.takedowns import Takedown
from portal.trail import verify
from tests.house.sources import HOUSE
from tests.web.api.calling import API, ITEM, Caller, a_program
from tests.web.races.conftest import Races
from tests.web.races.servers import PATIENCE, at_once

# Two servers for all: on one worker they are started once an engine.
pytestmark = pytest.mark.xdist_group("races")
PLACE = "https://portal.example"
ENTRIES = f"{API}/registers/takedowns/entries"


def sends(server: str, caller: Caller, path: str, body: Any, **told: str) -> requests.Response:
    headers = {"Authorization": f"Bearer {caller.key}", **told}
    return requests.post(f"{server}{path}", json=body, headers=headers, timeout=PATIENCE)


def test_the_same_act_at_once_at_two_servers_is_done_once(races: Races) -> None:
    caller = a_program(races.town)
    before = count(races)
    named = {"Idempotency-Key": "at-once-1"}

    answers = at_once(
        [partial(sends, races.servers[n % 2], caller, ENTRIES, ITEM, **named) for n in range(6)]
    )

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert sum("Idempotency-Replayed" in answer.headers for answer in answers) == 5
    assert count(races) == before + 1
    # An act that cannot be done twice is answered alike to all who ask for it under one name.
    key, told = answers[0].json()["key"], {"Idempotency-Key": "at-once-2"}
    step = {"kind": "ACKNOWLEDGED", "occurred_at": "2026-10-12T09:30:00+07:00"}
    place = f"{ENTRIES}/{key}/events"
    answers = at_once(
        [partial(sends, races.servers[n % 2], caller, place, step, **told) for n in range(4)]
    )
    assert [answer.text for answer in answers] == [answers[0].text] * 4
    assert answers[0].status_code == 201
    with races.town.session() as session:
        assert verify(session) == []


def count(races: Races) -> int:
    with races.town.session() as session:
        return session.scalar(select(func.count()).select_from(Takedown)) or 0


def blocks(kind: str) -> list[str]:
    """The examples of the page on the interface in one language, in their order."""
    text = (HOUSE / "docs" / "api.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{kind}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def test_the_examples_of_the_page_do_what_it_says(races: Races, tmp_path: Path) -> None:
    caller = a_program(races.town, "tonle-net")
    env = {**os.environ, "PROGRAM_KEY": caller.key, "PYTHONPATH": str(HOUSE)}

    def says(*words: str) -> str:
        told = subprocess.run(  # noqa: S603 - our own words
            words, env=env, cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert told.returncode == 0, told.stdout + told.stderr
        return told.stdout

    other = {**ITEM, "source_ref": "IHC-2026-0001"}
    made = sends(races.servers[0], caller, ENTRIES, other, **NAMED).json()["key"]

    rows = (HOUSE / "docs" / "samples" / "takedowns.csv").read_bytes()
    (tmp_path / "rows.csv").write_bytes(rows)
    script = "\n".join(["set -eo pipefail", *blocks("sh")]).replace(PLACE, races.servers[0])
    # What they record gets the next number; they were written for the first.
    script = script.replace("entries/1", f"entries/{made + 1}")
    told = says("bash", "-c", script)
    assert '"name":"TD-' in told
    assert f'{{"key":{made + 1},"no":1}}' in told

    assert '"stage":"RECORDED"' in told
    # The same rows by the client: all of them were recorded before.
    [program] = blocks("python")
    assert "IHC-2026-0418" in says(sys.executable, "-c", program.replace(PLACE, races.servers[1]))


NAMED = {"Idempotency-Key": "before-the-examples"}


def test_the_client_tries_again_under_the_same_name_and_follows_nobody(races: Races) -> None:
    caller, waited = a_program(races.town), list[float]()
    portal = Portal(races.servers[0], caller.key, wait=waited.append)
    first = portal.record("takedowns", {**ITEM, "item_no": 71}, act="by-client-1")
    assert portal.record("takedowns", {**ITEM, "item_no": 71}, act="by-client-1") == first
    listed = [row["key"] for row in portal.entries("takedowns", limit=1)]
    assert listed == sorted(listed, reverse=True)
    assert first["key"] in listed
    assert portal.key()["isp"] == "mekong-net"
    with pytest.raises(NotTaken, match="There is no such key") as refused:
        Portal(races.servers[0], "nonsense", tries=1).key()
    assert (refused.value.status, refused.value.code) == (401, "key-refused")

    away = Portal("http://127.0.0.1:1", caller.key, tries=3, wait=waited.append)
    with pytest.raises(Unreachable):
        away.record("takedowns", ITEM)
    assert waited == [1, 2]
    with pytest.raises(ValueError, match="https"):
        Portal("file:///etc/passwd", caller.key)


def test_the_client_needs_nothing_of_the_portal(tmp_path: Path) -> None:
    source = Path(client_package.__file__).parent
    folder = tmp_path / "portal" / "client"
    folder.mkdir(parents=True)
    for file in source.glob("*.py"):
        (folder / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    program = (
        f"import sys; sys.path[:0] = [{str(tmp_path)!r}]\n"
        "from portal.client import Portal; Portal('https://portal.example', 'key')\n"
        "print({'flask', 'sqlalchemy', 'requests', 'pydantic'} & set(sys.modules))"
    )
    words = [sys.executable, "-I", "-S", "-c", program]
    told = subprocess.run(words, capture_output=True, text=True, check=True)  # noqa: S603 - our own words
    assert told.stdout.strip() == "set()"
