"""Whoever presents a key: the program that it belongs to, while the key is good."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.accounts.model import Actor, Membership, Person
from portal.accounts.permissions import Permission, Role, may
from portal.accounts.programs import Program, ProgramKey, ProgramKeyUse
from portal.accounts.queries import acts_on, is_licensed_on
from portal.accounts.refusals import (
    KeyExpired,
    KeyForTrying,
    KeyMakerGone,
    KeyRevoked,
    KeyUnknown,
    KeyWithoutLicence,
)

_MAKERS = [role for role in Role if may(role, Permission.KEY_MAKE)]


@dataclass(frozen=True)
class Bearer:
    """A program as it acts by one of its keys, and that key."""

    actor: Actor
    key: ProgramKey


def use_key(session: Session, key: str, *, on: date) -> Actor:
    """As ``bearer_of``, for whoever records by it: raises KeyForTrying for a key of the sandbox."""
    bearer = bearer_of(session, key, on=on)
    if bearer.key.sandbox:
        raise KeyForTrying
    return bearer.actor


def bearer_of(session: Session, key: str, *, on: date) -> Bearer:
    """The program that a key belongs to, as it acts on a day; that it was used is kept, by the day.

    Found by its digest, so no comparison tells by its time how much of a key was right. Raises
    KeyUnknown, KeyRevoked, KeyExpired, KeyMakerGone, KeyWithoutLicence.
    """
    digest = hashlib.sha256(key.strip().encode()).digest()
    found = session.execute(
        select(ProgramKey, Program, Person.name)
        .join(Program, Program.person_id == ProgramKey.program_id)
        .join(Person, Person.id == Program.person_id)
        .where(ProgramKey.digest == digest)
    ).one_or_none()
    if found is None:
        raise KeyUnknown
    held, program, name = found
    if held.revoked_at is not None or program.ended_at is not None:
        raise KeyRevoked
    if held.until_on < on:
        raise KeyExpired(until_on=held.until_on)
    if not _still_makes_keys(session, held, on):
        raise KeyMakerGone
    if not is_licensed_on(session, program.isp_id, on):
        raise KeyWithoutLicence
    _keep_day(session, held, on)
    desks = program.desks if held.writes else frozenset()
    actor = Actor(program.person_id, name, Role.PROGRAM, program.isp_id, desks, held.reads)
    return Bearer(actor, held)


def _keep_day(session: Session, key: ProgramKey, on: date) -> None:
    if session.get(ProgramKeyUse, (key.program_id, key.no, on)) is not None:
        return
    mine = {"program_id": key.program_id, "no": key.no, "isp_id": key.isp_id}
    try:
        with session.begin_nested():
            session.add(ProgramKeyUse(**mine, used_on=on))
    except IntegrityError:
        # Another request of the same key wrote it at this moment.
        return


def _still_makes_keys(session: Session, key: ProgramKey, on: date) -> bool:
    """Whether whoever made a key could make it still: it goes with them, for what it may do is
    theirs to give.
    """
    holds = (
        select(Membership.id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.person_id == key.made_by,
            Membership.organisation_id == key.isp_id,
            Membership.role.in_(_MAKERS),
            acts_on(on),
        )
    )
    return session.execute(holds.limit(1)).first() is not None
