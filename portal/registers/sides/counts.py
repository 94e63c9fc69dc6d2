"""How far a month is confirmed by whoever sent its notices, in SQL (chairs A1, B4).

ISP, sequence number and instants may be given as values, or as the blanks of a statement that is
built once and asked many times.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select, union_all

from portal.accounts.queries import as_of
from portal.notices.codes import ActKind
from portal.notices.model import Notice, NoticeAct, NoticeIsp
from portal.notices.queries import sent
from portal.registers.sides.matches import is_its_item, matched
from portal.registers.sides.model import AppliedAct, MatchUndone
from portal.registers.takedowns import Takedown

# What a month counts of what senders said last of its items; still up: whether they ever did.
SAID = {
    "withdrawn": ActKind.WITHDRAWN,
    "confirmed_gone": ActKind.CONFIRMED_GONE,
    "refusals_confirmed": ActKind.REFUSAL_CONFIRMED,
    "found_still_up": ActKind.STILL_UP,
}


@dataclass(frozen=True)
class Month:
    """A month of one ISP as of a sequence number; nothing that happened after ``until`` counts."""

    isp_id: Any
    seq: Any
    starts_at: Any
    ends_at: Any
    until: Any

    def received(self) -> ColumnElement[bool]:
        """The items received in it, void ones and duplicates left aside; what came from a
        predecessor was received there.
        """
        return and_(
            Takedown.isp_id == self.isp_id,
            as_of(Takedown, self.seq),
            Takedown.void.is_(False),
            Takedown.duplicate_of.is_(None),
            Takedown.carried_at.is_(None),
            Takedown.received_at >= self.starts_at,
            Takedown.received_at < self.ends_at,
        )

    def issued(self) -> ColumnElement[bool]:
        """The notices issued in it; what a predecessor was sent and did not log is its figure."""
        return and_(
            Notice.issued_at >= self.starts_at,
            Notice.issued_at < self.ends_at,
            NoticeIsp.carried_isp.is_(None),
        )


def known_to_senders(month: Month) -> Select[Any]:
    """How many of the items received in a month their sender is known to have sent."""
    mine = matched(month.isp_id, month.seq)
    # Asked from the side of what was sent: each entry is then found by its key.
    return (
        select(func.count(mine.c.key.distinct()))
        .join(Takedown, Takedown.key == mine.c.key)
        .where(month.received())
    )


def said_by_senders(month: Month) -> Select[Any]:
    """Of how many items received in a month their sender said what: a column a name of SAID."""
    said = _said(month)
    columns = [func.coalesce(func.sum(said.c[name]), 0).label(name) for name in SAID]
    return select(*columns).join(Takedown, Takedown.key == said.c.key).where(month.received())


def _said(month: Month) -> Any:
    """Of each entry, what its notice's sender said of it last, and whether it ever found it still
    up; of what became events of the entry.
    """
    of_act = and_(
        NoticeAct.isp_id == AppliedAct.isp_id,
        NoticeAct.notice == AppliedAct.notice,
        NoticeAct.item_no == AppliedAct.item_no,
        NoticeAct.no == AppliedAct.no,
    )
    order = (NoticeAct.notice.desc(), NoticeAct.no.desc())
    said = (
        select(
            AppliedAct.key,
            NoticeAct.kind,
            func.row_number().over(partition_by=AppliedAct.key, order_by=order).label("rank"),
        )
        .join(NoticeAct, of_act)
        .where(
            AppliedAct.isp_id == month.isp_id,
            as_of(AppliedAct, month.seq),
            NoticeAct.occurred_at <= month.until,
        )
        .subquery()
    )

    def whether(name: str, kind: ActKind) -> Any:
        stands = or_(said.c.rank == 1, literal(kind == ActKind.STILL_UP))
        return func.max(case((and_(said.c.kind == kind, stands), 1), else_=0)).label(name)

    flags = [whether(name, kind) for name, kind in SAID.items()]
    return select(said.c.key, *flags).group_by(said.c.key).cte("said")


def logged_not_known(month: Month, by_portal: Sequence[tuple[Any, Any, Any]]) -> Select[Takedown]:
    """The entries of a month whose sender sends everything through the portal, but not this.

    ``by_portal``: what kind of sender does, from which instant on, before which instant.
    """
    through = [
        and_(
            Takedown.source_type == source, Takedown.issued_at >= since, Takedown.issued_at < before
        )
        for source, since, before in by_portal
    ]
    a_notice = sent(month.isp_id, month.seq).with_only_columns(Notice.key)
    a_notice = a_notice.where(is_its_item(month.seq)).correlate(Takedown)
    return (
        select(Takedown)
        .where(
            month.received(),
            or_(*through) if through else Takedown.key.is_(None),
            ~a_notice.exists(),
        )
        .order_by(Takedown.received_at, Takedown.key)
    )


def lines_of_senders(month: Month) -> Select[Any]:
    """The digests of all that these counts stand on, in order: each notice that was issued in the
    month or asked for an item received in it, as it was addressed to the ISP; what its sender said
    of the items, which acts became events, which matches were undone.
    """
    mine = matched(month.isp_id, month.seq)
    received = select(mine.c.notice).join(Takedown, Takedown.key == mine.c.key)
    issued = sent(month.isp_id, month.seq).with_only_columns(Notice.key).where(month.issued())
    keys = issued.union(received.where(month.received())).subquery()
    act = (NoticeAct.item_no, NoticeAct.no, literal(0))
    parts = [
        _lines(0, NoticeIsp, NoticeIsp.notice, NoticeIsp.version, literal(0), literal(0)),
        _lines(1, NoticeAct, NoticeAct.notice, *act).where(NoticeAct.occurred_at <= month.until),
        _lines(2, AppliedAct, AppliedAct.notice, AppliedAct.item_no, AppliedAct.no, AppliedAct.key),
        _lines(3, MatchUndone, MatchUndone.notice, MatchUndone.key, literal(0), literal(0)),
    ]
    tables: tuple[Any, ...] = (NoticeIsp, NoticeAct, AppliedAct, MatchUndone)
    mine_of = [
        part.where(
            table.isp_id == month.isp_id,
            as_of(table, month.seq),
            table.notice.in_(select(keys.c[0])),
        )
        for part, table in zip(parts, tables, strict=True)
    ]
    every = union_all(*mine_of).subquery()
    order = [every.c[name] for name in ("notice", "part", "a", "b", "c")]
    return select(*order, every.c.digest).order_by(*order)


def _lines(part: int, table: Any, notice: Any, *order: Any) -> Select[Any]:
    first, second, third = order
    return select(
        notice.label("notice"),
        literal(part).label("part"),
        first.label("a"),
        second.label("b"),
        third.label("c"),
        table.digest.label("digest"),
    )
