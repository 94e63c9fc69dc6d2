"""Batches of entries over HTTP, one worker, against the same rows as a file.

Both record the same takedown items for an ISP whose register is empty: the program sends them in
batches of a thousand, each an act of its own that is checked, numbered, written, kept for its
Idempotency-Key and committed; the file is taken in whole by the import.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import requests
from sqlalchemy import Engine

from portal.accounts import Desk, Role
from portal.accounts.keys import make_key, name_program
from portal.db import begin_write, open_engine, sessions
from portal.intake import take_in
from portal.intake.samples import sample_csv
from portal.policy.queries import policy_at
from portal.registers import REGISTERS
from portal.registers.inputs_takedowns import TakedownIn
from tests import build
from tests.bench.bench_intake import Counter
from tests.bench.harness import Bench, Scale
from tests.web.races.servers import PATIENCE, serving

REGISTER: Final = REGISTERS["takedowns"]
# At least so much of the file's rate. A bar is a ratio of times.
BAR: Final = 1 / 0.3
A_BATCH, ROWS, TURNS = 1000, 10_000, 3


@dataclass
class Ways:
    """A server with one worker, and the same rows as batches and as a file."""

    engine: Engine
    server: str
    batches: list[bytes]
    file: Path
    turn: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def program(self) -> str:
        """The key of a program of an ISP that has nothing yet."""
        with sessions(self.engine)() as session:
            begin_write(session)
            isp = build.an_isp(session, f"api-{next(self.turn)}")
            administrator = build.an_officer(session, isp, Role.ADMINISTRATOR, "Adam")
            approver = build.an_officer(session, isp, Role.APPROVER, "Meas")
            at, today = build.NOW, build.NOW.date()
            desks = {Desk.ABUSE_DESK}
            made = name_program(session, isp, "Loader", desks, by=administrator, at=at)
            until = today + timedelta(days=9)
            number = made.person_id
            _, key = make_key(session, isp.id, number, until, on=today, by=approver, at=at)
            session.commit()
        return key


@contextmanager
def ways(url: str, rows: int) -> Iterator[Ways]:
    """The rows, ready to be sent."""
    engine = open_engine(url)
    with sessions(engine)() as session:
        policy = policy_at(session, build.NOW).policy
    text = sample_csv(REGISTER, rows, policy=policy, at=build.NOW)
    head, *lines = text.splitlines()
    names = head.split(",")
    made = [_entry(dict(zip(names, line.split(","), strict=True))) for line in lines]
    parts = [made[first : first + A_BATCH] for first in range(0, rows, A_BATCH)]
    batches = [json.dumps({"entries": part}).encode() for part in parts]
    with TemporaryDirectory() as folder, serving(url, Path(folder), build.NOW) as server:
        file = Path(folder) / "rows.csv"
        file.write_text(text, encoding="utf-8")
        held = Ways(engine, server, batches, file)
        # The server wakes, and has seen each thing once, before anybody measures.
        sends(held)
        yield held
    engine.dispose()


def _entry(row: dict[str, str]) -> dict[str, Any]:
    kept: dict[str, Any] = {name: value for name, value in row.items() if value}
    kept["item_no"] = int(kept["item_no"])
    assert kept.keys() <= TakedownIn.model_fields.keys()
    return kept


def sends(held: Ways) -> None:
    """Send every batch, each once it is known what became of the one before."""
    line, address = requests.Session(), f"{held.server}/api/v1/registers/takedowns/batches"
    headers = {"Authorization": f"Bearer {held.program()}", "Content-Type": "application/json"}
    for no, batch in enumerate(held.batches):
        named = {**headers, "Idempotency-Key": f"batch-{no:06d}"}
        answer = line.post(address, data=batch, headers=named, timeout=PATIENCE)
        assert answer.status_code == 201, answer.text[:500]


def takes_in(rows: int, held: Ways) -> None:
    """Take the file in and commit."""
    with sessions(held.engine)() as session, held.file.open("rb") as stream:
        begin_write(session)
        isp = build.an_isp(session, f"file-{next(held.turn)}")
        by = build.an_officer(session, isp)
        report = take_in(session, isp.id, REGISTER, stream, by=by, at=build.NOW)
        session.commit()
    assert report.recorded == rows


def benches(scale: Scale) -> list[Bench]:
    """On each engine."""
    rows, turns = min(scale.some, ROWS), min(scale.turns, TURNS)
    return [
        Bench(
            f"api-batches-{kind}", rows, BAR, Counter(kind), partial(ways, rows=rows), sends,
            partial(takes_in, rows), turns,
        )
        for kind in ("sqlite", "postgresql")
    ]  # fmt: skip
