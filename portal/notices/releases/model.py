"""The nouns of list releases: who publishes a list, and what is known of each of its issues."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Digest, Instant, Octets, code
from portal.entries.codes import CorrectionReason
from portal.entries.entry import IN_FORCE, SALT_BYTES, Recorded
from portal.notices.codes import UpdateKind
from portal.policy.codes import ListKind

_IN_FORCE: dict[str, Any] = {"sqlite_where": IN_FORCE, "postgresql_where": IN_FORCE}
# Rolling back brings an older issue's content again.
_ISSUE = text("closed_seq IS NULL AND NOT void AND update_kind <> 'ROLLBACK'")
_ONCE: dict[str, Any] = {"sqlite_where": _ISSUE, "postgresql_where": _ISSUE}


class Publisher(Recorded, Base):
    """An organisation records the releases of a permitted list, from a day on until a day.

    A later version closes the one before; sequence numbers are those of the system's ledger.
    """

    __tablename__ = "publisher"
    __growing__ = ("closed_seq",)
    __table_args__ = (CheckConstraint("until_on IS NULL OR until_on >= from_on", name="span"),)

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    list_code: Mapped[str] = mapped_column(String(40), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date | None] = mapped_column(Date)


class ListRelease(Recorded, Base):
    """One version of what is known of one issue of a permitted list; never the list itself.

    Its identity is (list, content digest): the publisher's label may come again (hard case 5).
    ``void``: it was never released. Sequence numbers are those of the system's ledger.
    """

    __tablename__ = "list_release"
    __growing__ = ("closed_seq",)
    __sealed__: ClassVar[tuple[str, ...]] = ("version_label",)
    __table_args__ = (
        Index("ux_list_release_in_force", "key", unique=True, **_IN_FORCE),
        Index("ux_list_release_issue", "list_code", "content_digest", unique=True, **_ONCE),
        Index("ix_list_release_published", "list_code", "published_at", "key"),
        CheckConstraint("entries_total >= 0 AND added >= 0 AND removed >= 0", name="counts"),
    )

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    reason: Mapped[CorrectionReason | None] = mapped_column(code(CorrectionReason))
    void: Mapped[bool] = mapped_column(Boolean)
    publisher_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    list_code: Mapped[str] = mapped_column(String(40))
    list_kind: Mapped[ListKind] = mapped_column(code(ListKind))
    update_kind: Mapped[UpdateKind] = mapped_column(code(UpdateKind))
    version_label: Mapped[str | None] = mapped_column(String(40))
    version_label_salt: Mapped[bytes | None] = mapped_column(Octets(SALT_BYTES), sort_order=3)
    serial: Mapped[int | None] = mapped_column(BigInteger)
    content_digest: Mapped[bytes] = mapped_column(Digest)
    published_at: Mapped[datetime] = mapped_column(Instant)
    entries_total: Mapped[int] = mapped_column(Integer)
    added: Mapped[int] = mapped_column(Integer)
    removed: Mapped[int] = mapped_column(Integer)
