"""Programs: an ISP's own software, which writes registers with a key and never signs in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    String,
    UniqueConstraint,
    false,
    func,
    select,
    text,
    true,
)
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from portal.accounts.columns import DeskSet, ScopeSet, some_of
from portal.accounts.desks import OF_PROGRAMS
from portal.accounts.model import Person
from portal.accounts.permissions import Desk
from portal.accounts.reach import Scope
from portal.db import Base, Digest, Instant
from portal.errors import NotThere

SOON = timedelta(days=14)
"""So long before its last day a key is said to end soon."""


class Program(Base):
    """What an ISP's administrator named, and the desks whose registers it may write. The row of
    ``person`` is how entries and the trail call it; what it may do is never widened: another reach
    is another program.
    """

    __tablename__ = "program"
    __growing__ = ("ended_by", "ended_at", "closed_seq")
    __table_args__ = (CheckConstraint(some_of(*OF_PROGRAMS), name="desks"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    isp_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    desks: Mapped[frozenset[Desk]] = mapped_column(DeskSet)
    named_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    named_at: Mapped[datetime] = mapped_column(Instant)
    admitted_seq: Mapped[int] = mapped_column(BigInteger)
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_seq: Mapped[int | None] = mapped_column(BigInteger)


class ProgramKey(Base):
    """A program's proof of who it is, until a day. ``mark`` tells keys apart on the page;
    ``digest`` is the SHA-256 of the whole key, which is kept nowhere. It reaches no further than
    was said when it was made: whether it ``writes`` at all, and what it ``reads``; with a
    ``sandbox`` one everything is checked and nothing is recorded.
    """

    __tablename__ = "program_key"
    __growing__ = ("revoked_by", "revoked_at", "closed_seq")
    __table_args__ = (UniqueConstraint("digest"),)

    program_id: Mapped[int] = mapped_column(ForeignKey("program.person_id"), primary_key=True)
    isp_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    mark: Mapped[str] = mapped_column(String(8))
    digest: Mapped[bytes] = mapped_column(Digest)
    until_on: Mapped[date] = mapped_column(Date)
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)
    admitted_seq: Mapped[int] = mapped_column(BigInteger)
    revoked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_seq: Mapped[int | None] = mapped_column(BigInteger)
    writes: Mapped[bool] = mapped_column(Boolean, server_default=true())
    reads: Mapped[frozenset[Scope]] = mapped_column(ScopeSet, server_default=text("''"))
    sandbox: Mapped[bool] = mapped_column(Boolean, server_default=false())


class ProgramKeyUse(Base):
    """A day on which a key was used."""

    __tablename__ = "program_key_use"
    __growing__ = ()
    __table_args__ = (
        ForeignKeyConstraint(["program_id", "no"], ["program_key.program_id", "program_key.no"]),
    )

    program_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    isp_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    used_on: Mapped[date] = mapped_column(Date, primary_key=True)


@dataclass(frozen=True)
class KeyStanding:
    """A key, the last day it was used on (None: never), and where it stands on a day: KEY_GOOD,
    KEY_ENDS_SOON, KEY_EXPIRED or KEY_REVOKED.
    """

    key: ProgramKey
    used_on: date | None
    code: str


@dataclass(frozen=True)
class ProgramStanding:
    """A program by its name, with its keys, the newest first."""

    program: Program
    name: str
    keys: Sequence[KeyStanding] = ()


def programs(session: Session, isp_id: int, on: date) -> list[ProgramStanding]:
    """The programs of an ISP as they stand on a day: those that act first, then by name."""
    used = (
        select(func.max(ProgramKeyUse.used_on))
        .where(ProgramKeyUse.program_id == ProgramKey.program_id, ProgramKeyUse.no == ProgramKey.no)
        .scalar_subquery()
    )
    keys: dict[int, list[KeyStanding]] = {}
    for key, used_on in session.execute(
        select(ProgramKey, used).where(ProgramKey.isp_id == isp_id).order_by(ProgramKey.no.desc())
    ):
        keys.setdefault(key.program_id, []).append(KeyStanding(key, used_on, _code(key, on)))
    rows = session.execute(
        select(Program, Person.name)
        .join(Person, Person.id == Program.person_id)
        .where(Program.isp_id == isp_id)
        .order_by(Program.ended_at.is_not(None), Person.name, Program.person_id)
    )
    return [ProgramStanding(one, name, keys.get(one.person_id, ())) for one, name in rows]


def program_of(session: Session, isp_id: int, number: int) -> Program:
    """A program of an ISP; raises NotThere for another one's."""
    found = session.get(Program, number, populate_existing=True)
    if found is None or found.isp_id != isp_id:
        raise NotThere("program")
    return found


def ending_keys(session: Session, on: date) -> Sequence[ProgramKey]:
    """The keys that end soon and that no later one follows."""
    later = aliased(ProgramKey)
    followed = select(later.no).where(
        later.program_id == ProgramKey.program_id,
        later.until_on > ProgramKey.until_on,
        later.revoked_at.is_(None),
    )
    return session.scalars(
        select(ProgramKey)
        .join(Program, Program.person_id == ProgramKey.program_id)
        .where(
            Program.ended_at.is_(None),
            ProgramKey.revoked_at.is_(None),
            ProgramKey.until_on.between(on, on + SOON),
            ~followed.exists(),
        )
        .order_by(ProgramKey.isp_id, ProgramKey.program_id, ProgramKey.no)
    ).all()


def _code(key: ProgramKey, on: date) -> str:
    if key.revoked_at is not None:
        return "KEY_REVOKED"
    if key.until_on < on:
        return "KEY_EXPIRED"
    return "KEY_ENDS_SOON" if key.until_on - on <= SOON else "KEY_GOOD"
