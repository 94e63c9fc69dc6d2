"""What is done to notices: sent to ISPs, corrected, sent to further ones; each act in the trail.

The head of a notice stands under the system's ledger; what was addressed to an ISP under that
ISP's, so that *as of* keeps meaning a sequence number of the ISP. The ISPs' ledgers are taken
first, in order of their ids, then the system's: whoever needs several never waits in a circle.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from portal import ledger, trail
from portal.accounts import Actor
from portal.entries.codes import CorrectionReason
from portal.entries.entry import close, line_digest, seal, stamp
from portal.entries.refusals import ChangedMeanwhile, Unchanged
from portal.errors import NotThere
from portal.mail import MailKind, post
from portal.notices.codes import Instrument
from portal.notices.inputs import NoticeIn
from portal.notices.model import Notice, NoticeIsp
from portal.notices.notifiers import must_be_notifier
from portal.notices.queries import addressed, name_of, own_notice
from portal.notices.refusals import AlreadyAddressed
from portal.notices.rules import must_be_licensed, must_be_new, must_keep_what_was_acted_on
from portal.notices.telling import subject_of

_HEADS: Any = Notice.__table__
_ADDRESSED: Any = NoticeIsp.__table__


def send(
    session: Session, value: NoticeIn, isp_ids: Collection[int], *, by: Actor, at: datetime
) -> Notice:
    """Record a notice that the actor's organisation sent to these ISPs.

    Raises NotANotifier, NobodyAddressed, ReferenceUsed, and Refused(licence-closed) for every ISP
    without an active licence in the month it was issued.
    """
    must_be_notifier(session, by.organisation_id, value.source_type, at)
    must_be_licensed(session, isp_ids, value.issued_at, at)
    books, system = _take(session, isp_ids)
    must_be_new(session, by.organisation_id, value.source_ref, besides=None)
    [key] = ledger.keys(system, 1)
    row = {**value.columns(), "key": key, "version": 1, "reason": None}
    row |= {"notifier_id": by.organisation_id}
    _write_head(session, system, row, "notice.sent", by=by, at=at, isps=len(books))
    for book in books:
        _address(session, book, row, by=by, at=at)
        _tell(session, book, row, at=at)
    return head(session, key)


def address(
    session: Session, key: int, isp_ids: Collection[int], *, by: Actor, at: datetime
) -> None:
    """Send a notice to further ISPs; raises as ``send``, and NotThere, AlreadyAddressed."""
    notice = own_notice(session, key, by)
    must_be_licensed(session, isp_ids, at, at)
    books, system = _take(session, isp_ids)
    known = {row.isp_id for row in addressed(session, key)}
    if known & set(isp_ids):
        raise AlreadyAddressed("isps")
    facts = {"isps": len(books), "version": notice.version}
    trail.append(session, system, "notice.sent", by=by, at=at, subject=name_of(key), **facts)
    row = {column.name: getattr(notice, column.name) for column in _HEADS.columns}
    for book in books:
        _address(session, book, row, by=by, at=at)
        _tell(session, book, row, at=at)


def correct(
    session: Session,
    key: int,
    value: NoticeIn,
    *,
    expects: int,
    reason: CorrectionReason,
    by: Actor,
    at: datetime,
) -> Notice:
    """Write the next version of one's own notice, for every ISP it went to.

    Raises NotThere, ChangedMeanwhile, Unchanged, NotANotifier, ReferenceUsed, and ActedOnAlready
    where something was said of its items that would lose them.
    """
    own_notice(session, key, by)
    must_be_notifier(session, by.organisation_id, value.source_type, at)
    books, system = _take(session, [row.isp_id for row in addressed(session, key)])
    former = head(session, key)
    if former.version != expects:
        raise ChangedMeanwhile(version=former.version)
    now = value.columns()
    if all(getattr(former, name) == now[name] for name in now):
        raise Unchanged
    must_keep_what_was_acted_on(session, former, now)
    must_be_new(session, by.organisation_id, value.source_ref, besides=key)
    row = {**now, "key": key, "version": former.version + 1, "reason": reason}
    row |= {"notifier_id": by.organisation_id}
    session.expunge(former)
    _write_head(session, system, row, "notice.corrected", by=by, at=at, isps=len(books))
    for book in books:
        _address(session, book, row, by=by, at=at)
    return head(session, key)


def head(session: Session, key: int) -> Notice:
    """The version of a notice in force; raises NotThere."""
    found = session.scalar(
        select(Notice).where(Notice.key == key, Notice.closed_seq.is_(None)),
        execution_options={"populate_existing": True},
    )
    if found is None:
        raise NotThere("notice")
    return found


def _take(session: Session, isp_ids: Iterable[int]) -> tuple[list[ledger.Ledger], ledger.Ledger]:
    books = [ledger.take(session, isp_id) for isp_id in sorted(set(isp_ids))]
    return books, ledger.take(session, ledger.SYSTEM)


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
    seal(session, row, Notice.__sealed__)
    row["digest"] = line_digest(Notice, row)
    facts = {"version": row["version"], "isps": isps, "line": row["digest"].hex()}
    seq = trail.append(session, system, kind, by=by, at=at, subject=name_of(row["key"]), **facts)
    stamp(row, seq, by=by.person_id, at=at)
    close(session, Notice, seq, key=row["key"])
    session.execute(insert(_HEADS), [row])


def _address(
    session: Session, book: ledger.Ledger, head_row: dict[str, Any], *, by: Actor, at: datetime
) -> None:
    """Admit a version of a notice under the ledger of an ISP that it went to."""
    row: dict[str, Any] = {"isp_id": book.isp_id, "notice": head_row["key"]}
    row |= {"version": head_row["version"], "line": head_row["digest"]}
    row["carried_isp"] = _came_from(session, book.isp_id, head_row["key"])
    row["digest"] = line_digest(NoticeIsp, row)
    facts = {"version": row["version"], "items": head_row["items"], "line": row["digest"].hex()}
    seq = trail.append(
        session, book, "notice.addressed", by=by, at=at, subject=name_of(row["notice"]), **facts
    )
    stamp(row, seq, by=by.person_id, at=at)
    close(session, NoticeIsp, seq, isp_id=book.isp_id, notice=row["notice"])
    session.execute(insert(_ADDRESSED), [row])


def _came_from(session: Session, isp_id: int, key: int) -> int | None:
    """The predecessor by whom a notice that is corrected came to an ISP, if it did."""
    return session.scalar(
        select(NoticeIsp.carried_isp).where(
            NoticeIsp.isp_id == isp_id, NoticeIsp.notice == key, NoticeIsp.closed_seq.is_(None)
        )
    )


def _tell(session: Session, book: ledger.Ledger, head_row: dict[str, Any], *, at: datetime) -> None:
    """Write to the people of an ISP that an order waits for their answer (chairs A3)."""
    if head_row["instrument"] == Instrument.ORDER:
        about = subject_of(head_row["key"], head_row["priority"])
        post(session, MailKind.ORDER_SENT, book.isp_id, about["name"], at=at, **about)
