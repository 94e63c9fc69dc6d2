"""Waivers of the four-eyes rule: dated grants by the authority."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.accounts.model import Actor, Waiver
from portal.accounts.permissions import Permission, may
from portal.accounts.queries import as_of
from portal.accounts.refusals import NotYourGrant, must_go_forward
from portal.ledger import take
from portal.trail import append


def grant_waiver(
    session: Session,
    isp_id: int,
    reference: str,
    *,
    from_on: date,
    until_on: date,
    by: Actor,
    at: datetime,
) -> Waiver:
    """Let one person prepare and approve in these days; printed on every return filed under it.

    The authority's act: raises NotYourGrant for anybody else.
    """
    if not may(by.role, Permission.WAIVER_GRANT):
        raise NotYourGrant
    must_go_forward(from_on, until_on)
    book = take(session, isp_id)
    count = session.scalar(select(func.count()).where(Waiver.isp_id == isp_id)) or 0
    facts = {"until_on": str(until_on)}
    seq = append(session, book, "waiver.granted", by=by, at=at, subject=reference, **facts)
    waiver = Waiver(
        isp_id=isp_id,
        key=count + 1,
        reference=reference,
        from_on=from_on,
        until_on=until_on,
        granted_by=by.person_id,
        granted_at=at,
        admitted_seq=seq,
    )
    session.add(waiver)
    session.flush()
    return waiver


def waiver_on(session: Session, isp_id: int, day: date) -> Waiver | None:
    """The waiver of the four-eyes rule in force on a day, if any."""
    return session.scalar(
        select(Waiver)
        .where(
            Waiver.isp_id == isp_id,
            Waiver.from_on <= day,
            Waiver.until_on >= day,
            as_of(Waiver, None),
        )
        .order_by(Waiver.key.desc())
        .limit(1)
    )
