"""Somebody of each role at a browser, and what comes of asking."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from werkzeug.test import TestResponse

from portal.accounts import Role
from portal.web.access import NOBODY
from tests.visitors import Visitor
from tests.web.access.world import OURS, WHO, World

IN, NO, NOT_THERE, SIGN_IN = "in", "no", "not there", "sign in"
_REFUSED = {403: NO, 404: NOT_THERE}
_BROKEN = frozenset({413, 429})
API = "/api/v1"


@dataclass
class Asker:
    """One browser, with the token that its forms carry; a program has its key in every request."""

    role: str
    visitor: Visitor
    token: str
    headers: dict[str, str] = field(default_factory=dict)

    def asks(self, method: str, address: str, body: dict[str, Any]) -> TestResponse:
        """Ask as a browser does: what changes carries the token of this very session. Where
        programs ask, it carries what they send instead.
        """
        client, data = self.visitor.client, {"csrf_token": self.token, **body}
        if address.startswith(API):
            headers = {"Idempotency-Key": "access-1", "If-Match": '"x"', **self.headers}
            answer = client.open(address, method=method, json={}, headers=headers)
        elif method == "POST":
            answer = client.post(address, data=data, headers=self.headers)
        else:
            answer = client.get(address, headers=self.headers)
        answer.get_data()
        answer.close()
        return answer


def an_asker(world: World, role: str) -> Asker:
    """Somebody of a role who has just signed in; for nobody, a stranger."""
    headers = {}
    if role in {NOBODY, Role.PROGRAM}:
        visitor = world.town.stranger().opens("/login")
    else:
        visitor = world.town.visit(WHO[Role(role)])
    token = visitor.page.xpath("//input[@name='csrf_token']/@value")[0]
    if role == Role.PROGRAM:
        headers = {"Authorization": f"Bearer {world.has[OURS]['secret']}"}
        assert visitor.client.get(f"{API}/key", headers=headers).status_code == 200
    return Asker(role, visitor, token, headers)


def outcome(answer: TestResponse) -> str:
    """What came of it: in, no, not there, sign in; or what must never come."""
    code = answer.status_code
    if code == 401:
        return SIGN_IN
    if code in _REFUSED:
        return _REFUSED[code]
    if code >= 500 or code in _BROKEN or (code == 400 and "open too long" in answer.text):
        return f"broken: {code}"
    if 300 <= code < 400 and urlsplit(answer.headers["Location"]).path == "/login":
        return SIGN_IN
    return IN
