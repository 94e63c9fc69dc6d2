"""The door of programs: each request carries a key, acts as its program, and nothing else counts.

No cookie is looked at here and no key on any page, so neither can be lent to the other. A request
stands where its program's ISP stands behind the second wall (``portal.wall``).
"""

from __future__ import annotations

import re
from typing import Any, Final

from flask import Blueprint, current_app, g, request

from portal.accounts import Actor, Permission
from portal.accounts.bearers import Bearer, bearer_of
from portal.accounts.permissions import POSITIONS
from portal.accounts.refusals import KeyUnknown
from portal.db import begin_write
from portal.errors import Refusal
from portal.registers.register import Register, register_named
from portal.wall import Step, stand, stepping
from portal.web.api.problems import NotTaken, faults_of
from portal.web.gate import KEYED
from portal.web.limits import count_failed_key
from portal.web.session import WRITES, session, today

bp = Blueprint(KEYED, __name__, url_prefix="/api/v1")
_BEARER: Final = re.compile(r"Bearer +(\S{1,200}) *", re.ASCII | re.IGNORECASE)
_CHALLENGE: Final = 'Bearer realm="portal"'


@bp.before_request
def let_in() -> None:
    """Find whose key it is and ask how far it reaches; what is public asks for none."""
    permission: Permission | None = getattr(_view(), "permission", None)
    if permission is None:
        return
    g.bearer = _bearer()
    g.me = g.bearer.actor
    stand(session(), POSITIONS[g.me.role], g.me.organisation_id)
    if request.method in WRITES:
        begin_write(session())
    must_reach(permission)


def bearer() -> Bearer:
    """The key that this request carries, and its program."""
    found: Bearer = g.bearer
    return found


def must_reach(permission: Permission) -> None:
    """Raises NotTaken(out-of-reach) unless the key reaches so far."""
    actor: Actor = g.me
    if not actor.may(permission):
        headers = {"WWW-Authenticate": f'{_CHALLENGE}, error="insufficient_scope"'}
        raise NotTaken("out-of-reach", headers=headers)


def writable(slug: str) -> Register:
    """A register that the key may write; raises NotThere, NotTaken(out-of-reach)."""
    register = register_named(slug)
    must_reach(register.permission)
    return register


def _bearer() -> Bearer:
    header = request.headers.get("Authorization")
    if header is None:
        raise NotTaken("key-missing", headers={"WWW-Authenticate": _CHALLENGE})
    found = _BEARER.fullmatch(header)
    # The key's day is kept in a transaction of its own, whatever becomes of the request.
    session().rollback()
    begin_write(session())
    try:
        with stepping(session(), Step.BEARER):
            held = bearer_of(session(), found[1] if found else "", on=today())
        session().commit()
    except Refusal as refusal:
        session().rollback()
        count_failed_key()
        g.said = refusal.code
        headers = {"WWW-Authenticate": f'{_CHALLENGE}, error="invalid_token"'}
        # Whether there is such a key at all is told to who holds it, and its state is no secret.
        told = faults_of(refusal if found else KeyUnknown())
        raise NotTaken("key-refused", told, headers=headers) from None
    return held


def _view() -> Any:
    return current_app.view_functions.get(request.endpoint or "")
