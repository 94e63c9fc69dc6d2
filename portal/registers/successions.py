"""One ISP goes on as another: the fact, and every open item handed over in the same act.

Nothing moves between ISPs (design §2.3): what was recorded stays with the predecessor, its open
items TRANSFERRED; the successor's register takes each in anew, with its original receipt.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import ledger
from portal.accounts import Actor, Organisation, OrganisationKind, Permission, may
from portal.accounts.successions import Succeeding, Succession, record_succession
from portal.errors import NotThere, Refused
from portal.period import start_of
from portal.policy.queries import policy_at
from portal.registers.codes import Progress
from portal.registers.folds import is_open
from portal.registers.handover import Handover
from portal.registers.refusals import AuthorityOnly, SuccessionAhead
from portal.registers.sides.carrying import carry_notices
from portal.registers.takedowns import Takedown, TakedownEvent


@dataclass(frozen=True)
class Carried:
    """What an act handed over: items, and notices that the successor had not been sent itself."""

    items: int
    notices: int


def succeed(
    session: Session, decided: Succeeding, *, by: Actor, at: datetime
) -> tuple[Succession, Carried]:
    """Record a succession and hand the predecessor's open items over, once, as one act.

    Raises AuthorityOnly, NotThere for an ISP that is none, SuccessionAhead, and Refused as
    ``record_succession``.
    """
    if not may(by.role, Permission.LICENCE_STATE):
        raise AuthorityOnly
    _must_be_isps(session, decided)
    if at < start_of(decided.first_day, policy_at(session, at).policy.time_zone):
        raise SuccessionAhead("first_day", day=decided.first_day)
    succession = record_succession(session, decided, by=by, at=at)
    return succession, carry(session, succession, by=by, at=at)


def carry(session: Session, succession: Succession, *, by: Actor, at: datetime) -> Carried:
    """Hand over what is open at the predecessor now; again, where it was logged late or reopened.

    An item leaves on the first day of the succession, or when it was last worked on after that.
    """
    if not may(by.role, Permission.LICENCE_STATE):
        raise AuthorityOnly
    old, new = succession.predecessor_id, succession.successor_id
    books = {isp_id: ledger.take(session, isp_id) for isp_id in sorted((old, new))}
    first = start_of(succession.first_day, policy_at(session, at).policy.time_zone)
    handover = Handover(session, books[old], books[new], succession.reference, first)
    items = handover.run(by=by, at=at)
    return Carried(items, carry_notices(session, books[new], old, handover.seq, by=by, at=at))


def left_open(session: Session, isp_id: int) -> int:
    """How many items are open in an ISP's register now."""
    return _count(session, isp_id, Takedown.duplicate_of.is_(None), is_open())


def came_from(session: Session, succession: Succession) -> int:
    """How many items the successor's register took in from the predecessor's."""
    mine = Takedown.carried_isp == succession.predecessor_id
    return _count(session, succession.successor_id, mine)


def went_from(session: Session, succession: Succession) -> int:
    """How many items left the predecessor's register."""
    return (
        session.scalar(
            select(func.count()).where(
                TakedownEvent.isp_id == succession.predecessor_id,
                TakedownEvent.kind == Progress.TRANSFERRED,
            )
        )
        or 0
    )


def _count(session: Session, isp_id: int, *wanted: Any) -> int:
    stands = (Takedown.isp_id == isp_id, Takedown.closed_seq.is_(None), Takedown.void.is_(False))
    return session.scalar(select(func.count()).select_from(Takedown).where(*stands, *wanted)) or 0


def _must_be_isps(session: Session, decided: Succeeding) -> None:
    asked = {"predecessor": decided.predecessor_id, "successor": decided.successor_id}
    wrong: list[tuple[str | None, str, dict[str, Any]]] = []
    for field, isp_id in asked.items():
        found = session.get(Organisation, isp_id)
        if found is None or found.kind != OrganisationKind.ISP:
            wrong.append((field, NotThere.code, {}))
    if wrong:
        raise Refused(wrong)
