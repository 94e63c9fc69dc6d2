"""What a trainer does: enter a session for ISPs, correct it, count, enter it for further ones.

The head of a session stands under the system's ledger; what was held for an ISP under that ISP's,
so that *as of* keeps meaning a sequence number of the ISP. The ISPs' ledgers are taken first, in
order of their ids, then the system's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from portal import ledger, trail
from portal.accounts import Actor
from portal.accounts.queries import is_licensed_on
from portal.entries.codes import CorrectionReason
from portal.entries.entry import close, line_digest, seal, stamp
from portal.entries.refusals import ChangedMeanwhile, Unchanged
from portal.errors import NotThere, Refused
from portal.period import Period
from portal.policy.queries import policy_at
from portal.registers.shared.inputs import SharedSessionIn
from portal.registers.shared.model import SessionIsp, SharedSession
from portal.registers.shared.queries import addressed, name_of, own_session
from portal.registers.shared.refusals import (
    NobodyTrained,
    SessionAlreadyThere,
    SessionReferenceUsed,
)
from portal.registers.shared.trainers import must_be_trainer

Counts = Mapping[int, int | None]
_HEADS: Any = SharedSession.__table__
_ISPS: Any = SessionIsp.__table__


def hold(
    session: Session, value: SharedSessionIn, counts: Counts, *, by: Actor, at: datetime
) -> SharedSession:
    """Enter a session that the actor's organisation held for these ISPs; ``counts`` has of each
    the people it saw there, or None.

    Raises NotATrainer, NobodyTrained, SessionReferenceUsed, and Refused(licence-closed) for every
    ISP without an active licence that day or now.
    """
    must_be_trainer(session, by.organisation_id, value.provider, at)
    _must_be_licensed(session, value, counts, at)
    books, system = _take(session, counts)
    _must_be_new(session, by.organisation_id, value.session_ref, besides=None)
    [key] = ledger.keys(system, 1)
    row = {**value.columns(), "key": key, "version": 1, "reason": None}
    row |= {"trainer_id": by.organisation_id}
    _write_head(session, system, row, "session.held", by=by, at=at, isps=len(books))
    for book in books:
        _enter(session, book, row, counts[book.isp_id], by=by, at=at)
    return own_session(session, key, by)


def add_isps(session: Session, key: int, counts: Counts, *, by: Actor, at: datetime) -> None:
    """Enter one's session for further ISPs; raises as ``hold``, and NotThere,
    SessionAlreadyThere.
    """
    what = own_session(session, key, by)
    must_be_trainer(session, by.organisation_id, what.provider, at)
    _must_be_licensed(session, what, counts, at)
    books, system = _take(session, counts)
    if {row.isp_id for row in addressed(session, key)} & set(counts):
        raise SessionAlreadyThere("isps")
    facts = {"isps": len(books), "version": what.version}
    trail.append(session, system, "session.held", by=by, at=at, subject=name_of(key), **facts)
    for book in books:
        _enter(session, book, _row_of(what), counts[book.isp_id], by=by, at=at)


def count(session: Session, key: int, counts: Counts, *, by: Actor, at: datetime) -> int:
    """Say how many people of some ISPs were there (None: not counted); returns how many numbers
    changed. Raises NotThere, also for an ISP that the session was not held for, and Unchanged.
    """
    what = own_session(session, key, by)
    stands = {row.isp_id: row.counted for row in addressed(session, key)}
    if not set(counts) <= set(stands):
        raise NotThere("isp")
    changed = sorted(isp_id for isp_id in counts if counts[isp_id] != stands[isp_id])
    if not changed:
        raise Unchanged
    for isp_id in changed:
        book = ledger.take(session, isp_id)
        _enter(session, book, _row_of(what), counts[isp_id], by=by, at=at)
    return len(changed)


def correct(
    session: Session,
    key: int,
    value: SharedSessionIn,
    *,
    expects: int,
    reason: CorrectionReason,
    by: Actor,
    at: datetime,
) -> SharedSession:
    """Write the next version of one's own session, for every ISP; what an ISP confirmed before
    stays as it is and is told to differ.

    Raises NotThere, ChangedMeanwhile, Unchanged, NotATrainer, SessionReferenceUsed.
    """
    own_session(session, key, by)
    must_be_trainer(session, by.organisation_id, value.provider, at)
    counts = {row.isp_id: row.counted for row in addressed(session, key)}
    books, system = _take(session, counts)
    former = own_session(session, key, by)
    if former.version != expects:
        raise ChangedMeanwhile(version=former.version)
    now = value.columns()
    if all(getattr(former, name) == now[name] for name in now):
        raise Unchanged
    _must_be_new(session, by.organisation_id, value.session_ref, besides=key)
    row = {**now, "key": key, "version": former.version + 1, "reason": reason}
    row |= {"trainer_id": by.organisation_id}
    session.expunge(former)
    _write_head(session, system, row, "session.corrected", by=by, at=at, isps=len(books))
    for book in books:
        _enter(session, book, row, counts[book.isp_id], by=by, at=at)
    return own_session(session, key, by)


def _must_be_licensed(session: Session, value: Any, counts: Counts, at: datetime) -> None:
    """A session may be older than a licence, for what people know holds on."""
    if not counts:
        raise NobodyTrained("isps")
    today = at.astimezone(policy_at(session, at).policy.time_zone).date()
    closed = [
        isp_id
        for isp_id in sorted(counts)
        if not any(is_licensed_on(session, isp_id, day) for day in (value.held_on, today))
    ]
    if closed:
        period = str(Period.on(value.held_on))
        raise Refused([("isps", "licence-closed", {"period": period, "isp": x}) for x in closed])


def _must_be_new(session: Session, trainer_id: int, reference: str, besides: int | None) -> None:
    used = session.scalar(
        select(SharedSession.key).where(
            SharedSession.trainer_id == trainer_id,
            SharedSession.session_ref == reference,
            SharedSession.closed_seq.is_(None),
        )
    )
    if used not in {None, besides}:
        raise SessionReferenceUsed("session_ref", entry=name_of(used or 0))


def _take(session: Session, isp_ids: Iterable[int]) -> tuple[list[ledger.Ledger], ledger.Ledger]:
    books = [ledger.take(session, isp_id) for isp_id in sorted(isp_ids)]
    return books, ledger.take(session, ledger.SYSTEM)


def _row_of(what: SharedSession) -> dict[str, Any]:
    return {column.name: getattr(what, column.name) for column in _HEADS.columns}


def _write_head(
    session: Session,
    system: ledger.Ledger,
    row: dict[str, Any],
    kind: str,
    *,
    by: Actor,
    at: datetime,
    isps: int,
) -> None:
    seal(session, row, SharedSession.__sealed__)
    row["digest"] = line_digest(SharedSession, row)
    facts = {"version": row["version"], "isps": isps, "line": row["digest"].hex()}
    seq = trail.append(session, system, kind, by=by, at=at, subject=name_of(row["key"]), **facts)
    stamp(row, seq, by=by.person_id, at=at)
    close(session, SharedSession, seq, key=row["key"])
    session.execute(insert(_HEADS), [row])


def _enter(
    session: Session,
    book: ledger.Ledger,
    head: dict[str, Any],
    counted: int | None,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Put a version of a session under the ledger of an ISP that it was held for."""
    mine = (SessionIsp.isp_id == book.isp_id, SessionIsp.shared_session == head["key"])
    last = session.scalar(select(func.max(SessionIsp.no)).where(*mine)) or 0
    row: dict[str, Any] = {"isp_id": book.isp_id, "shared_session": head["key"], "no": last + 1}
    row |= {"version": head["version"], "line": head["digest"], "counted": counted}
    row["digest"] = line_digest(SessionIsp, row)
    facts = {"version": row["version"], "counted": counted, "line": row["digest"].hex()}
    subject = name_of(head["key"])
    seq = trail.append(session, book, "session.entered", by=by, at=at, subject=subject, **facts)
    stamp(row, seq, by=by.person_id, at=at)
    close(session, SessionIsp, seq, isp_id=book.isp_id, shared_session=head["key"])
    session.execute(insert(_ISPS), [row])
