"""Who publishes which permitted list, from which day on; the authority records any of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, or_, select
from sqlalchemy.orm import Session

from portal import trail
from portal.accounts import Actor, Organisation, OrganisationKind
from portal.accounts.refusals import must_go_forward
from portal.entries.entry import close, line_digest, stamp
from portal.errors import NotThere, Refused
from portal.ledger import SYSTEM, take
from portal.notices.notifiers import SENDING_KINDS
from portal.notices.releases.model import Publisher
from portal.notices.releases.refusals import CannotPublish, NotAPublisher, PublishesInThePast
from portal.policy.queries import policy_at

_TABLE: Any = Publisher.__table__


def name_publisher(
    session: Session,
    organisation_id: int,
    list_code: str,
    *,
    from_on: date,
    until_on: date | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """Say that an organisation records the releases of a permitted list, today or later on.

    Raises NotThere, CannotPublish, PublishesInThePast, SpanBackwards, and Refused for a list that
    the policy does not permit.
    """
    must_go_forward(from_on, until_on)
    policy = policy_at(session, at).policy
    if list_code not in {one.code for one in policy.permitted_lists}:
        raise Refused([("list_code", "not-a-permitted-list", {})])
    organisation = _publishing(session, organisation_id)
    book = take(session, SYSTEM)
    former = _versions(session, organisation_id, list_code)
    today = at.astimezone(policy.time_zone).date()
    if min(day for day in (until_on, from_on if not former else None, today) if day) < today:
        raise PublishesInThePast("from_on", day=today)
    row: dict[str, Any] = {"organisation_id": organisation_id, "list_code": list_code}
    row |= {"version": former + 1, "from_on": from_on, "until_on": until_on}
    row["digest"] = line_digest(Publisher, row)
    facts = {"list": list_code, "line": row["digest"].hex()}
    seq = trail.append(
        session, book, "publisher.named", by=by, at=at, subject=organisation.slug, **facts
    )
    stamp(row, seq, by=by.person_id, at=at)
    close(session, Publisher, seq, organisation_id=organisation_id, list_code=list_code)
    session.execute(insert(_TABLE), [row])


def _publishing(session: Session, organisation_id: int) -> Organisation:
    organisation = session.get(Organisation, organisation_id)
    if organisation is None:
        raise NotThere("organisation")
    if organisation.kind not in SENDING_KINDS:
        raise CannotPublish("organisation")
    return organisation


def must_publish(session: Session, by: Actor, list_code: str, at: datetime) -> None:
    """Raises NotAPublisher unless the actor's organisation publishes the list on this day."""
    policy = policy_at(session, at).policy
    if list_code not in published_by(
        session, by.organisation_id, at.astimezone(policy.time_zone).date()
    ) and not is_authority(session, by.organisation_id):
        raise NotAPublisher("list_code")


def published_by(session: Session, organisation_id: int, day: date) -> frozenset[str]:
    """The lists whose releases an organisation was named to record on a day."""
    query = select(Publisher.list_code).where(
        Publisher.organisation_id == organisation_id,
        Publisher.closed_seq.is_(None),
        Publisher.from_on <= day,
        or_(Publisher.until_on.is_(None), Publisher.until_on >= day),
    )
    return frozenset(session.scalars(query))


def is_authority(session: Session, organisation_id: int) -> bool:
    """Whether an organisation is an authority, which may record the releases of every list."""
    kind = session.scalar(select(Organisation.kind).where(Organisation.id == organisation_id))
    return kind == OrganisationKind.AUTHORITY


def _versions(session: Session, organisation_id: int, list_code: str) -> int:
    newest = select(func.max(Publisher.version)).where(
        Publisher.organisation_id == organisation_id, Publisher.list_code == list_code
    )
    return session.scalar(newest) or 0
