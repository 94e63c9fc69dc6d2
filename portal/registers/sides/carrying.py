"""Notices follow the items that went to a successor: their senders' later acts reach them there.

A notice is addressed to the successor if an item of it came over, or if one was never logged at
the predecessor. What was said of those items goes with them; what the predecessor closed is
settled, and nobody waits for it. A notice that the successor was sent itself stays as it is: it
was asked twice, once as each ISP, and both entries hear what the sender says next.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, exists, insert, select, true
from sqlalchemy.orm import Session

from portal import trail
from portal.accounts import Actor
from portal.entries.entry import line_digest, seal, stamp
from portal.ledger import Ledger
from portal.notices.model import Notice, NoticeAct, NoticeIsp
from portal.notices.queries import sent
from portal.registers.matching import Row
from portal.registers.sides.matches import matched, missing
from portal.registers.sides.model import AppliedAct, MatchUndone, SettledBefore
from portal.registers.takedowns import Takedown
from portal.rows import among, chunks, insert_rows

_STREAMED: Final = {"yield_per": 5000}


def carry_notices(
    session: Session, book: Ledger, old: int, items_seq: int, *, by: Actor, at: datetime
) -> int:
    """Address to the successor (whose ledger is held) the notices of what came over from ``old`` by
    the act ``items_seq``, and those with items not logged; returns how many were new to it.
    """
    new = book.isp_id
    fresh = sorted(_wanted(session, old, new, items_seq) - _known(session, new))
    seq, lines = book.seq + 1, hashlib.sha256()

    def write(table: Any, rows: Iterator[Row]) -> None:
        written = []
        for row in rows:
            seal(session, row, table.__sealed__)
            row["digest"] = line_digest(table, row)
            lines.update(row["digest"])
            stamp(row, seq, by=by.person_id, at=at)
            written.append(row)
        insert_rows(session, table.__table__, written)

    undone = list(_undone(session, old, new, items_seq))
    if not fresh and not undone:
        return 0
    for some in chunks(fresh):
        write(NoticeIsp, _addressed(session, old, new, some))
        _settle(session, old, new, some, seq)
        write(NoticeAct, _acts(session, old, new, some))
        write(AppliedAct, _applied(session, old, new, some))
    write(MatchUndone, iter(undone))
    facts = {"notices": len(fresh), "from": old, "lines": lines.hexdigest()}
    trail.append(session, book, "notices.carried", by=by, at=at, subject="notices", **facts)
    return len(fresh)


def _wanted(session: Session, old: int, new: int, items_seq: int) -> set[int]:
    came = _carried(session, old, new, Takedown.admitted_seq == items_seq)
    found = {one.notice.key for one in missing(session, old, true())}
    if came:
        mine = matched(old, None)
        # Told apart here: joined in the database, each would be looked for among all the others.
        rows = session.execute(select(mine.c.notice, mine.c.key), execution_options=_STREAMED)
        found |= {notice for notice, key in rows if key in came}
    return found


def _carried(session: Session, old: int, new: int, *narrowed: ColumnElement[bool]) -> set[int]:
    """The predecessor's keys of what came from it."""
    came = (Takedown.isp_id == new, Takedown.carried_isp == old, Takedown.closed_seq.is_(None))
    return {
        key or 0 for key in session.scalars(select(Takedown.carried_key).where(*came, *narrowed))
    }


def _known(session: Session, new: int) -> set[int]:
    return set(session.scalars(select(NoticeIsp.notice).where(NoticeIsp.isp_id == new).distinct()))


def _addressed(session: Session, old: int, new: int, some: Any) -> Iterator[Row]:
    query = sent(old, None).where(among(Notice.key, some)).order_by(Notice.key)
    for notice, _ in session.execute(query).all():
        row: Row = {"isp_id": new, "notice": notice.key, "carried_isp": old}
        yield row | {"version": notice.version, "line": notice.digest}


def _settle(session: Session, old: int, new: int, some: Any, seq: int) -> None:
    """The items that the predecessor logged and that did not come over."""
    came = _carried(session, old, new)
    for notice in some:
        mine = matched(old, None, notice)
        logged = session.execute(select(mine.c.item_no, mine.c.key))
        settled = [no for no, key in logged if key not in came]
        row = {"isp_id": new, "notice": notice, "admitted_seq": seq}
        if settled:
            rows = [{**row, "item_no": no} for no in settled]
            session.execute(insert(SettledBefore), rows)


def _acts(session: Session, old: int, new: int, some: Any) -> Iterator[Row]:
    """What was said of the items that the successor holds now, or has yet to log."""
    settled = exists().where(
        SettledBefore.isp_id == new,
        SettledBefore.notice == NoticeAct.notice,
        SettledBefore.item_no == NoticeAct.item_no,
    )
    query = select(NoticeAct.__table__).where(
        NoticeAct.isp_id == old, among(NoticeAct.notice, some), ~settled
    )
    for act in session.execute(query).mappings().all():
        yield {**act, "isp_id": new}


def _applied(session: Session, old: int, new: int, some: Any) -> Iterator[Row]:
    """Which of these acts are events of the items that came over."""
    query = (
        select(AppliedAct.__table__, Takedown.key.label("own"))
        .join(Takedown, Takedown.carried_key == AppliedAct.key)
        .where(
            AppliedAct.isp_id == old,
            among(AppliedAct.notice, some),
            AppliedAct.closed_seq.is_(None),
            Takedown.isp_id == new,
            Takedown.carried_isp == old,
            Takedown.closed_seq.is_(None),
        )
    )
    for found in session.execute(query).mappings().all():
        row = {**found, "isp_id": new, "key": found["own"]}
        del row["own"]
        yield row


def _undone(session: Session, old: int, new: int, items_seq: int) -> Iterator[Row]:
    """What the predecessor said its entries are not, as far as they came over."""
    query = (
        select(MatchUndone.__table__, Takedown.key.label("own"))
        .join(Takedown, Takedown.carried_key == MatchUndone.key)
        .where(
            MatchUndone.isp_id == old,
            MatchUndone.closed_seq.is_(None),
            Takedown.isp_id == new,
            Takedown.carried_isp == old,
            Takedown.admitted_seq == items_seq,
            Takedown.closed_seq.is_(None),
        )
    )
    for found in session.execute(query).mappings().all():
        row = {**found, "isp_id": new, "key": found["own"]}
        del row["own"]
        yield row
