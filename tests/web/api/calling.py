"""A program that calls: its key in every request, a new Idempotency-Key with every act."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass, field
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.accounts import Desk, Organisation, Role
from portal.accounts.keys import make_key, name_program
from portal.accounts.reach import Reach, Scope
from tests import build
from tests.town import Town

API = "/api/v1"
EVERYTHING = Reach(reads=frozenset(Scope))
WRITERS = (Desk.ABUSE_DESK, Desk.NETWORK, Desk.HR)
_NUMBERS = itertools.count(1)

ITEM: dict[str, Any] = {
    **build.TAKEDOWN,
    "issued_at": "2026-10-12T09:00:00+07:00",
    "received_at": "2026-10-12T09:10:00+07:00",
}
"""A takedown item as a program sends it."""


@dataclass
class Caller:
    """A program at the API, by one of its keys."""

    client: FlaskClient
    key: str
    number: int
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(f"{API}{path}", headers=self._with(headers))

    def post(self, path: str, body: Any, **headers: str) -> TestResponse:
        """Send JSON; ``body`` may be bytes, to be sent as they are."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {"Idempotency-Key": f"act-{next(_NUMBERS):08d}", "Content-Type": "application/json"}
        return self.client.post(f"{API}{path}", data=data, headers=self._with(named | headers))

    def _with(self, headers: dict[str, str]) -> dict[str, str]:
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        return {"Authorization": f"Bearer {self.key}", **self.headers, **told}


def a_program(
    town: Town,
    slug: str = "mekong-net",
    reach: Reach = EVERYTHING,
    *,
    desks: tuple[Desk, ...] = WRITERS,
    days: int = 30,
) -> Caller:
    """A new program of an ISP with a key."""
    approver = {"mekong-net": "meas", "tonle-net": "uk"}[slug]
    today = town.now.date()
    with town.session() as session:
        isp = session.get_one(Organisation, town.bodies[slug])
        administrator = build.an_officer(session, isp, Role.ADMINISTRATOR, f"Admin of {slug}")
        name = f"Ticket system {next(_NUMBERS)}"
        made = name_program(session, isp, name, desks, by=administrator, at=town.now)
        until = today.fromordinal(today.toordinal() + days)
        _, key = make_key(
            session, isp.id, made.person_id, until, reach,
            on=today, by=town.actors[approver], at=town.now,
        )  # fmt: skip
    return Caller(town.app.test_client(), key, made.person_id)


SAMPLES: dict[str, dict[str, Any]] = {
    "blocklists": {**build.UPDATE, "methods": ["DNS_RPZ"]},
    "training": build.COMPLETION,
    "roster": build.SPAN,
    "complaints": build.COMPLAINT,
}
"""An entry of each other register."""
