"""The chains: append-only events, each linked by hash to the one before it in its ISP's chain."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from portal.canonical import canonical, digest_of
from portal.db import to_micros
from portal.ledger import SYSTEM, Ledger, take
from portal.trail.model import Event


class By(Protocol):
    """Whoever acts: what the trail keeps of them (the name as it was at that time)."""

    @property
    def person_id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def organisation_id(self) -> int: ...


_TABLE: Any = Event.__table__
_COLUMNS = tuple(column.name for column in _TABLE.columns)


def append(
    session: Session,
    book: Ledger,
    kind: str,
    /,
    *,
    by: By,
    at: datetime,
    subject: str = "",
    **facts: Any,
) -> int:
    """Add the next event to a chain whose ledger row the caller holds; returns its sequence number.

    ``facts`` are strings, whole numbers, booleans, None, lists and mappings of them; never free
    text a person typed, never a locator.
    """
    book.seq += 1
    event = Event(
        isp_id=book.isp_id,
        seq=book.seq,
        kind=kind,
        at=at,
        person_id=by.person_id,
        person_name=by.name,
        role=str(by.role),
        organisation_id=by.organisation_id,
        subject=subject,
        facts=canonical(facts).decode(),
        previous=book.head,
    )
    event.digest = book.head = link(event)
    # Written at once and not kept in the session: a month of acts would only pile up there.
    session.execute(insert(_TABLE), [{name: getattr(event, name) for name in _COLUMNS}])
    return book.seq


def note_refusal(session: Session, code: str, *, by: By, at: datetime, subject: str = "") -> int:
    """Record in the system's chain that a rule said no; called in a transaction of its own."""
    return append(
        session, take(session, SYSTEM), "refused", by=by, at=at, subject=subject, code=code
    )


def note_try(session: Session, owners: Sequence[int], *, by: By, at: datetime, subject: str) -> int:
    """Record in the system's chain that somebody asked for what belongs to others (organisations by
    number); called in a transaction of its own. ``subject`` is where they asked.
    """
    book = take(session, SYSTEM)
    return append(session, book, "tried", by=by, at=at, subject=subject, of=list(owners))


def link(event: Event) -> bytes:
    """The digest of an event over its own columns and the digest before it."""
    return digest_of(spoken(event))


def spoken(event: Event) -> dict[str, Any]:
    """What the digest of an event is taken over; proofs carry it as it is."""
    return {
        "isp": event.isp_id,
        "seq": event.seq,
        "kind": event.kind,
        "at": str(to_micros(event.at)),
        "person": [event.person_id, event.person_name, event.role, event.organisation_id],
        "subject": event.subject,
        "facts": event.facts,
        "previous": event.previous.hex(),
    }


def events_of(session: Session, isp_id: int, *, before: int | None, limit: int) -> list[Event]:
    """A page of one chain, newest first; ``before`` is the last seq of the page before."""
    query = select(Event).where(Event.isp_id == isp_id).order_by(Event.seq.desc()).limit(limit)
    if before is not None:
        query = query.where(Event.seq < before)
    return list(session.scalars(query))


def walk(session: Session, isp_id: int, after: int = 0) -> Generator[Event]:
    """The events of a chain in order, from the one after a number on."""
    query = select(Event).where(Event.isp_id == isp_id, Event.seq > after).order_by(Event.seq)
    # Closed also where the walk ends early: the database's cursor must not outlive it.
    with closing(session.scalars(query.execution_options(yield_per=1000))) as events:
        yield from events
