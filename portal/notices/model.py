"""The nouns of what was asked: notifiers, notices, the ISPs they went to, later acts, counts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
)
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Digest, Instant, Octets, code
from portal.entries.codes import CorrectionReason
from portal.entries.entry import IN_FORCE, SALT_BYTES, Line, Recorded
from portal.notices.codes import (
    ActKind,
    Assessment,
    Assessor,
    Harm,
    Instrument,
    LocatorKind,
    Media,
    SourceType,
)
from portal.policy.codes import Category, Priority, ServiceRole

_IN_FORCE: dict[str, Any] = {"sqlite_where": IN_FORCE, "postgresql_where": IN_FORCE}


class Notifier(Recorded, Base):
    """An organisation sends notices through the portal as this kind of sender, from a day on.

    ``sole``: everything of this kind issued since then comes through the portal. A later version
    closes the one before; sequence numbers are those of the system's ledger.
    """

    __tablename__ = "notifier"
    __growing__ = ("closed_seq",)
    __table_args__ = (CheckConstraint("until_on IS NULL OR until_on >= from_on", name="span"),)

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    source_type: Mapped[SourceType] = mapped_column(code(SourceType), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date | None] = mapped_column(Date)
    sole: Mapped[bool] = mapped_column(Boolean)


class Notice(Recorded, Base):
    """One version of what a notifier asked; items are numbered 1 to ``items``.

    ``source_ref`` is the notifier's own number, sealed. No place is ever named: what each item is
    stays in the letter between notifier and ISP. Sequence numbers are those of the system's ledger.
    """

    __tablename__ = "notice"
    __growing__ = ("closed_seq",)
    __sealed__: ClassVar[tuple[str, ...]] = ("source_ref",)
    __dated__: ClassVar[str] = "issued_at"
    __kin__: ClassVar[Mapping[str, str]] = {"source_ref": "sender"}
    __table_args__ = (
        Index("ux_notice_in_force", "key", unique=True, **_IN_FORCE),
        Index("ux_notice_source_ref", "notifier_id", "source_ref", unique=True, **_IN_FORCE),
        CheckConstraint("items >= 1", name="items"),
    )

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    reason: Mapped[CorrectionReason | None] = mapped_column(code(CorrectionReason))
    notifier_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    source_type: Mapped[SourceType] = mapped_column(code(SourceType))
    source_ref: Mapped[str] = mapped_column(String(64))
    source_ref_salt: Mapped[bytes] = mapped_column(Octets(SALT_BYTES))
    instrument: Mapped[Instrument] = mapped_column(code(Instrument))
    legal_basis: Mapped[str] = mapped_column(String(40))
    category: Mapped[Category] = mapped_column(code(Category))
    priority: Mapped[Priority] = mapped_column(code(Priority))
    service_role: Mapped[ServiceRole] = mapped_column(code(ServiceRole))
    harm: Mapped[Harm] = mapped_column(code(Harm))
    assessment: Mapped[Assessment] = mapped_column(code(Assessment))
    assessed_by: Mapped[Assessor] = mapped_column(code(Assessor))
    media: Mapped[Media | None] = mapped_column(code(Media))
    locator_kind: Mapped[LocatorKind] = mapped_column(code(LocatorKind))
    hosting_country: Mapped[str] = mapped_column(String(2))
    issued_at: Mapped[datetime] = mapped_column(Instant)
    items: Mapped[int] = mapped_column(Integer)


class NoticeIsp(Line, Base):
    """A version of a notice as it was addressed to one ISP, under that ISP's ledger.

    What an ISP was asked *as of* a sequence number of its own is the version named here; ``line``
    is that version's digest, so that the ISP's chain commits to it. ``carried_isp`` is the
    predecessor it was sent to, where it came to this ISP by a succession.
    """

    __tablename__ = "notice_isp"
    __growing__ = ("closed_seq",)
    __table_args__ = (
        ForeignKeyConstraint(["notice", "version"], ["notice.key", "notice.version"]),
        Index("ux_notice_isp_in_force", "isp_id", "notice", unique=True, **_IN_FORCE),
        Index("ix_notice_isp_isp_id", "isp_id", "notice", "version"),
    )

    notice: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    line: Mapped[bytes] = mapped_column(Digest)
    carried_isp: Mapped[int | None] = mapped_column(Integer, sort_order=3)


class NoticeAct(Line, Base):
    """What the notifier said later of one item as one ISP has it, under that ISP's ledger."""

    __tablename__ = "notice_act"
    __growing__ = ("closed_seq",)
    __sealed__: ClassVar[tuple[str, ...]] = ("reference",)
    __dated__: ClassVar[str] = "occurred_at"
    __kin__: ClassVar[Mapping[str, str]] = {"reference": "sender"}
    __table_args__ = (
        Index("ix_notice_act_isp_id", "isp_id", "notice", "item_no"),
        CheckConstraint("item_no >= 1", name="item_no"),
    )

    notice: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    item_no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    kind: Mapped[ActKind] = mapped_column(code(ActKind))
    occurred_at: Mapped[datetime] = mapped_column(Instant)
    reference: Mapped[str | None] = mapped_column(String(64))
    reference_salt: Mapped[bytes | None] = mapped_column(Octets(SALT_BYTES))


class MonthCount(Recorded, Base):
    """What a notifier counted in a month: reports received, assessed, notices sent by any way."""

    __tablename__ = "month_count"
    __growing__ = ("closed_seq",)
    __table_args__ = (CheckConstraint("received >= 0 AND assessed >= 0 AND sent >= 0", name="n"),)

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    period: Mapped[str] = mapped_column(String(7), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    received: Mapped[int] = mapped_column(Integer)
    assessed: Mapped[int] = mapped_column(Integer)
    sent: Mapped[int] = mapped_column(Integer)
