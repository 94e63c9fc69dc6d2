"""Who sends notices through the portal, as which kind of sender, from which day on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Select, bindparam, func, insert, or_, select
from sqlalchemy.orm import Session

from portal import trail
from portal.accounts import Actor, Organisation, OrganisationKind
from portal.accounts.queries import as_of
from portal.accounts.refusals import must_go_forward
from portal.entries.entry import close, line_digest, stamp
from portal.errors import NotThere
from portal.ledger import SYSTEM, take
from portal.notices.codes import SourceType
from portal.notices.model import Notifier
from portal.notices.refusals import BoundInThePast, NotANotifier, NotASender
from portal.policy.queries import policy_at

SENDING_KINDS = frozenset({OrganisationKind.NOTIFIER, OrganisationKind.AUTHORITY})
_NOBODY_SENDS = frozenset({SourceType.OWN_INITIATIVE, SourceType.USER_REPORT})
_TABLE: Any = Notifier.__table__


def admit_notifier(
    session: Session,
    organisation_id: int,
    source_type: SourceType,
    *,
    from_on: date,
    until_on: date | None = None,
    sole: bool,
    by: Actor,
    at: datetime,
) -> Notifier:
    """Say that an organisation sends notices through the portal as this kind of sender.

    Nobody is bound in the past. Raises NotThere, NotASender, BoundInThePast, SpanBackwards.
    """
    must_go_forward(from_on, until_on)
    organisation = _sender(session, organisation_id, source_type)
    book = take(session, SYSTEM)
    former = _versions(session, organisation_id, source_type)
    today = _day(session, at)
    if min(day for day in (until_on, from_on if not former else None, today) if day) < today:
        raise BoundInThePast("from_on", day=today)
    row: dict[str, Any] = {"organisation_id": organisation_id, "source_type": source_type}
    row |= {"version": former + 1, "from_on": from_on, "until_on": until_on, "sole": sole}
    row["digest"] = line_digest(Notifier, row)
    facts = {"source": str(source_type), "line": row["digest"].hex()}
    seq = trail.append(
        session, book, "notifier.admitted", by=by, at=at, subject=organisation.slug, **facts
    )
    stamp(row, seq, by=by.person_id, at=at)
    close(session, Notifier, seq, organisation_id=organisation_id, source_type=source_type)
    session.execute(insert(_TABLE), [row])
    return session.get_one(Notifier, (organisation_id, source_type, row["version"]))


def _sender(session: Session, organisation_id: int, source_type: SourceType) -> Organisation:
    organisation = session.get(Organisation, organisation_id)
    if organisation is None:
        raise NotThere("organisation")
    if organisation.kind not in SENDING_KINDS or source_type in _NOBODY_SENDS:
        raise NotASender("source_type", source=source_type)
    return organisation


def notifiers(session: Session, seq: int | None = None) -> Sequence[Notifier]:
    """Who sends as what, as of a sequence number of the system (None: now)."""
    return session.scalars(_notifiers(now=seq is None), {"seq": seq}).all()


@cache
def _notifiers(*, now: bool) -> Select[Notifier]:
    known = as_of(Notifier, None if now else bindparam("seq", type_=BigInteger()))
    order = Notifier.organisation_id, Notifier.source_type
    return select(Notifier).where(known).order_by(*order)


def sources_of(session: Session, organisation_id: int, day: date) -> list[SourceType]:
    """As what an organisation may send notices on a day."""
    query = select(Notifier.source_type).where(
        Notifier.organisation_id == organisation_id,
        Notifier.closed_seq.is_(None),
        Notifier.from_on <= day,
        or_(Notifier.until_on.is_(None), Notifier.until_on >= day),
    )
    return list(session.scalars(query.order_by(Notifier.source_type)))


def must_be_notifier(
    session: Session, organisation_id: int, source_type: SourceType, at: datetime
) -> None:
    """Raises NotANotifier unless the organisation sends as this today."""
    if source_type not in sources_of(session, organisation_id, _day(session, at)):
        raise NotANotifier("source_type", source=source_type)


def _versions(session: Session, organisation_id: int, source_type: SourceType) -> int:
    return (
        session.scalar(
            select(func.max(Notifier.version)).where(
                Notifier.organisation_id == organisation_id, Notifier.source_type == source_type
            )
        )
        or 0
    )


def _day(session: Session, at: datetime) -> date:
    return at.astimezone(policy_at(session, at).policy.time_zone).date()
