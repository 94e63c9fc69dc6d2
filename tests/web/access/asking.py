"""Somebody of each role at a browser, and what comes of asking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from werkzeug.test import TestResponse

from portal.accounts import Role
from portal.web.access import NOBODY
from tests.visitors import Visitor
from tests.web.access.world import WHO, World

IN, NO, NOT_THERE, SIGN_IN = "in", "no", "not there", "sign in"
_REFUSED = {403: NO, 404: NOT_THERE}
_BROKEN = frozenset({413, 429})


@dataclass
class Asker:
    """One browser, with the token that its forms carry."""

    role: str
    visitor: Visitor
    token: str

    def asks(self, method: str, address: str, body: dict[str, Any]) -> TestResponse:
        """Ask as a browser does: what changes carries the token of this very session."""
        client, data = self.visitor.client, {"csrf_token": self.token, **body}
        answer = client.post(address, data=data) if method == "POST" else client.get(address)
        answer.get_data()
        answer.close()
        return answer


def an_asker(world: World, role: str) -> Asker:
    """Somebody of a role who has just signed in; for nobody, a stranger."""
    if role == NOBODY:
        visitor = world.town.stranger().opens("/login")
    else:
        visitor = world.town.visit(WHO[Role(role)])
    return Asker(role, visitor, visitor.page.xpath("//input[@name='csrf_token']/@value")[0])


def outcome(answer: TestResponse) -> str:
    """What came of it: in, no, not there, sign in; or what must never come."""
    code = answer.status_code
    if code in _REFUSED:
        return _REFUSED[code]
    if code >= 500 or code in _BROKEN or (code == 400 and "open too long" in answer.text):
        return f"broken: {code}"
    if 300 <= code < 400 and urlsplit(answer.headers["Location"]).path == "/login":
        return SIGN_IN
    return IN
