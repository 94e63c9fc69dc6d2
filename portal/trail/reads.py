"""Who read what of an ISP: events in a chain of their own, beside the chain of acts.

A read moves no figure, so it must not move the sequence that figures are as of, nor wait for the
ledger of those who act.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.ledger import reads_of, take
from portal.trail.chain import By, append
from portal.trail.model import Event

QUIET: Final = timedelta(minutes=15)
"""Somebody who opens the same again within it is not written down again."""
_LOOKED_AT = 200


def was_just_read(
    session: Session, isp_id: int, kind: str, subject: str, *, by: By, at: datetime
) -> bool:
    """Whether the same person, acting for the same organisation, just read the same; of the newest
    reads alone, so that asking costs the same after years.
    """
    newest = (
        select(
            Event.kind, Event.subject, Event.person_id, Event.role, Event.organisation_id, Event.at
        )
        .where(Event.isp_id == reads_of(isp_id))
        .order_by(Event.seq.desc())
        .limit(_LOOKED_AT)
        .subquery()
    )
    same = select(newest.c.at).where(
        newest.c.kind == kind,
        newest.c.subject == subject,
        newest.c.person_id == by.person_id,
        newest.c.role == str(by.role),
        newest.c.organisation_id == by.organisation_id,
        newest.c.at > at - QUIET,
    )
    return session.scalar(same.limit(1)) is not None


def record_read(
    session: Session, isp_id: int, kind: str, subject: str, *, by: By, at: datetime, **facts: int
) -> int:
    """Record that somebody reads something of an ISP (``kind`` begins with ``read.``); ``facts``
    name what lets them.
    """
    book = take(session, reads_of(isp_id))
    return append(session, book, kind, by=by, at=at, subject=subject, **facts)
