"""An upstream lets an ISP inherit its evidence, from a day on, and takes that back (chairs A5).

Both are the upstream's own acts, in its own ledger. Taking back never reaches into the past: what
was inherited stays.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from portal import ledger, trail
from portal.accounts import Actor, Permission
from portal.accounts.desks import must_write
from portal.entries.entry import close, line_digest, stamp
from portal.errors import Refused
from portal.policy.queries import policy_at
from portal.registers.lists.model import UpstreamConsent
from portal.registers.lists.queries import consents, naming
from portal.registers.lists.refusals import (
    ConsentNotYours,
    ConsentOverlaps,
    NoConsent,
    NotNamedByIt,
    WithdrawnInThePast,
)

_TABLE: Any = UpstreamConsent.__table__
_DAY = timedelta(days=1)


def consent(
    session: Session, isp_id: int, downstream_id: int, *, from_on: date, by: Actor, at: datetime
) -> None:
    """Let an ISP that named this one its upstream inherit its evidence, of days from a day on.

    Raises ConsentNotYours for an actor of another organisation, NotNamedByIt, ConsentOverlaps.
    """
    _must_be_yours(isp_id, by)
    must_write(Permission.BLOCKLIST_WRITE, by)
    if from_on > _today(session, at):
        raise Refused([("from_on", "in-the-future", {})])
    book = ledger.take(session, isp_id)
    if all(one.isp_id != downstream_id for one in naming(session, isp_id)):
        raise NotNamedByIt("isp")
    before = consents(session, isp_id, downstream_id)
    for held in before:
        if held.until_on is None or held.until_on >= from_on:
            raise ConsentOverlaps("from_on", day=held.from_on)
    version = max((held.version for held in before if held.from_on == from_on), default=0) + 1
    row = {**_named(isp_id, downstream_id, from_on), "version": version, "until_on": None}
    _write(session, book, row, "upstream.consented", by=by, at=at)


def withdraw(
    session: Session, isp_id: int, downstream_id: int, *, from_on: date, by: Actor, at: datetime
) -> None:
    """Take the consent back from a day on, today or later; evidence of the days before stays.

    Raises ConsentNotYours, NoConsent, WithdrawnInThePast.
    """
    _must_be_yours(isp_id, by)
    must_write(Permission.BLOCKLIST_WRITE, by)
    today = _today(session, at)
    if from_on < today:
        raise WithdrawnInThePast("from_on", day=today)
    book = ledger.take(session, isp_id)
    held = [one for one in consents(session, isp_id, downstream_id) if one.until_on is None]
    if not held:
        raise NoConsent("isp")
    # One given today and taken back today held on no day: its last lies before its first.
    row = _named(isp_id, downstream_id, held[0].from_on)
    row |= {"version": held[0].version + 1, "until_on": from_on - _DAY}
    _write(session, book, row, "upstream.withdrew", by=by, at=at)


def _must_be_yours(isp_id: int, by: Actor) -> None:
    if by.organisation_id != isp_id:
        raise ConsentNotYours


def _today(session: Session, at: datetime) -> date:
    return at.astimezone(policy_at(session, at).policy.time_zone).date()


def _named(isp_id: int, downstream_id: int, from_on: date) -> dict[str, Any]:
    return {"isp_id": isp_id, "downstream_id": downstream_id, "from_on": from_on}


def _write(
    session: Session,
    book: ledger.Ledger,
    row: dict[str, Any],
    kind: str,
    *,
    by: Actor,
    at: datetime,
) -> None:
    row["digest"] = line_digest(UpstreamConsent, row)
    until = None if row["until_on"] is None else str(row["until_on"])
    facts = {"isp": row["downstream_id"], "from_on": str(row["from_on"]), "until_on": until}
    seq = trail.append(session, book, kind, by=by, at=at, **facts, line=row["digest"].hex())
    stamp(row, seq, by=by.person_id, at=at)
    named = {name: row[name] for name in ("isp_id", "downstream_id", "from_on")}
    close(session, UpstreamConsent, seq, **named)
    session.execute(insert(_TABLE), [row])
