"""What is done to list releases: recorded, corrected, said never to have been; under the system."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from portal import ledger, trail
from portal.accounts import Actor
from portal.entries.codes import CorrectionReason
from portal.entries.entry import close, line_digest, seal, stamp
from portal.entries.refusals import ChangedMeanwhile, Unchanged
from portal.notices.releases.inputs import ListReleaseIn
from portal.notices.releases.model import ListRelease
from portal.notices.releases.publishers import must_publish
from portal.notices.releases.queries import name_of, own_release, same_issue
from portal.notices.releases.refusals import ReleaseKnown, ReleaseVoid

_TABLE: Any = ListRelease.__table__


def record(session: Session, value: ListReleaseIn, *, by: Actor, at: datetime) -> int:
    """Record that an issue of a permitted list was released; returns its key.

    The publisher's act, or the authority's: raises NotAPublisher for everybody else, and
    ReleaseKnown where this list has a release with this digest (but for a return to it).
    """
    must_publish(session, by, value.list_code, at)
    system = ledger.take(session, ledger.SYSTEM)
    row = value.columns()
    _must_be_new(session, row, besides=None)
    [key] = ledger.keys(system, 1)
    row |= {"key": key, "version": 1, "reason": None, "void": False}
    row |= {"publisher_id": by.organisation_id}
    _write(session, system, row, "release.recorded", by=by, at=at)
    return key


def correct(
    session: Session,
    key: int,
    value: ListReleaseIn,
    *,
    expects: int,
    reason: CorrectionReason,
    by: Actor,
    at: datetime,
) -> int:
    """Write the next version of a release; returns its number. What ISPs logged stays as it is.

    Raises NotThere for somebody else's, NotAPublisher, ChangedMeanwhile, Unchanged, ReleaseVoid,
    ReleaseKnown.
    """
    must_publish(session, by, value.list_code, at)
    system = ledger.take(session, ledger.SYSTEM)
    former = _standing(session, key, expects, by)
    now = value.columns()
    if all(former[name] == now[name] for name in now):
        raise Unchanged
    _must_be_new(session, now, besides=key)
    row = {**former, **now, "reason": reason}
    return _next(session, system, row, "release.corrected", by=by, at=at)


def void(session: Session, key: int, *, expects: int, by: Actor, at: datetime) -> int:
    """Say that this was never released; no ISP owes it any more. Raises as ``correct``."""
    system = ledger.take(session, ledger.SYSTEM)
    former = _standing(session, key, expects, by)
    row = {**former, "void": True, "reason": CorrectionReason.WRONGLY_RECORDED}
    return _next(session, system, row, "release.voided", by=by, at=at)


def _standing(session: Session, key: int, expects: int, by: Actor) -> dict[str, Any]:
    release = own_release(session, key, by.organisation_id)
    row = {column.name: getattr(release, column.name) for column in _TABLE.columns}
    if release.version != expects:
        raise ChangedMeanwhile(version=release.version)
    if release.void:
        raise ReleaseVoid
    session.expunge(release)
    return row


def _must_be_new(session: Session, row: dict[str, Any], besides: int | None) -> None:
    known = session.scalar(same_issue(row))
    if known not in {None, besides}:
        raise ReleaseKnown("content_digest", entry=name_of(known or 0))


def _next(
    session: Session,
    system: ledger.Ledger,
    row: dict[str, Any],
    kind: str,
    *,
    by: Actor,
    at: datetime,
) -> int:
    row["version"] += 1
    _write(session, system, row, kind, by=by, at=at)
    return int(row["version"])


def _write(
    session: Session,
    system: ledger.Ledger,
    row: dict[str, Any],
    kind: str,
    *,
    by: Actor,
    at: datetime,
) -> None:
    seal(session, row, ListRelease.__sealed__)
    row["digest"] = line_digest(ListRelease, row)
    facts = {"list": row["list_code"], "version": row["version"], "line": row["digest"].hex()}
    seq = trail.append(session, system, kind, by=by, at=at, subject=name_of(row["key"]), **facts)
    stamp(row, seq, by=by.person_id, at=at)
    close(session, ListRelease, seq, key=row["key"])
    session.execute(insert(_TABLE), [row])
