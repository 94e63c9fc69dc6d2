"""Whoever presents a key: the program that it belongs to, while the key is good."""

from __future__ import annotations

import hashlib
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts.model import Actor, Person
from portal.accounts.permissions import Role
from portal.accounts.programs import Program, ProgramKey, ProgramKeyUse
from portal.accounts.queries import is_licensed_on
from portal.accounts.refusals import KeyExpired, KeyRevoked, KeyUnknown, KeyWithoutLicence


def use_key(session: Session, key: str, *, on: date) -> Actor:
    """The program that a key belongs to, as it acts on a day; that it was used is kept, by the day.

    Found by its digest, so no comparison tells by its time how much of a key was right. Raises
    KeyUnknown, KeyRevoked, KeyExpired, KeyWithoutLicence.
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
    if not is_licensed_on(session, program.isp_id, on):
        raise KeyWithoutLicence
    if session.get(ProgramKeyUse, (held.program_id, held.no, on)) is None:
        mine = {"program_id": held.program_id, "no": held.no, "isp_id": held.isp_id}
        session.add(ProgramKeyUse(**mine, used_on=on))
        session.flush()
    return Actor(program.person_id, name, Role.PROGRAM, program.isp_id, program.desks)
