"""What the rules are and what a key reaches: the policy of a day, the key itself, the document."""

from __future__ import annotations

from datetime import date
from typing import Any

from werkzeug.wrappers import Response

from portal.accounts import Desk, Permission
from portal.accounts.reach import Scope
from portal.entries.entry import plain
from portal.errors import NotThere
from portal.policy.document import Policy
from portal.policy.queries import UnknownPolicy, policy_of, policy_on
from portal.web.api.answers import MEDIA, etag_of, sent, told
from portal.web.api.document import document
from portal.web.api.door import bearer, bp
from portal.web.api.shapes import Out
from portal.web.api.tree import described
from portal.web.gate import allow, my_isp, public
from portal.web.session import session, today


class PolicyOut(Out):
    """A policy version in force, by which act, and all it says; ``digest`` is its SHA-256."""

    version: str
    digest: str
    instrument: str
    adopted_on: date
    from_on: date
    until_on: date | None
    demo: bool
    policy: dict[str, Any]


class PolicyVersionOut(Out):
    """A policy version and all it says."""

    version: str
    policy: dict[str, Any]


class KeyOut(Out):
    """What a key is and reaches."""

    program: str
    isp: str
    key: str
    until_on: date
    sandbox: bool
    writes: list[Desk]
    reads: list[Scope]


@bp.get("/policy")
@allow(Permission.POLICY_READ)
@described("Rules", out=PolicyOut)
def policy() -> Response:
    """The policy in force today: limits, lists, legal bases, obligations."""
    found = policy_on(session(), today())
    body = {"version": found.version, "digest": found.digest, "instrument": found.instrument}
    for name in ("adopted_on", "from_on", "until_on"):
        body[name] = plain(getattr(found, name))
    return told(body | {"demo": found.demo, "policy": _said(found.policy)})


@bp.get("/policy/<string(maxlength=10):version>")
@allow(Permission.POLICY_READ)
@described("Rules", out=PolicyVersionOut)
def policy_version(version: str) -> Response:
    """All that one policy version says."""
    try:
        found = policy_of(session(), version)
    except UnknownPolicy:
        raise NotThere("version") from None
    return told({"version": found.version, "policy": _said(found)})


@bp.get("/key")
@allow(Permission.ENTRY_WRITE)
@described("Rules", out=KeyOut)
def key() -> Response:
    """What your key is and reaches."""
    held, actor = bearer().key, bearer().actor
    desks = actor.desks or frozenset()
    body: dict[str, Any] = {"program": actor.name, "isp": my_isp().slug, "key": held.mark}
    body |= {"until_on": plain(held.until_on), "sandbox": held.sandbox}
    body["writes"] = [desk.value for desk in Desk if desk in desks]
    body["reads"] = [scope.value for scope in Scope if scope in held.reads]
    return told(body)


@bp.get("/openapi.json")
@public
@described("Rules", is_public=True)
def openapi() -> Response:
    """This document: OpenAPI 3.1, the same for everybody."""
    data = document()
    response = sent(data, MEDIA, etag_of(data))
    response.cache_control.public = True
    response.cache_control.max_age = 300
    return response


def _said(found: Policy) -> dict[str, Any]:
    return found.model_dump(mode="json")
