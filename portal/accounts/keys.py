"""What is done about programs: an ISP's administrators name and end them, its approvers make keys.

The two are different rights, so that nobody who may write nothing makes a key for themselves.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from portal.accounts.actions import enrol
from portal.accounts.desks import OF_PROGRAMS, in_facts
from portal.accounts.model import Actor, Membership, Organisation, OrganisationKind, Person
from portal.accounts.permissions import Desk, Permission
from portal.accounts.programs import Program, ProgramKey, program_of
from portal.accounts.reach import WRITES, Reach
from portal.accounts.refusals import (
    DeskNeeded,
    KeyForNothing,
    KeyOver,
    KeyTooLong,
    ProgramEnded,
    ProgramNamed,
    TwoKeys,
)
from portal.errors import NotThere
from portal.ledger import take
from portal.trail import append

LONGEST = timedelta(days=366)
_GOOD_AT_ONCE = 2
_MARK_BYTES, _SECRET_BYTES = 5, 32


def name_program(
    session: Session,
    isp: Organisation,
    name: str,
    desks: Collection[Desk],
    *,
    by: Actor,
    at: datetime,
) -> Program:
    """Let a program of one's own ISP write the registers of some desks; it needs a key to begin.

    Raises DeskNeeded, ProgramNamed; NotThere for another organisation and for who may not.
    """
    _must_be_ones_own(Permission.PROGRAM_MANAGE, isp.id, by)
    if isp.kind != OrganisationKind.ISP:
        raise NotThere("isp")
    if not desks or not set(desks) <= set(OF_PROGRAMS):
        raise DeskNeeded("desks")
    book = take(session, isp.id)
    taken = _running_called(isp.id, name).union_all(_acting_called(isp.id, name))
    if session.execute(taken).first() is not None:
        raise ProgramNamed("name")
    person = enrol(session, name)
    person.active = False
    facts: dict[str, Any] = {"program": person.id, "desks": in_facts(desks)}
    seq = append(session, book, "program.named", by=by, at=at, **facts)
    reach: dict[str, Any] = {"person_id": person.id, "isp_id": isp.id, "desks": frozenset(desks)}
    program = Program(**reach, named_by=by.person_id, named_at=at, admitted_seq=seq)
    session.add(program)
    session.flush()
    return program


def end_program(session: Session, isp_id: int, number: int, *, by: Actor, at: datetime) -> Program:
    """Say that a program acts no more; its keys are good no more. Raises ProgramEnded, NotThere."""
    _must_be_ones_own(Permission.PROGRAM_MANAGE, isp_id, by)
    book = take(session, isp_id)
    program = _running(session, isp_id, number)
    seq = append(session, book, "program.ended", by=by, at=at, program=number)
    program.ended_by, program.ended_at, program.closed_seq = by.person_id, at, seq
    session.flush()
    return program


def make_key(
    session: Session,
    isp_id: int,
    number: int,
    until_on: date,
    reach: Reach = WRITES,
    *,
    on: date,
    by: Actor,
    at: datetime,
) -> tuple[ProgramKey, str]:
    """Make a key that is good from now on until the end of a day, at most 366 days from ``on``
    (today); returns it with the key itself, which is kept nowhere.

    Two may be good at once (and two for trying out), so that a program changes from one to the next
    without a pause. Raises KeyTooLong, KeyForNothing, TwoKeys, ProgramEnded, NotThere.
    """
    _must_be_ones_own(Permission.KEY_MAKE, isp_id, by)
    _must_be_of_use(until_on, reach, on)
    book = take(session, isp_id)
    _running(session, isp_id, number)
    held = session.scalars(select(ProgramKey).where(ProgramKey.program_id == number)).all()
    _must_be_room(held, reach, on)
    mark, key = _fresh(session)
    facts = {"program": number, "key": mark, "until_on": str(until_on), **reach.facts()}
    seq = append(session, book, "key.made", by=by, at=at, **facts)
    made = ProgramKey(program_id=number, isp_id=isp_id, no=len(held) + 1, mark=mark)
    made.until_on, made.digest = until_on, hashlib.sha256(key.encode()).digest()
    made.made_by, made.made_at, made.admitted_seq = by.person_id, at, seq
    made.writes, made.reads, made.sandbox = reach.writes, reach.reads, reach.sandbox
    return _added(session, made), key


def _must_be_of_use(until_on: date, reach: Reach, on: date) -> None:
    if not on <= until_on <= on + LONGEST:
        raise KeyTooLong("until_on", last=on + LONGEST)
    if not (reach.writes or reach.reads):
        raise KeyForNothing("reads")


def revoke_key(
    session: Session, isp_id: int, number: int, no: int, *, by: Actor, at: datetime
) -> ProgramKey:
    """Take a key back at once. Raises KeyOver, NotThere."""
    _must_be_ones_own(Permission.KEY_REVOKE, isp_id, by)
    book = take(session, isp_id)
    program_of(session, isp_id, number)
    key = session.get(ProgramKey, (number, no), populate_existing=True)
    if key is None:
        raise NotThere("key")
    if key.revoked_at is not None:
        raise KeyOver
    seq = append(session, book, "key.revoked", by=by, at=at, program=number, key=key.mark)
    key.revoked_by, key.revoked_at, key.closed_seq = by.person_id, at, seq
    session.flush()
    return key


def _running_called(isp_id: int, name: str) -> Select[int]:
    return (
        select(Program.person_id)
        .join(Person, Person.id == Program.person_id)
        .where(Program.isp_id == isp_id, Program.ended_at.is_(None), Person.name == name)
    )


def _acting_called(isp_id: int, name: str) -> Select[int]:
    # Entries and the trail would call it by the name of somebody who never entered them.
    return (
        select(Membership.person_id)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.organisation_id == isp_id, func.lower(Person.name) == name.lower())
    )


def _running(session: Session, isp_id: int, number: int) -> Program:
    program = program_of(session, isp_id, number)
    if program.ended_at is not None:
        raise ProgramEnded
    return program


def _added(session: Session, made: ProgramKey) -> ProgramKey:
    session.add(made)
    session.flush()
    return made


def _must_be_room(held: Sequence[ProgramKey], reach: Reach, on: date) -> None:
    good = [one for one in held if one.revoked_at is None and one.until_on >= on]
    if sum(one.sandbox == reach.sandbox for one in good) >= _GOOD_AT_ONCE:
        raise TwoKeys


def _fresh(session: Session) -> tuple[str, str]:
    entropy = session.info.get("entropy", secrets.token_bytes)
    mark = base64.b32encode(entropy(_MARK_BYTES)).decode().lower()
    secret = base64.urlsafe_b64encode(entropy(_SECRET_BYTES)).decode().rstrip("=")
    return mark, f"ispkey_{mark}_{secret}"


def _must_be_ones_own(permission: Permission, isp_id: int, by: Actor) -> None:
    # Another organisation's programs look as if they were not there.
    if not by.may(permission) or by.organisation_id != isp_id:
        raise NotThere("program")
