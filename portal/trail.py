"""The trail: append-only events, each linked by hash to the one before it in its ISP's chain."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import BigInteger, Integer, String, Text, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.canonical import canonical, digest_of
from portal.db import Base, Code, Digest, Instant, Name, to_micros
from portal.ledger import GENESIS, SYSTEM, Ledger, take


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


class Event(Base):
    """One act. ``facts`` is canonical JSON; ``digest`` covers every other column."""

    __tablename__ = "event"
    __growing__ = ()

    isp_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(Code)
    at: Mapped[datetime] = mapped_column(Instant)
    person_id: Mapped[int] = mapped_column(Integer)
    person_name: Mapped[str] = mapped_column(Name)
    role: Mapped[str] = mapped_column(Code)
    organisation_id: Mapped[int] = mapped_column(Integer)
    subject: Mapped[str] = mapped_column(String(80))
    facts: Mapped[str] = mapped_column(Text)
    previous: Mapped[bytes] = mapped_column(Digest)
    digest: Mapped[bytes] = mapped_column(Digest)


_TABLE: Any = Event.__table__
_COLUMNS = tuple(column.name for column in _TABLE.columns)


@dataclass(frozen=True)
class Break:
    """The first place where a chain does not hold, and why (``changed``, ``missing``, ``head``)."""

    isp_id: int
    seq: int
    why: str


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


def link(event: Event) -> bytes:
    """The digest of an event over its own columns and the digest before it."""
    return digest_of(
        {
            "isp": event.isp_id,
            "seq": event.seq,
            "kind": event.kind,
            "at": str(to_micros(event.at)),
            "person": [event.person_id, event.person_name, event.role, event.organisation_id],
            "subject": event.subject,
            "facts": event.facts,
            "previous": event.previous.hex(),
        }
    )


def first_break(session: Session, isp_id: int) -> Break | None:
    """Walk one chain from its beginning; None where every link holds."""
    seq, head = 0, GENESIS
    for event in _events(session, isp_id):
        if event.seq != seq + 1:
            return Break(isp_id, seq + 1, "missing")
        if event.previous != head or event.digest != link(event):
            return Break(isp_id, event.seq, "changed")
        seq, head = event.seq, event.digest
    book = session.get(Ledger, isp_id)
    if book is None or (book.seq, book.head) != (seq, head):
        return Break(isp_id, seq + 1, "head")
    return None


def verify(session: Session) -> list[Break]:
    """The first break of every chain that has one; empty when all hold."""
    chains = session.scalars(select(Ledger.isp_id).order_by(Ledger.isp_id)).all()
    orphans = session.scalars(
        select(Event.isp_id).where(Event.isp_id.not_in(chains)).distinct().order_by(Event.isp_id)
    ).all()
    breaks = (first_break(session, isp_id) for isp_id in (*chains, *orphans))
    return [found for found in breaks if found]


def events_of(session: Session, isp_id: int, *, before: int | None, limit: int) -> list[Event]:
    """A page of one chain, newest first; ``before`` is the last seq of the page before."""
    query = select(Event).where(Event.isp_id == isp_id).order_by(Event.seq.desc()).limit(limit)
    if before is not None:
        query = query.where(Event.seq < before)
    return list(session.scalars(query))


def _events(session: Session, isp_id: int) -> Iterator[Event]:
    query = select(Event).where(Event.isp_id == isp_id).order_by(Event.seq)
    # Closed also where the walk ends early: the database's cursor must not outlive it.
    with closing(session.scalars(query.execution_options(yield_per=1000))) as events:
        yield from events
