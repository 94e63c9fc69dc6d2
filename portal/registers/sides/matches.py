"""Which entry of an ISP is which item of a notice it was sent, asked in SQL as of a sequence.

An entry is the item that carries the same kind of sender, sender's reference and item number;
where several do (a notice logged twice), the first one is. Void entries, duplicates, and matches
that the ISP has undone are left aside. ISP and sequence number (None: now) may be values or the
blanks of a statement.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import CTE, ColumnElement, Select, and_, exists, func, select, union_all
from sqlalchemy.orm import Session

from portal.accounts.queries import as_of
from portal.notices.model import Notice, NoticeIsp
from portal.notices.queries import sent, withdrawn
from portal.registers.sides.model import MatchUndone, SettledBefore
from portal.registers.takedowns import Takedown


class Missing(NamedTuple):
    """A notice with items that the ISP has not logged: how many, and which, as stretches."""

    notice: Notice
    lacking: int
    stretches: tuple[tuple[int, int], ...]


def is_its_item(seq: Any, entry: Any = Takedown) -> ColumnElement[bool]:
    """Whether a row of Takedown is an item of the row of Notice that NoticeIsp names."""
    # Said outright which tables it asks about: they may stand two queries further out.
    undone = (
        exists()
        .where(
            MatchUndone.isp_id == entry.isp_id,
            MatchUndone.notice == Notice.key,
            MatchUndone.key == entry.key,
            as_of(MatchUndone, seq),
        )
        .correlate(entry, Notice)
    )
    return and_(
        entry.isp_id == NoticeIsp.isp_id,
        entry.source_type == Notice.source_type,
        entry.source_ref == Notice.source_ref,
        entry.item_no <= Notice.items,
        as_of(entry, seq),
        entry.void.is_(False),
        entry.duplicate_of.is_(None),
        ~undone,
    )


def matched(isp_id: Any, seq: Any, notice: Any = None) -> CTE:
    """Each item of a notice that the ISP has logged: notice, item_no, and the key of its entry."""
    query = (
        sent(isp_id, seq)
        .with_only_columns(
            Notice.key.label("notice"), Takedown.item_no, func.min(Takedown.key).label("key")
        )
        .join(Takedown, is_its_item(seq))
        .group_by(Notice.key, Takedown.item_no)
    )
    return (query if notice is None else query.where(Notice.key == notice)).cte("matched")


def stretches(isp_id: Any, seq: Any, narrowed: ColumnElement[bool]) -> Select[Any]:
    """The items that were sent and neither logged nor taken back, nor settled by a predecessor, as
    stretches of numbers: notice, first, last; of the notices ``narrowed``.

    Who is accounted for is read in the order of its numbers, and each gap between two told: an item
    that is there twice makes none, so that nothing has to be counted apart.
    """
    back = withdrawn(isp_id, seq)
    taken_back = and_(back.c.notice == Notice.key, back.c.item_no <= Notice.items)
    before_us = settled(isp_id, seq).subquery()
    is_settled = and_(before_us.c.notice == Notice.key, before_us.c.item_no <= Notice.items)
    accounted = union_all(
        _numbers(isp_id, seq, narrowed, Takedown.item_no).join(Takedown, is_its_item(seq)),
        _numbers(isp_id, seq, narrowed, back.c.item_no).join(back, taken_back),
        _numbers(isp_id, seq, narrowed, before_us.c.item_no).join(before_us, is_settled),
        # One past the last, so that what lacks at the end is a gap, too.
        _numbers(isp_id, seq, narrowed, Notice.items + 1),
    ).subquery()
    before = func.lag(accounted.c.no, 1, 0).over(
        partition_by=accounted.c.notice, order_by=accounted.c.no
    )
    told = select(accounted.c.notice, accounted.c.no, before.label("before")).subquery()
    return select(
        told.c.notice, (told.c.before + 1).label("first"), (told.c.no - 1).label("last")
    ).where(told.c.no > told.c.before + 1)


def settled(isp_id: Any, seq: Any) -> Select[int, int]:
    """The items (notice, item_no) that a predecessor of the ISP logged and closed."""
    query = select(SettledBefore.notice, SettledBefore.item_no)
    query = query.where(SettledBefore.isp_id == isp_id)
    return query if seq is None else query.where(SettledBefore.admitted_seq <= seq)


def _numbers(isp_id: Any, seq: Any, narrowed: ColumnElement[bool], number: Any) -> Select[Any]:
    asked = sent(isp_id, seq).with_only_columns(Notice.key.label("notice"), number.label("no"))
    return asked.where(narrowed)


def sent_not_logged(isp_id: Any, seq: Any, narrowed: ColumnElement[bool]) -> Select[Any]:
    """How many items were sent and not logged: notices, items; over the notices ``narrowed``."""
    gap = stretches(isp_id, seq, narrowed).subquery()
    return select(
        func.count(gap.c.notice.distinct()).label("notices"),
        func.coalesce(func.sum(gap.c.last - gap.c.first + 1), 0).label("items"),
    )


def missing(
    session: Session, isp_id: int, narrowed: ColumnElement[bool], *, seq: int | None = None
) -> Iterator[Missing]:
    """The notices of an ISP with items sent and not logged, oldest first; read as a stream."""
    gap = stretches(isp_id, seq, narrowed).subquery()
    query = (
        sent(isp_id, seq)
        .with_only_columns(Notice.key, Notice.version, gap.c.first, gap.c.last)
        .join(gap, gap.c.notice == Notice.key)
        .order_by(Notice.issued_at, Notice.key, gap.c.first)
    )
    with closing(session.execute(query.execution_options(yield_per=5000))) as rows:
        for named, found in groupby(rows, key=lambda row: (row.key, row.version)):
            lacking = tuple((row.first, row.last) for row in found)
            notice = session.get_one(Notice, named)
            yield Missing(notice, sum(last - first + 1 for first, last in lacking), lacking)
