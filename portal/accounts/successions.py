"""Successions: one ISP goes on as another from a day on; a dated fact, and never taken back."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, String, bindparam, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.accounts.licensing import end_licence
from portal.accounts.model import Actor, Licence, LicenceStatus, Organisation, SuccessionKind
from portal.accounts.queries import is_licensed_on
from portal.accounts.refusals import (
    PredecessorNotLicensed,
    SucceededAlready,
    SuccessionCircle,
    SuccessorNotLicensed,
)
from portal.db import Base, Instant, Octets, code
from portal.errors import Refusal, Refused
from portal.ledger import take
from portal.trail import append

_DAY = timedelta(days=1)
_SALT_BYTES = 16


class Succession(Base):
    """From ``first_day`` on ``successor_id`` is what ``predecessor_id`` was.

    It stands in both chains: each ISP knows it as of a sequence number of its own. ``reference``
    is the number of the authority's decision; the trail holds a salted commitment to it.
    """

    __tablename__ = "succession"
    __growing__ = ()
    __table_args__ = (CheckConstraint("predecessor_id <> successor_id", name="two"),)

    predecessor_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    successor_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    kind: Mapped[SuccessionKind] = mapped_column(code(SuccessionKind))
    first_day: Mapped[date] = mapped_column(Date)
    reference: Mapped[str] = mapped_column(String(64))
    reference_salt: Mapped[bytes] = mapped_column(Octets(_SALT_BYTES))
    predecessor_seq: Mapped[int] = mapped_column(BigInteger)
    successor_seq: Mapped[int] = mapped_column(BigInteger)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    recorded_by: Mapped[int] = mapped_column(ForeignKey("person.id"))


@dataclass(frozen=True)
class Succeeding:
    """What the authority decided: who goes on as whom, from which first day on, by which number."""

    predecessor_id: int
    successor_id: int
    kind: SuccessionKind
    first_day: date
    reference: str


def record_succession(
    session: Session, decided: Succeeding, *, by: Actor, at: datetime
) -> Succession:
    """State a succession in both chains, and end what licences the predecessor still holds.

    Raises Refused with everything that stands in the way: succession-circle, succeeded-already,
    predecessor-not-licensed (on the day before), successor-not-licensed (on the first day).
    """
    old, new = decided.predecessor_id, decided.successor_id
    books = {isp_id: take(session, isp_id) for isp_id in sorted({old, new})}
    _must_be_possible(session, decided)
    entropy = session.info.get("entropy", secrets.token_bytes)
    salt = entropy(_SALT_BYTES)
    facts: dict[str, Any] = {"from": old, "to": new, "kind": str(decided.kind)}
    facts |= {"first_day": str(decided.first_day)}
    facts |= {"reference": hashlib.sha256(salt + decided.reference.encode()).hexdigest()}
    slugs = {isp_id: session.get_one(Organisation, isp_id).slug for isp_id in books}
    seqs = {
        isp_id: append(
            session, book, "succession.recorded", by=by, at=at, subject=slugs[isp_id], **facts
        )
        for isp_id, book in books.items()
    }
    succession = Succession(
        **vars(decided),
        reference_salt=salt,
        predecessor_seq=seqs[old],
        successor_seq=seqs[new],
        recorded_at=at,
        recorded_by=by.person_id,
    )
    session.add(succession)
    session.flush()
    _end_licences(session, decided, by=by, at=at)
    return succession


def succession_of(session: Session, isp_id: int) -> Succession | None:
    """Who goes on as this ISP, if anybody does."""
    return session.get(Succession, isp_id)


def successions(session: Session) -> Sequence[Succession]:
    """Every succession, the newest first."""
    order = (Succession.first_day.desc(), Succession.predecessor_id)
    return session.scalars(select(Succession).order_by(*order)).all()


def successions_with(session: Session, isp_id: int) -> Sequence[Succession]:
    """The successions in which an ISP is predecessor or successor, the newest first."""
    mine = or_(Succession.predecessor_id == isp_id, Succession.successor_id == isp_id)
    order = (Succession.first_day.desc(), Succession.predecessor_id)
    return session.scalars(select(Succession).where(mine).order_by(*order)).all()


def succeeded_by(session: Session, isp_id: int, seq: int) -> Sequence[Succession]:
    """The successions by which an ISP is the successor, as of a sequence number of its own."""
    return session.scalars(_SUCCEEDED_BY, {"isp_id": isp_id, "seq": seq}).all()


_OF_SUCCESSOR = Succession.successor_id == bindparam("isp_id")
_KNOWN = Succession.successor_seq <= bindparam("seq")
# Asked for every return: built once.
_SUCCEEDED_BY = select(Succession).where(_OF_SUCCESSOR, _KNOWN).order_by(Succession.predecessor_id)


def _must_be_possible(session: Session, decided: Succeeding) -> None:
    day, wrong = decided.first_day, list[Refusal]()
    if _leads_to(session, decided.successor_id, decided.predecessor_id):
        wrong.append(SuccessionCircle("successor"))
    before = succession_of(session, decided.predecessor_id)
    if before is not None:
        wrong.append(SucceededAlready("predecessor", day=before.first_day))
    elif not _held_on(session, decided.predecessor_id, day - _DAY):
        wrong.append(PredecessorNotLicensed("predecessor", day=day - _DAY))
    if not is_licensed_on(session, decided.successor_id, day):
        wrong.append(SuccessorNotLicensed("successor", day=day))
    if wrong:
        raise Refused([(no.field, no.code, no.params) for no in wrong])


def _leads_to(session: Session, isp_id: int, wanted: int) -> bool:
    """Whether an ISP is another one, or went on as it."""
    while isp_id != wanted:
        further = succession_of(session, isp_id)
        if further is None:
            return False
        isp_id = further.successor_id
    return True


def _held_on(session: Session, isp_id: int, day: date) -> bool:
    """Whether the ISP held a licence on a day, suspended or not."""
    return any(
        x.from_on <= day and (x.until_on is None or day <= x.until_on)
        for x in _licences(session, isp_id)
    )


def _end_licences(session: Session, decided: Succeeding, *, by: Actor, at: datetime) -> None:
    """What still runs on the first day ended on the day before; what ended by itself stays so."""
    old, day = decided.predecessor_id, decided.first_day
    merged = decided.kind == SuccessionKind.MERGER
    status = LicenceStatus.MERGED if merged else LicenceStatus.ACTIVE
    running = {x.number for x in _licences(session, old) if x.until_on is None or x.until_on >= day}
    for number in sorted(running):
        end_licence(session, old, number, status, until_on=day - _DAY, by=by, at=at)


def _licences(session: Session, isp_id: int) -> Sequence[Licence]:
    return session.scalars(
        select(Licence).where(Licence.isp_id == isp_id, Licence.closed_seq.is_(None))
    ).all()
