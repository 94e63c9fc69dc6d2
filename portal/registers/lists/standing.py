"""An ISP says how its lists are applied: by itself, an upstream, or not and why (chairs A5)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from portal import ledger, trail
from portal.accounts import Actor, Organisation, OrganisationKind, Permission
from portal.accounts.desks import must_write
from portal.accounts.queries import is_licensed
from portal.entries.entry import close, line_digest, stamp
from portal.entries.refusals import Unchanged
from portal.errors import Refused
from portal.period import Period, start_of
from portal.policy.document import Policy
from portal.policy.queries import policy_at
from portal.registers.blocklists import BlocklistUpdate
from portal.registers.codes import ListMode
from portal.registers.lists.model import ListStanding
from portal.registers.lists.queries import naming, standing_on, standings
from portal.registers.lists.refusals import (
    NoSuchUpstream,
    OwnUpdatesSince,
    StandingOverlaps,
    UpstreamChain,
    UpstreamCircle,
    UpstreamIsItself,
)
from portal.registers.register import REGISTERS
from portal.wall import Step, stepping

_TABLE: Any = ListStanding.__table__
_NAME = REGISTERS["blocklists"].name


def say(
    session: Session,
    isp_id: int,
    lists: Collection[str],
    mode: ListMode,
    *,
    from_on: date,
    upstream_id: int | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """Say how these lists are applied from a day on, as one act; for that day once more: a version.

    Raises NotYourDesk, Refused(not-a-permitted-list, in-the-future), StandingOverlaps,
    OwnUpdatesSince, NoSuchUpstream, UpstreamIsItself, UpstreamCircle, UpstreamChain, Unchanged.
    """
    must_write(Permission.BLOCKLIST_WRITE, by)
    policy = policy_at(session, at).policy
    today = at.astimezone(policy.time_zone).date()
    _must_be_permitted(policy, lists, from_on, today)
    said = {"isp_id": isp_id, "from_on": from_on, "from_at": start_of(from_on, policy.time_zone)}
    said |= {"mode": mode, "upstream_id": upstream_id}
    _must_be_upstream(session, isp_id, upstream_id, mode, Period.on(today))
    # Both chains are held still while it is asked who enforces for whom.
    with stepping(session, Step.UPSTREAM):
        books = {one: ledger.take(session, one) for one in sorted({isp_id, upstream_id or isp_id})}
        every = [{**said, "list_code": code} for code in sorted(lists)]
        rows = [row for row in every if _differs(session, row)]
        if not rows:
            raise Unchanged
        for row in rows:
            _must_fit(session, row)
    _write(session, books[isp_id], rows, by=by, at=at)


def _write(
    session: Session, book: ledger.Ledger, rows: list[dict[str, Any]], *, by: Actor, at: datetime
) -> None:
    for row in rows:
        row["version"] = _versions(session, row) + 1
        row["digest"] = line_digest(ListStanding, row)
    facts: dict[str, Any] = {"lists": [row["list_code"] for row in rows]}
    facts |= {"mode": str(rows[0]["mode"]), "from_on": str(rows[0]["from_on"])}
    facts |= {"lines": [row["digest"].hex() for row in rows]}
    seq = trail.append(session, book, "lists.standing", by=by, at=at, **facts)
    for row in rows:
        stamp(row, seq, by=by.person_id, at=at)
        named = {name: row[name] for name in ("isp_id", "list_code", "from_on")}
        close(session, ListStanding, seq, **named)
    session.execute(insert(_TABLE), rows)


def _must_be_permitted(policy: Policy, lists: Collection[str], from_on: date, today: date) -> None:
    if not lists or not set(lists) <= {one.code for one in policy.permitted_lists}:
        raise Refused([("lists", "not-a-permitted-list", {})])
    if from_on > today:
        raise Refused([("from_on", "in-the-future", {})])


def _must_be_upstream(
    session: Session, isp_id: int, upstream_id: int | None, mode: ListMode, month: Period
) -> None:
    if (mode == ListMode.UPSTREAM) != (upstream_id is not None):
        raise NoSuchUpstream("upstream")
    if upstream_id is None:
        return
    if upstream_id == isp_id:
        raise UpstreamIsItself("upstream")
    other = session.get(Organisation, upstream_id)
    if other is None or other.kind != OrganisationKind.ISP:
        raise NoSuchUpstream("upstream")
    if not is_licensed(session, upstream_id, month):
        raise NoSuchUpstream("upstream")


def _differs(session: Session, row: dict[str, Any]) -> bool:
    held = _held(session, row["isp_id"], row["list_code"], row["from_on"])
    return held is None or (held.mode, held.upstream_id) != (row["mode"], row["upstream_id"])


def _held(session: Session, isp_id: int, list_code: str, from_on: date) -> ListStanding | None:
    """What holds of a list on a day; raises StandingOverlaps where more was said of later days."""
    said = [one for one in standings(session, isp_id) if one.list_code == list_code]
    last = max(said, key=lambda one: one.from_on, default=None)
    if last is not None and from_on < last.from_on:
        raise StandingOverlaps("from_on", list=list_code, day=last.from_on)
    return last


def _must_fit(session: Session, row: dict[str, Any]) -> None:
    if row["mode"] != ListMode.OWN:
        _must_not_have_logged(session, row["isp_id"], row["list_code"], row["from_at"])
    if row["upstream_id"] is not None:
        _must_not_chain(
            session, row["isp_id"], row["list_code"], row["from_on"], row["upstream_id"]
        )


def _versions(session: Session, row: dict[str, Any]) -> int:
    newest = select(func.max(ListStanding.version)).where(
        ListStanding.isp_id == row["isp_id"],
        ListStanding.list_code == row["list_code"],
        ListStanding.from_on == row["from_on"],
    )
    return session.scalar(newest) or 0


def _must_not_have_logged(session: Session, isp_id: int, list_code: str, from_at: datetime) -> None:
    """Own updates of those days would count the same subscribers a second time."""
    own = session.scalar(
        select(func.max(BlocklistUpdate.key)).where(
            BlocklistUpdate.isp_id == isp_id,
            BlocklistUpdate.closed_seq.is_(None),
            BlocklistUpdate.void.is_(False),
            BlocklistUpdate.list_code == list_code,
            BlocklistUpdate.enforced_by.is_(None),
            BlocklistUpdate.published_at >= from_at,
        )
    )
    if own is not None:
        raise OwnUpdatesSince("from_on", list=list_code, entry=_NAME(own))


def _must_not_chain(
    session: Session, isp_id: int, list_code: str, from_on: date, upstream_id: int
) -> None:
    """Evidence is inherited from who enforces, never from who inherited it."""
    theirs = [one for one in standings(session, upstream_id) if one.list_code == list_code]
    held = standing_on(theirs, list_code, from_on)
    since = [one for one in theirs if one.from_on >= from_on]
    above = [one for one in (held, *since) if one and one.mode == ListMode.UPSTREAM]
    if any(one.upstream_id == isp_id for one in above):
        raise UpstreamCircle("upstream", list=list_code)
    below = [one for one in naming(session, isp_id) if one.list_code == list_code]
    if above or any(_holds_since(session, one, from_on) for one in below):
        raise UpstreamChain("upstream", list=list_code)


def _holds_since(session: Session, one: ListStanding, day: date) -> bool:
    """Whether an ISP's say holds on a day or begins after it."""
    if one.from_on >= day:
        return True
    held = standing_on(standings(session, one.isp_id), one.list_code, day)
    return held is not None and held.from_on == one.from_on
