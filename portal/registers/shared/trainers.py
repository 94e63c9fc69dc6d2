"""Who holds sessions for ISPs, as which provider, from which day on."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, or_, select
from sqlalchemy.orm import Session

from portal import trail
from portal.accounts import Actor, Organisation, OrganisationKind
from portal.accounts.refusals import must_go_forward
from portal.entries.entry import close, line_digest, stamp
from portal.errors import NotThere
from portal.ledger import SYSTEM, take
from portal.policy.queries import policy_at
from portal.registers.codes import Provider
from portal.registers.shared.model import Trainer
from portal.registers.shared.refusals import NotATrainer, TrainerInThePast

TRAINING_KINDS = frozenset({OrganisationKind.NOTIFIER, OrganisationKind.AUTHORITY})
_TABLE: Any = Trainer.__table__


def admit_trainer(
    session: Session,
    organisation_id: int,
    provider: Provider,
    *,
    from_on: date,
    until_on: date | None = None,
    by: Actor,
    at: datetime,
) -> Trainer:
    """Say that an organisation holds sessions for ISPs as this provider.

    Nobody is bound in the past. Raises NotThere, NotATrainer, TrainerInThePast, SpanBackwards.
    """
    must_go_forward(from_on, until_on)
    organisation = _organisation(session, organisation_id, provider)
    book = take(session, SYSTEM)
    former = _versions(session, organisation_id, provider)
    today = _day(session, at)
    if min(day for day in (until_on, from_on if not former else None, today) if day) < today:
        raise TrainerInThePast("from_on", day=today)
    row: dict[str, Any] = {"organisation_id": organisation_id, "provider": provider}
    row |= {"version": former + 1, "from_on": from_on, "until_on": until_on}
    row["digest"] = line_digest(Trainer, row)
    facts = {"provider": str(provider), "line": row["digest"].hex()}
    subject = organisation.slug
    seq = trail.append(session, book, "trainer.admitted", by=by, at=at, subject=subject, **facts)
    stamp(row, seq, by=by.person_id, at=at)
    close(session, Trainer, seq, organisation_id=organisation_id, provider=provider)
    session.execute(insert(_TABLE), [row])
    return session.get_one(Trainer, (organisation_id, provider, row["version"]))


def providers_of(session: Session, organisation_id: int, day: date) -> list[Provider]:
    """As what an organisation may hold sessions on a day; nothing unless it was admitted."""
    query = select(Trainer.provider).where(
        Trainer.organisation_id == organisation_id,
        Trainer.closed_seq.is_(None),
        Trainer.from_on <= day,
        or_(Trainer.until_on.is_(None), Trainer.until_on >= day),
    )
    return sorted(session.scalars(query))


def must_be_trainer(
    session: Session, organisation_id: int, provider: Provider, at: datetime
) -> None:
    """Raises NotATrainer unless the organisation holds sessions as this today."""
    if provider not in providers_of(session, organisation_id, _day(session, at)):
        raise NotATrainer("provider", provider=provider)


def _organisation(session: Session, organisation_id: int, provider: Provider) -> Organisation:
    organisation = session.get(Organisation, organisation_id)
    if organisation is None:
        raise NotThere("organisation")
    if organisation.kind not in TRAINING_KINDS or provider == Provider.INTERNAL:
        raise NotATrainer("provider", provider=provider)
    return organisation


def _versions(session: Session, organisation_id: int, provider: Provider) -> int:
    query = select(func.max(Trainer.version)).where(
        Trainer.organisation_id == organisation_id, Trainer.provider == provider
    )
    return session.scalar(query) or 0


def _day(session: Session, at: datetime) -> date:
    return at.astimezone(policy_at(session, at).policy.time_zone).date()
