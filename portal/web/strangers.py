"""Tries at what is another's: answered like what is not there, and kept in the system's chain.

Kept is who asked at which endpoint, and whose it is by number; never what it is. An ISP numbers its
own entries and filings: a number that it lacks and others have is a try, too, which may be meant by
nobody. A person's first tries of an hour are kept; the log has every one.
"""

from __future__ import annotations

from typing import Final

from flask import request

from portal.db import begin_write
from portal.readers import Rate
from portal.trail import note_try
from portal.wall import Step, stepping
from portal.web.gate import somebody
from portal.web.limits import Limit, count, who
from portal.web.session import engine, now, session
from portal.web.whose import WHOSE

KEPT: Final = Rate(20, 3600)
_NAMED: Final = 5
"""Of how many owners an event tells at most."""


def note() -> None:
    """Keep the try, if what the request named is somebody else's. In a transaction of its own: the
    request's is over, and left nothing behind.
    """
    by = somebody()
    owners = [] if by is None else _owners(by.organisation_id)
    if by is None or not owners:
        return
    session().rollback()
    if count(engine(), Limit.TRY, who(Limit.TRY), KEPT, at=now()) > KEPT.times:
        return
    begin_write(session())
    note_try(session(), owners, by=by, at=now(), subject=request.endpoint or "")
    session().commit()


def _owners(but: int) -> list[int]:
    endpoint, args = request.endpoint or "", dict(request.view_args or {})
    whose = WHOSE.get(endpoint) or (WHOSE.get(endpoint.partition(".")[0]) if args else None)
    if whose is None:
        return []
    with stepping(session(), Step.WHOSE):
        found = session().scalars(whose(args).distinct()).all()
    return [] if but in found else sorted(found)[:_NAMED]
