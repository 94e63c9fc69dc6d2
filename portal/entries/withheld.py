"""What was withheld of what is written down: which values, why, by whom, and what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Digest, Instant, Octets, code
from portal.entries.codes import ShownAgainReason, WithholdingOutcome, WithholdingReason
from portal.entries.entry import SALT_BYTES

MOST_SIGNS = 2000
# By policy, or where it was decided before the backup was restored, one act does both; for all else
# a second person has to agree (chairs B2).
BY_TERM = (WithholdingReason.PSEUDONYM_PURGED, WithholdingReason.RETENTION_OVER)
BY_POLICY = (*BY_TERM, WithholdingReason.REPLAYED)
_BY_POLICY = ", ".join(f"'{reason}'" for reason in BY_POLICY)
_KEPT = text("text IS NOT NULL")


class Withholding(Base):
    """One act by which values do not stand any more; asked first, then decided by another person.

    ``isp_id`` is the ISP whose ledger counts it, 0 the system's: so it is for a sender's notices.
    No outcome: the values are hidden, and can still be shown again.
    """

    __tablename__ = "withholding"
    __growing__ = ("outcome", "shown_because", "decided_by", "decided_at", "decided_seq")
    __table_args__ = (
        CheckConstraint(
            f"outcome <> 'DESTROYED' OR decided_by <> asked_by OR reason IN ({_BY_POLICY})",
            name="four_eyes",
        ),
        CheckConstraint(
            "(outcome IS NULL) = (decided_by IS NULL)"
            " AND (outcome IS NULL) = (decided_at IS NULL)"
            " AND (outcome IS NULL) = (decided_seq IS NULL)",
            name="decided",
        ),
        CheckConstraint("shown_because IS NULL OR outcome = 'SHOWN_AGAIN'", name="shown"),
    )

    isp_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    reason: Mapped[WithholdingReason] = mapped_column(code(WithholdingReason))
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    asked_seq: Mapped[int] = mapped_column(BigInteger)
    outcome: Mapped[WithholdingOutcome | None] = mapped_column(code(WithholdingOutcome))
    shown_because: Mapped[ShownAgainReason | None] = mapped_column(code(ShownAgainReason))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_seq: Mapped[int | None] = mapped_column(BigInteger)

    @property
    def number(self) -> str:
        """What it is called: ``W-0007-2``."""
        return f"W-{self.isp_id:04d}-{self.no}"


class Withheld(Base):
    """One value of one row: its table (``place``), the row's digest (``line``) and ``field``.

    ``mark`` stands where the text stood, the ``commitment`` where its salt stood. ``text`` and
    ``salt`` are kept here, and nowhere else, until it is decided: then they are emptied.
    ``owner_id`` is the ISP whose row it is (0: of none), ``admitted_seq`` the row's own.
    """

    __tablename__ = "withheld"
    __growing__ = ("ended_seq",)
    __emptied__ = ("text", "salt")
    __emptied_if__ = (
        "NEW.text IS NULL AND NEW.salt IS NULL AND EXISTS (SELECT 1 FROM withholding w"
        " WHERE w.isp_id = OLD.isp_id AND w.no = OLD.no AND w.outcome IS NOT NULL)"
    )
    __table_args__ = (
        ForeignKeyConstraint(["isp_id", "no"], ["withholding.isp_id", "withholding.no"]),
        Index("ix_withheld_line", "line", "field"),
        Index("ix_withheld_owner_id", "owner_id", "admitted_seq"),
        Index("ix_withheld_kept", "isp_id", "no", sqlite_where=_KEPT, postgresql_where=_KEPT),
        CheckConstraint("(text IS NULL) = (salt IS NULL)", name="text_with_salt"),
    )

    isp_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    line: Mapped[bytes] = mapped_column(Digest, primary_key=True)
    field: Mapped[str] = mapped_column(String(40), primary_key=True)
    place: Mapped[str] = mapped_column(String(40))
    owner_id: Mapped[int] = mapped_column(Integer)
    admitted_seq: Mapped[int] = mapped_column(BigInteger)
    commitment: Mapped[bytes] = mapped_column(Digest)
    mark: Mapped[str] = mapped_column(String(16))
    text: Mapped[str | None] = mapped_column(String(MOST_SIGNS))
    salt: Mapped[bytes | None] = mapped_column(Octets(SALT_BYTES))
    ended_seq: Mapped[int | None] = mapped_column(BigInteger)


def tables() -> dict[str, type[Any]]:
    """Every table with confidential texts, by name."""
    return {
        mapper.class_.__tablename__: mapper.class_
        for mapper in sorted(Base.registry.mappers, key=lambda m: m.class_.__name__)
        if getattr(mapper.class_, "__sealed__", ())
    }
