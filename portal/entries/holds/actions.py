"""What is done about holds: set, reviewed, lifted; each act in the system's chain.

The chain tells number and digest alone. Whose values are held stands in the hold's row, for those
who may set one (chairs C1).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from portal.accounts import Actor, Organisation, OrganisationKind, Permission, may
from portal.entries.entry import line_digest, seal, stamp
from portal.entries.holds.model import HoldGround, HoldStep, LegalHold, LiftReason, StepKind
from portal.entries.holds.refusals import HoldBackwards, HoldEnded, HoldNotYours, HoldTwoScopes
from portal.errors import NotThere
from portal.ledger import SYSTEM, Ledger, take
from portal.period import Period
from portal.trail import append


@dataclass(frozen=True)
class Wanted:
    """What is to be held: of an ISP all, the ``months`` from first to last, or the one ``entry``
    (its table's name and a key); by which instrument, from which day, until which.
    """

    isp_id: int
    ground: HoldGround
    reference: str
    from_on: date
    until_on: date | None = None
    months: tuple[Period, Period] | None = None
    entry: tuple[str, int] | None = None


def set_hold(session: Session, wanted: Wanted, *, by: Actor, at: datetime) -> LegalHold:
    """Keep values beyond their term. Raises HoldNotYours, HoldBackwards, HoldTwoScopes and
    NotThere.
    """
    _must_be_officer(by)
    _must_make_sense(session, wanted)
    book = take(session, SYSTEM)
    first, last = wanted.months or (None, None)
    place, key = wanted.entry or (None, None)
    row: dict[str, Any] = {
        "no": 1 + (session.scalar(select(func.max(LegalHold.no))) or 0),
        "subject_id": wanted.isp_id,
        "ground": wanted.ground,
        "reference": wanted.reference,
        "first_month": str(first) if first else None,
        "last_month": str(last) if last else None,
        "place": place,
        "key": key,
        "from_on": wanted.from_on,
        "until_on": wanted.until_on,
    }
    seal(session, row, LegalHold.__sealed__)
    _write(session, book, LegalHold, row, "hold.set", by=by, at=at)
    return session.get_one(LegalHold, row["no"])


def review_hold(session: Session, no: int, *, on: date, by: Actor, at: datetime) -> None:
    """Say that a hold was looked at again and is still needed. Raises HoldNotYours, HoldEnded,
    NotThere.
    """
    _step(session, no, StepKind.REVIEWED, None, on=on, by=by, at=at)


def lift_hold(
    session: Session, no: int, reason: LiftReason, *, on: date, by: Actor, at: datetime
) -> None:
    """End a hold: what is over its term goes with the next run. Raises as ``review_hold``."""
    hold, seq = _step(session, no, StepKind.LIFTED, reason, on=on, by=by, at=at)
    hold.closed_seq = seq
    session.flush()


def _step(
    session: Session,
    no: int,
    kind: StepKind,
    reason: LiftReason | None,
    *,
    on: date,
    by: Actor,
    at: datetime,
) -> tuple[LegalHold, int]:
    _must_be_officer(by)
    book = take(session, SYSTEM)
    hold = session.get(LegalHold, no, populate_existing=True)
    if hold is None:
        raise NotThere("hold")
    if hold.closed_seq is not None:
        raise HoldEnded(number=no)
    steps = session.scalar(select(func.count()).where(HoldStep.hold == no)) or 0
    row = {"hold": no, "no": steps + 1, "kind": kind, "on_day": on, "reason": reason}
    return hold, _write(session, book, HoldStep, row, f"hold.{kind.lower()}", by=by, at=at)


def _write(
    session: Session,
    book: Ledger,
    table: Any,
    row: dict[str, Any],
    kind: str,
    *,
    by: Actor,
    at: datetime,
) -> int:
    row["digest"] = line_digest(table, row)
    number = str(row.get("hold", row["no"]))
    line = row["digest"].hex()
    seq = append(session, book, kind, by=by, at=at, subject=number, line=line)
    stamp(row, seq, by=by.person_id, at=at)
    session.execute(insert(table.__table__), [row])
    return seq


def _must_be_officer(by: Actor) -> None:
    if not may(by.role, Permission.HOLD_SET):
        raise HoldNotYours


def _must_make_sense(session: Session, wanted: Wanted) -> None:
    isp = session.get(Organisation, wanted.isp_id)
    if isp is None or isp.kind != OrganisationKind.ISP:
        raise NotThere("isp")
    if wanted.months and wanted.entry:
        raise HoldTwoScopes("entry")
    if wanted.months and wanted.months[1] < wanted.months[0]:
        raise HoldBackwards("last_month")
    if wanted.until_on is not None and wanted.until_on < wanted.from_on:
        raise HoldBackwards("until_on")
