"""Licences: stated as dated spans, each later statement closing the one before."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from portal.accounts.model import Actor, Licence, LicenceKind, LicenceStatus
from portal.accounts.refusals import must_go_forward
from portal.ledger import take
from portal.trail import append


def license_isp(
    session: Session,
    isp_id: int,
    number: str,
    kind: LicenceKind,
    *,
    from_on: date,
    until_on: date | None = None,
    status: LicenceStatus = LicenceStatus.ACTIVE,
    by: Actor,
    at: datetime,
) -> Licence:
    """State a licence's dated span; a second statement of the same number closes the first."""
    must_go_forward(from_on, until_on)
    book = take(session, isp_id)
    version = _next_licence_version(session, isp_id, number)
    facts = {"version": version, "status": str(status)}
    seq = append(session, book, "licence.set", by=by, at=at, subject=number, **facts)
    _close_licence(session, isp_id, number, seq)
    licence = Licence(
        isp_id=isp_id,
        number=number,
        version=version,
        kind=kind,
        status=status,
        from_on=from_on,
        until_on=until_on,
        admitted_seq=seq,
    )
    session.add(licence)
    session.flush()
    return licence


def _next_licence_version(session: Session, isp_id: int, number: str) -> int:
    newest = session.scalar(
        select(func.max(Licence.version)).where(Licence.isp_id == isp_id, Licence.number == number)
    )
    return (newest or 0) + 1


def _close_licence(session: Session, isp_id: int, number: str, seq: int) -> None:
    session.execute(
        update(Licence)
        .where(Licence.isp_id == isp_id, Licence.number == number, Licence.closed_seq.is_(None))
        .values(closed_seq=seq)
    )
