"""Which entry of an ISP is which item of a notice it was sent, asked in SQL as of a sequence.

An entry is the item that carries the same kind of sender, sender's reference and item number;
where several do (a notice logged twice), the first one is. Void entries, duplicates, and matches
that the ISP has undone are left aside. ISP and sequence number (None: now) may be values or the
blanks of a statement.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import CTE, ColumnElement, Select, and_, exists, func, select, union
from sqlalchemy.orm import Session

from portal.accounts.queries import as_of
from portal.notices.model import Notice, NoticeIsp
from portal.notices.queries import sent, withdrawn
from portal.registers.sides.model import MatchUndone
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


def accounted(isp_id: Any, seq: Any, notice: Any = None) -> CTE:
    """The items (notice, item_no) that nobody waits for: logged, or taken back by their sender."""
    logged, back = matched(isp_id, seq, notice), withdrawn(isp_id, seq)
    return union(
        select(logged.c.notice, logged.c.item_no), select(back.c.notice, back.c.item_no)
    ).cte("accounted")


def sent_not_logged(isp_id: Any, seq: Any, narrowed: ColumnElement[bool]) -> Select[Any]:
    """How many items were sent and not logged: notices, items; over the notices ``narrowed``."""
    done = accounted(isp_id, seq)
    per_notice = (
        sent(isp_id, seq)
        .with_only_columns((func.max(Notice.items) - func.count(done.c.item_no)).label("missing"))
        .outerjoin(done, and_(done.c.notice == Notice.key, done.c.item_no <= Notice.items))
        .where(narrowed)
        .group_by(Notice.key)
        .subquery()
    )
    return select(
        func.count().label("notices"), func.coalesce(func.sum(per_notice.c.missing), 0)
    ).where(per_notice.c.missing > 0)


def missing(
    session: Session, isp_id: int, narrowed: ColumnElement[bool], *, seq: int | None = None
) -> Iterator[Missing]:
    """The notices of an ISP with items sent and not logged, oldest first; read as a stream."""
    done = accounted(isp_id, seq)
    query = (
        sent(isp_id, seq)
        .with_only_columns(Notice.key, Notice.version, Notice.items, done.c.item_no)
        .outerjoin(done, and_(done.c.notice == Notice.key, done.c.item_no <= Notice.items))
        .where(narrowed)
        .order_by(Notice.issued_at, Notice.key, done.c.item_no)
    )
    with closing(session.execute(query.execution_options(yield_per=5000))) as rows:
        for (key, version, last), items in groupby(rows, key=lambda row: tuple(row[:3])):
            stretches = tuple(gaps((no for *_, no in items if no is not None), last))
            if stretches:
                notice = session.get_one(Notice, (key, version))
                yield Missing(notice, sum(b - a + 1 for a, b in stretches), stretches)


def gaps(known: Iterable[int], last: int) -> Iterator[tuple[int, int]]:
    """The stretches of 1 to ``last`` that ascending numbers leave out."""
    expected = 1
    for number in known:
        if number > expected:
            yield expected, number - 1
        expected = number + 1
    if expected <= last:
        yield expected, last
