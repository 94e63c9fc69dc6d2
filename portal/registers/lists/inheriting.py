"""Evidence is inherited: an upstream's entries become entries of the ISP it enforces for.

Nothing moves: the ISP's register gets rows of its own under its own ledger, which name who enforces
and the digest of that ISP's line. So *as of* keeps meaning one sequence, and a statement
re-performs from the ISP's own lines. They carry no subscribers: whoever enforces counts them
(chairs A5). What the upstream corrects is corrected, and what no consent covers any more is void.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from portal import ledger, trail
from portal.accounts import Actor, Permission
from portal.accounts.desks import must_write
from portal.accounts.queries import is_licensed
from portal.entries.codes import CorrectionReason
from portal.entries.entry import close, line_digest, seal, stamp
from portal.errors import Refused
from portal.notices.codes import UpdateKind
from portal.period import Period, start_of
from portal.policy.queries import policy_on
from portal.registers.blocklists import BlocklistUpdate
from portal.registers.codes import TestResult
from portal.registers.inputs_blocklists import BlocklistUpdateIn
from portal.registers.lists.model import ListStanding
from portal.registers.lists.queries import consents, standing_on, standings
from portal.registers.matching import Row

_TABLE: Any = BlocklistUpdate.__table__
_DAY = timedelta(days=1)
# What stays with the upstream: its own numbers and notes, and the subscribers, counted there.
_LEFT: Row = {"own_ref": None, "note": None, "hits_blocked": None}
_LEFT |= {"subscribers_in_scope": 0, "subscribers_covered": 0}
_UNKNOWN = {"test_result": TestResult.NOT_RUN, "tested_at": None, "vantage_points": 0}
_COPIED = (*BlocklistUpdateIn.model_fields, "release", "enforced_by", "upstream_line")


@dataclass(frozen=True)
class Inheritance:
    """What is to be done: rows never inherited, rows of which the upstream says otherwise now (next
    versions), and rows that no consent covers any more or that the upstream declared void.
    """

    new: list[Row]
    changed: list[Row]
    gone: list[Row]

    def __len__(self) -> int:
        return len(self.new) + len(self.changed) + len(self.gone)


def inherit(session: Session, isp_id: int, period: Period, *, by: Actor, at: datetime) -> int:
    """Take over an upstream's evidence of a month, as one act; returns how many entries changed.

    Nothing to do changes nothing. Raises Refused(licence-closed).
    """
    must_write(Permission.BLOCKLIST_WRITE, by)
    if not is_licensed(session, isp_id, period):
        raise Refused([(None, "licence-closed", {"period": str(period)})])
    book = ledger.take(session, isp_id)
    todo = outstanding(session, isp_id, period)
    if not len(todo):
        return 0
    fresh = zip(todo.new, ledger.keys(book, len(todo.new)), strict=True)
    rows = [{**row, "key": key, "version": 1, "reason": None} for row, key in fresh]
    rows += [_next(row, CorrectionReason.SOURCE_CORRECTED) for row in todo.changed]
    rows += [_next({**r, "void": True}, CorrectionReason.WRONGLY_RECORDED) for r in todo.gone]
    for row in rows:
        seal(session, row, BlocklistUpdate.__sealed__)
        row["digest"] = line_digest(BlocklistUpdate, row)
    whole = hashlib.sha256(b"".join(row["digest"] for row in rows)).hexdigest()
    facts = {"new": len(todo.new), "changed": len(todo.changed), "void": len(todo.gone)}
    subject = str(period)
    seq = trail.append(
        session, book, "evidence.inherited", by=by, at=at, subject=subject, lines=whole, **facts
    )
    for row in rows:
        stamp(row, seq, by=by.person_id, at=at)
        if row["version"] > 1:
            close(session, BlocklistUpdate, seq, isp_id=isp_id, key=row["key"])
    session.execute(insert(_TABLE), rows)
    return len(rows)


def outstanding(session: Session, isp_id: int, period: Period) -> Inheritance:
    """What ``inherit`` would do now; nothing for an ISP that never named an upstream."""
    if not _ever_named(session, isp_id):
        return Inheritance([], [], [])
    zone = policy_on(session, period.last_day).policy.time_zone
    wanted = {
        (row["enforced_by"], row["of"]): row for row in _wanted(session, isp_id, period, zone)
    }
    held = dict(_held(session, isp_id, period, zone))
    there = _issues(session, isp_id)
    new = [row for at, row in wanted.items() if at not in held and _issue(row) not in there]
    changed = [
        {**held[at], **row}
        for at, row in wanted.items()
        if at in held and any(held[at][name] != row[name] for name in _COPIED)
    ]
    gone = [row for at, row in held.items() if at not in wanted]
    for row in (*new, *changed):
        del row["of"]
    return Inheritance(_in_order(new), _in_order(changed), _in_order(gone))


def _ever_named(session: Session, isp_id: int) -> bool:
    """Also in a version that was corrected since: what it brought is to be void."""
    named = (ListStanding.isp_id == isp_id, ListStanding.upstream_id.is_not(None))
    return session.scalar(select(ListStanding.isp_id).where(*named).limit(1)) is not None


def _in_order(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (row["published_at"], row["content_digest"]))


def _next(row: Row, reason: CorrectionReason) -> Row:
    return {**row, "version": row["version"] + 1, "reason": reason}


def _issue(row: Mapping[str, Any]) -> tuple[str, bytes, bool]:
    back = row["update_kind"] == UpdateKind.ROLLBACK
    return row["list_code"], row["content_digest"], back


def _wanted(session: Session, isp_id: int, period: Period, zone: ZoneInfo) -> Iterator[Row]:
    """The rows that the ISP is to have: one for each entry of an upstream whose day of publication
    is covered by what the ISP says and by the upstream's consent. ``of`` is the upstream's key.
    """
    said = standings(session, isp_id)
    for upstream in sorted({one.upstream_id for one in said if one.upstream_id is not None}):
        spans = [(one.from_on, one.until_on) for one in consents(session, upstream, isp_id)]
        for entry in _entries(session, upstream, period, zone):
            day = entry["published_at"].astimezone(zone).date()
            held = standing_on(said, entry["list_code"], day)
            named = held is not None and held.upstream_id == upstream
            covered = [last for first, last in spans if first <= day and (not last or day <= last)]
            if named and covered:
                yield _copy(isp_id, entry, _ends(covered[0], zone))


def _entries(session: Session, upstream: int, period: Period, zone: ZoneInfo) -> Any:
    query = select(_TABLE).where(
        _TABLE.c.isp_id == upstream,
        _TABLE.c.closed_seq.is_(None),
        _TABLE.c.void.is_(False),
        _TABLE.c.enforced_by.is_(None),
        _TABLE.c.published_at >= period.starts_at(zone),
        _TABLE.c.published_at < period.ends_at(zone),
    )
    return session.execute(query.order_by(_TABLE.c.key)).mappings()


def _ends(last: date | None, zone: ZoneInfo) -> datetime | None:
    return None if last is None else start_of(last + _DAY, zone)


def _copy(isp_id: int, entry: Mapping[str, Any], ends_at: datetime | None) -> Row:
    """An upstream's entry as the ISP's own; what happened when the consent was over is left out."""
    row = {name: entry[name] for name in (*BlocklistUpdateIn.model_fields, "release")} | _LEFT
    if ends_at is not None and row["applied_at"] is not None and row["applied_at"] >= ends_at:
        row |= {"applied_at": None, "points_live": 0}
    if ends_at is not None and row["tested_at"] is not None and row["tested_at"] >= ends_at:
        row |= _UNKNOWN
    row |= {"isp_id": isp_id, "void": False, "of": entry["key"]}
    return row | {"enforced_by": entry["isp_id"], "upstream_line": entry["digest"]}


def _held(
    session: Session, isp_id: int, period: Period, zone: ZoneInfo
) -> Iterator[tuple[tuple[int, int], Row]]:
    """What was inherited and stands, by upstream and the upstream's own key."""
    of: dict[bytes, tuple[int, int]] = {}
    theirs = select(_TABLE.c.isp_id, _TABLE.c.key, _TABLE.c.digest)
    mine = select(_TABLE).where(
        _TABLE.c.isp_id == isp_id,
        _TABLE.c.closed_seq.is_(None),
        _TABLE.c.void.is_(False),
        _TABLE.c.enforced_by.is_not(None),
        _TABLE.c.published_at >= period.starts_at(zone),
        _TABLE.c.published_at < period.ends_at(zone),
    )
    rows = session.execute(mine).mappings().all()
    for upstream in {row["enforced_by"] for row in rows}:
        of |= {
            line: (owner, key)
            for owner, key, line in session.execute(theirs.where(_TABLE.c.isp_id == upstream))
        }
    yield from ((of[row["upstream_line"]], dict(row)) for row in rows)


def _issues(session: Session, isp_id: int) -> frozenset[tuple[str, bytes, bool]]:
    """The issues that stand in the ISP's register: none is inherited beside itself."""
    query = select(_TABLE.c.list_code, _TABLE.c.content_digest).where(
        _TABLE.c.isp_id == isp_id,
        _TABLE.c.closed_seq.is_(None),
        _TABLE.c.void.is_(False),
        _TABLE.c.update_kind != UpdateKind.ROLLBACK,
    )
    return frozenset((code, digest, False) for code, digest in session.execute(query))
