"""Jobs to be done in tests: each leaves one line in the trail of an ISP, to be counted."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from portal.jobs import Job, JobKind, ask
from portal.ledger import take
from portal.trail import Event, append
from portal.web.handlers import HANDLERS
from portal.web.working import Handler, Result, Work
from tests.town import Town

Does = Callable[[Handler], None]
EFFECT = "effect"


@pytest.fixture
def does(monkeypatch: pytest.MonkeyPatch) -> Does:
    """Says how a kind of job is done for the length of a test."""

    def say(handler: Handler) -> None:
        monkeypatch.setitem(HANDLERS, JobKind.MONTH, handler)

    return say


def leaves_a_line(work: Work) -> Result:
    """Takes a step that may be done twice, says how far it is, and then has its effect."""
    work.keep()
    work.tell(1, 2)
    work.writes()
    book = take(work.session, int(work.params["isp"]))
    append(work.session, book, EFFECT, by=work.by, at=book_time(work), subject=work.subject)
    return {"lines": 1}


def book_time(work: Work) -> object:
    """When it was asked for."""
    return work.session.get_one(Job, work.id).made_at


def asks(town: Town, subject: str = "one", name: str = "chan") -> int:
    """Somebody asks for a job; gives its number."""
    by, isp = town.actors[name], town.bodies["mekong-net"]
    own = isp if by.organisation_id == isp else None
    with town.session() as session:
        asked = ask(session, JobKind.MONTH, subject, by=by, at=town.now, isp_id=own, isp=isp)
        return asked.id


def job(town: Town, number: int) -> Job:
    """A job as it stands."""
    with town.session() as session:
        return session.get_one(Job, number)


def effects(town: Town) -> dict[str, int]:
    """How many lines each job left."""
    query = select(Event.subject, func.count()).where(Event.kind == EFFECT)
    with town.session() as session:
        return dict(session.execute(query.group_by(Event.subject)).all())
