"""Questions about how lists are applied: by whom on a day, what was released and not logged.

``isp_id`` and ``seq`` may be values or the blanks of a statement; ``release`` is the mapped class
or an alias of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from portal.accounts.queries import as_of
from portal.notices.codes import UpdateKind
from portal.notices.releases.model import ListRelease
from portal.registers.blocklists import BlocklistUpdate
from portal.registers.codes import ListMode
from portal.registers.lists.model import ListStanding, UpstreamConsent

CARRYING = (ListMode.OWN, ListMode.UPSTREAM)


@dataclass(frozen=True)
class Waiting:
    """The newest release of a list that the ISP carries and has not logged, and how many before it
    it passed over: they are satisfied with it (hard case 6).
    """

    release: ListRelease
    passed_over: int


def is_carried(release: Any, isp_id: Any, seq: Any) -> ColumnElement[bool]:
    """Whether the ISP owed the list when the release was published: it said so, or, where it said
    nothing, it had logged an earlier issue.
    """
    mode = (
        select(ListStanding.mode)
        .where(
            ListStanding.isp_id == isp_id,
            ListStanding.list_code == release.list_code,
            as_of(ListStanding, seq),
            ListStanding.from_at <= release.published_at,
        )
        .order_by(ListStanding.from_on.desc())
        .limit(1)
        .scalar_subquery()
    )
    row = aliased(BlocklistUpdate)
    begun = exists().where(
        *_valid(row, isp_id, seq),
        row.list_code == release.list_code,
        row.published_at < release.published_at,
    )
    return or_(mode.in_(CARRYING), and_(mode.is_(None), begun))


def is_logged(release: Any, isp_id: Any, seq: Any) -> ColumnElement[bool]:
    """Whether the ISP logged the issue: the same list and content, and for a return to earlier
    content the same return, too (hard case 5).
    """
    row, back = aliased(BlocklistUpdate), UpdateKind.ROLLBACK
    same_return = or_(row.release == release.key, row.published_at == release.published_at)
    return exists().where(
        *_valid(row, isp_id, seq),
        row.list_code == release.list_code,
        row.content_digest == release.content_digest,
        or_(
            and_(row.update_kind != back, release.update_kind != back),
            and_(row.update_kind == back, release.update_kind == back, same_return),
        ),
    )


def _valid(row: Any, isp_id: Any, seq: Any) -> tuple[ColumnElement[bool], ...]:
    return row.isp_id == isp_id, as_of(row, seq), row.void.is_(False)


def waiting(session: Session, isp_id: int) -> list[Waiting]:
    """What of the ISP's lists is to be recorded: the newest release of each, newer than anything
    of it that was logged; by list.
    """
    unlogged = (
        ListRelease.closed_seq.is_(None),
        ListRelease.void.is_(False),
        is_carried(ListRelease, isp_id, None),
        ~is_logged(ListRelease, isp_id, None),
        ~_enforced_upstream(isp_id),
        ~_newer_logged(isp_id),
    )
    order = (ListRelease.published_at.desc(), ListRelease.key.desc())
    rank = func.row_number().over(partition_by=ListRelease.list_code, order_by=order)
    many = func.count().over(partition_by=ListRelease.list_code)
    ranked = select(ListRelease.key, rank.label("rank"), many.label("many")).where(*unlogged)
    found = ranked.subquery()
    rows = session.execute(
        select(ListRelease, found.c.many)
        .join(found, and_(found.c.key == ListRelease.key, found.c.rank == 1))
        .where(ListRelease.closed_seq.is_(None))
    )
    one_each = [Waiting(release, many - 1) for release, many in rows]
    return sorted(one_each, key=lambda one: one.release.list_code)


def _newer_logged(isp_id: int) -> ColumnElement[bool]:
    row = aliased(BlocklistUpdate)
    return exists().where(
        *_valid(row, isp_id, None),
        row.list_code == ListRelease.list_code,
        row.published_at >= ListRelease.published_at,
    )


def _enforced_upstream(isp_id: int) -> ColumnElement[bool]:
    """Whether the upstream logs it, and this ISP inherits."""
    later = aliased(ListStanding)
    return exists().where(
        ListStanding.isp_id == isp_id,
        ListStanding.closed_seq.is_(None),
        ListStanding.list_code == ListRelease.list_code,
        ListStanding.mode == ListMode.UPSTREAM,
        ListStanding.from_at <= ListRelease.published_at,
        ~exists().where(
            later.isp_id == isp_id,
            later.closed_seq.is_(None),
            later.list_code == ListStanding.list_code,
            later.from_on > ListStanding.from_on,
            later.from_at <= ListRelease.published_at,
        ),
    )


def carried_by_updates(session: Session, isp_id: int) -> frozenset[str]:
    """The lists of which an ISP logged an update of its own."""
    row = BlocklistUpdate
    own = (*_valid(row, isp_id, None), row.enforced_by.is_(None))
    return frozenset(session.scalars(select(row.list_code).where(*own).distinct()))


def standings(session: Session, isp_id: int) -> Sequence[ListStanding]:
    """All that an ISP says of how it applies lists, by list and day."""
    query = select(ListStanding).where(
        ListStanding.isp_id == isp_id, ListStanding.closed_seq.is_(None)
    )
    return session.scalars(query.order_by(ListStanding.list_code, ListStanding.from_on)).all()


def standing_on(said: Sequence[ListStanding], list_code: str, day: date) -> ListStanding | None:
    """What holds of a list on a day, of all that was said; None where nothing was."""
    held = [one for one in said if one.list_code == list_code and one.from_on <= day]
    return max(held, key=lambda one: one.from_on, default=None)


def standing_at(said: Sequence[ListStanding], list_code: str, at: datetime) -> ListStanding | None:
    """What holds of a list at an instant; None where nothing was said."""
    held = [one for one in said if one.list_code == list_code and one.from_at <= at]
    return max(held, key=lambda one: one.from_on, default=None)


def naming(session: Session, upstream_id: int) -> Sequence[ListStanding]:
    """What other ISPs say that this one enforces for them, by ISP, list and day."""
    query = select(ListStanding).where(
        ListStanding.upstream_id == upstream_id, ListStanding.closed_seq.is_(None)
    )
    order = (ListStanding.isp_id, ListStanding.list_code, ListStanding.from_on)
    return session.scalars(query.order_by(*order)).all()


def waits_for_consent(session: Session, upstream_id: int) -> int:
    """How many ISPs say that this one enforces lists for them and never had its consent."""
    given = select(UpstreamConsent.downstream_id).where(UpstreamConsent.isp_id == upstream_id)
    names = select(func.count(ListStanding.isp_id.distinct())).where(
        ListStanding.upstream_id == upstream_id,
        ListStanding.closed_seq.is_(None),
        ListStanding.isp_id.not_in(given),
    )
    return session.scalar(names) or 0


def consents(session: Session, upstream_id: int, downstream_id: int) -> Sequence[UpstreamConsent]:
    """The spans of days on which an upstream lets an ISP inherit its evidence, the oldest first."""
    query = select(UpstreamConsent).where(
        UpstreamConsent.isp_id == upstream_id,
        UpstreamConsent.downstream_id == downstream_id,
        UpstreamConsent.closed_seq.is_(None),
    )
    return session.scalars(query.order_by(UpstreamConsent.from_on)).all()
