"""The nouns of shared training: who holds sessions, a session, the ISPs that it was held for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
)
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Digest, Octets, code
from portal.entries.codes import CorrectionReason
from portal.entries.entry import IN_FORCE, SALT_BYTES, Line, Recorded
from portal.registers.codes import Funding, Language, Level, Mode, Provider

_IN_FORCE: dict[str, Any] = {"sqlite_where": IN_FORCE, "postgresql_where": IN_FORCE}


class Trainer(Recorded, Base):
    """An organisation holds sessions for ISPs as this kind of provider, from a day on.

    A later version closes the one before; sequence numbers are those of the system's ledger.
    """

    __tablename__ = "trainer"
    __growing__ = ("closed_seq",)
    __table_args__ = (CheckConstraint("until_on IS NULL OR until_on >= from_on", name="span"),)

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    provider: Mapped[Provider] = mapped_column(code(Provider), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date | None] = mapped_column(Date)


class SharedSession(Recorded, Base):
    """One version of a session that was held for several ISPs (chairs B8).

    ``session_ref`` is the trainer's own number, sealed; ``modules`` are codes, sorted and joined by
    a space; ``minutes`` were given to each of them. Sequence numbers are those of the system's
    ledger.
    """

    __tablename__ = "shared_session"
    __growing__ = ("closed_seq",)
    __sealed__: ClassVar[tuple[str, ...]] = ("session_ref",)
    __dated__: ClassVar[str] = "held_on"
    __kin__: ClassVar[Mapping[str, str]] = {"session_ref": "session"}
    __table_args__ = (
        Index("ux_shared_session_in_force", "key", unique=True, **_IN_FORCE),
        Index("ux_shared_session_ref", "trainer_id", "session_ref", unique=True, **_IN_FORCE),
        CheckConstraint("minutes BETWEEN 15 AND 2400", name="minutes"),
    )

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    reason: Mapped[CorrectionReason | None] = mapped_column(code(CorrectionReason))
    trainer_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    session_ref: Mapped[str] = mapped_column(String(64))
    session_ref_salt: Mapped[bytes] = mapped_column(Octets(SALT_BYTES))
    held_on: Mapped[date] = mapped_column(Date)
    modules: Mapped[str] = mapped_column(String(400))
    level: Mapped[Level] = mapped_column(code(Level))
    provider: Mapped[Provider] = mapped_column(code(Provider))
    mode: Mapped[Mode] = mapped_column(code(Mode))
    language: Mapped[Language] = mapped_column(code(Language))
    minutes: Mapped[int] = mapped_column(Integer)
    funded_by: Mapped[Funding] = mapped_column(code(Funding))


class SessionIsp(Line, Base):
    """A session as it was held for one ISP, under that ISP's ledger.

    ``line`` is the digest of the version named here, so that the ISP's chain commits to it.
    ``counted`` is how many of the ISP's people the trainer saw, if it counted; a count that is
    corrected, or a corrected session, is a further row (``no``).
    """

    __tablename__ = "session_isp"
    __growing__ = ("closed_seq",)
    __table_args__ = (
        ForeignKeyConstraint(
            ["shared_session", "version"],
            ["shared_session.key", "shared_session.version"],
            name="fk_session_isp_session",
        ),
        Index("ux_session_isp_in_force", "isp_id", "shared_session", unique=True, **_IN_FORCE),
        CheckConstraint("counted IS NULL OR counted >= 0", name="counted"),
    )

    shared_session: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(Integer)
    line: Mapped[bytes] = mapped_column(Digest)
    counted: Mapped[int | None] = mapped_column(Integer)
