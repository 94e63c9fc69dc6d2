"""Licences: stated as dated spans, each later statement closing the one before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from portal.accounts.model import Actor, Licence, LicenceKind, LicenceStatus
from portal.accounts.refusals import LicenceOver, LicenceTaken, must_go_forward
from portal.accounts.spans import Span, since, spans_of, until
from portal.errors import NotThere
from portal.ledger import take
from portal.trail import append

_DAY = timedelta(days=1)


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
    """State a licence's one dated span; a second statement of the same number closes the first."""
    must_go_forward(from_on, until_on)
    span = Span(kind, status, from_on, until_on)
    return _state(session, isp_id, number, [span], status, by=by, at=at)[0]


def open_licence(
    session: Session,
    isp_id: int,
    number: str,
    kind: LicenceKind,
    *,
    from_on: date,
    until_on: date | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """Grant a licence, or grant an ended one again; raises LicenceTaken where somebody holds it."""
    must_go_forward(from_on, until_on)
    take(session, isp_id)
    held = session.scalars(
        select(Licence).where(Licence.number == number, Licence.closed_seq.is_(None))
    ).all()
    if any(x.isp_id != isp_id or x.until_on is None or x.until_on >= from_on for x in held):
        raise LicenceTaken("number", number=number)
    granted = Span(kind, LicenceStatus.ACTIVE, from_on, until_on)
    _state(session, isp_id, number, [*spans_of(held), granted], granted.status, by=by, at=at)


def restate_licence(
    session: Session,
    isp_id: int,
    number: str,
    status: LicenceStatus,
    *,
    from_on: date,
    until_on: date | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """Say how a licence stands from a day on (to a day); before and after it stands as it did.

    Suspending and resuming are this. Raises NotThere, and LicenceOver where no day of it is left.
    """
    must_go_forward(from_on, until_on)
    take(session, isp_id)
    held = _held(session, isp_id, number)
    until_then = until(held, from_on - _DAY)
    within = until(since(held, from_on), until_on)
    if not within:
        raise LicenceOver("number", number=number, day=from_on)
    later = since(held, until_on + _DAY) if until_on else []
    spans = [*until_then, *(replace(span, status=status) for span in within), *later]
    _state(session, isp_id, number, spans, status, by=by, at=at)


def end_licence(
    session: Session,
    isp_id: int,
    number: str,
    status: LicenceStatus = LicenceStatus.ACTIVE,
    *,
    until_on: date,
    by: Actor,
    at: datetime,
) -> None:
    """Say the last day of a licence; ``status`` REVOKED or MERGED says that it was cut short.

    A span that was suspended stays so: it owes nothing. Raises NotThere and LicenceOver.
    """
    take(session, isp_id)
    held = _held(session, isp_id, number)
    spans = until(held, until_on)
    if not spans or not since(held, until_on):
        raise LicenceOver("number", number=number, day=until_on)
    if spans[-1].status != LicenceStatus.SUSPENDED:
        spans[-1] = replace(spans[-1], status=status)
    _state(session, isp_id, number, spans, status, by=by, at=at)


def _state(
    session: Session,
    isp_id: int,
    number: str,
    spans: Sequence[Span],
    status: LicenceStatus,
    *,
    by: Actor,
    at: datetime,
) -> list[Licence]:
    book = take(session, isp_id)
    version = _next_licence_version(session, isp_id, number)
    facts = {"version": version, "status": str(status)}
    seq = append(session, book, "licence.set", by=by, at=at, subject=number, **facts)
    _close_licence(session, isp_id, number, seq)
    rows = [
        Licence(
            isp_id=isp_id,
            number=number,
            version=version + place,
            kind=span.kind,
            status=span.status,
            from_on=span.from_on,
            until_on=span.until_on,
            admitted_seq=seq,
        )
        for place, span in enumerate(spans)
    ]
    session.add_all(rows)
    session.flush()
    return rows


def _held(session: Session, isp_id: int, number: str) -> list[Span]:
    """The spans of a licence in order of days; raises NotThere."""
    found = session.scalars(
        select(Licence).where(
            Licence.isp_id == isp_id, Licence.number == number, Licence.closed_seq.is_(None)
        )
    ).all()
    if not found:
        raise NotThere("number", name=number)
    return spans_of(found)


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
