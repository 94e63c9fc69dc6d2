"""The takedown register: an item's particulars are versions, its progress is events."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Date, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Digest, Instant, Octets, code
from portal.entries.codes import CorrectionReason
from portal.entries.entry import SALT_BYTES, EntryRow, Line
from portal.notices.codes import (
    Assessment,
    Assessor,
    Harm,
    Instrument,
    LocatorKind,
    Media,
    SourceType,
)
from portal.policy.codes import ActionType, Category, Priority, ServiceRole
from portal.registers.codes import (
    Authority,
    Effect,
    LateReason,
    Outcome,
    PauseReason,
    Progress,
    TimeSource,
    Verifier,
)


class Takedown(EntryRow, Base):
    """One item of one notice: one place that the notifier named (the place itself stays there).

    ``source_ref`` is the notifier's number, ``own_ref`` the ISP's ticket, ``handled_by`` a staff
    pseudonym; all three, and the note, are sealed. An item that came by a succession names the
    predecessor's entry (``carried_isp``, ``carried_key``), its line's digest, and when it came.
    """

    __tablename__ = "takedown"
    __growing__ = ("closed_seq",)
    __sealed__: ClassVar[tuple[str, ...]] = ("own_ref", "source_ref", "handled_by", "note")
    __dated__: ClassVar[str] = "received_at"
    __kin__: ClassVar[Mapping[str, str]] = {"source_ref": "sender", "handled_by": "staff"}

    source_type: Mapped[SourceType] = mapped_column(code(SourceType))
    source_ref: Mapped[str | None] = mapped_column(String(64))
    source_ref_salt: Mapped[bytes | None] = mapped_column(Octets(SALT_BYTES))
    item_no: Mapped[int] = mapped_column(Integer)
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
    received_at: Mapped[datetime] = mapped_column(Instant)
    handled_by: Mapped[str | None] = mapped_column(String(16))
    handled_by_salt: Mapped[bytes | None] = mapped_column(Octets(SALT_BYTES))
    note: Mapped[str | None] = mapped_column(String(300))
    note_salt: Mapped[bytes | None] = mapped_column(Octets(SALT_BYTES))
    duplicate_of: Mapped[int | None] = mapped_column(BigInteger)
    reappearance_of: Mapped[int | None] = mapped_column(BigInteger)
    carried_isp: Mapped[int | None] = mapped_column(Integer, sort_order=3)
    carried_key: Mapped[int | None] = mapped_column(BigInteger, sort_order=3)
    carried_line: Mapped[bytes | None] = mapped_column(Digest, sort_order=3)
    carried_at: Mapped[datetime | None] = mapped_column(Instant, sort_order=3)

    @classmethod
    def _more_args(cls) -> tuple[Any, ...]:
        carried = text("closed_seq IS NULL AND carried_isp IS NOT NULL")
        once: dict[str, Any] = {"sqlite_where": carried, "postgresql_where": carried}
        return (
            Index("ux_takedown_carried", "carried_isp", "carried_key", unique=True, **once),
            Index("ix_takedown_received", "isp_id", "received_at", "key"),
            Index("ix_takedown_source", "isp_id", "source_type", "source_ref", "item_no"),
            CheckConstraint("item_no >= 1", name="item_no"),
            CheckConstraint("instrument <> 'ORDER' OR source_ref IS NOT NULL", name="order_ref"),
        )


class TakedownEvent(Line, Base):
    """Something that happened to an item; a wrong one is closed by one that ``corrects`` it.

    ``effect`` says what it does to the stock of open items, decided when it is admitted. One that
    happened at the predecessor has the digest of its line there (``carried_line``).
    """

    __tablename__ = "takedown_event"
    __growing__ = ("closed_seq",)
    __sealed__: ClassVar[tuple[str, ...]] = ("second_approver", "reference", "note")
    __dated__: ClassVar[str] = "occurred_at"
    __kin__: ClassVar[Mapping[str, str]] = {"reference": "sender", "second_approver": "staff"}
    __table_args__ = (
        CheckConstraint("until_at IS NULL OR until_at >= occurred_at", name="pause"),
        CheckConstraint("kind <> 'ACTIONED' OR action IS NOT NULL", name="action"),
    )

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    kind: Mapped[Progress] = mapped_column(code(Progress))
    occurred_at: Mapped[datetime] = mapped_column(Instant)
    effect: Mapped[Effect | None] = mapped_column(code(Effect))
    until_at: Mapped[datetime | None] = mapped_column(Instant)
    pause_reason: Mapped[PauseReason | None] = mapped_column(code(PauseReason))
    approved: Mapped[bool | None] = mapped_column(Boolean)
    refers_to: Mapped[int | None] = mapped_column(Integer)
    action: Mapped[ActionType | None] = mapped_column(code(ActionType))
    time_source: Mapped[TimeSource | None] = mapped_column(code(TimeSource))
    late_reason: Mapped[LateReason | None] = mapped_column(code(LateReason))
    verifier: Mapped[Verifier | None] = mapped_column(code(Verifier))
    authority: Mapped[Authority | None] = mapped_column(code(Authority))
    outcome: Mapped[Outcome | None] = mapped_column(code(Outcome))
    second_approver: Mapped[str | None] = mapped_column(String(16))
    second_approver_salt: Mapped[bytes | None] = mapped_column(Octets(SALT_BYTES), sort_order=3)
    expires_on: Mapped[date | None] = mapped_column(Date)
    reference: Mapped[str | None] = mapped_column(String(64))
    reference_salt: Mapped[bytes | None] = mapped_column(Octets(SALT_BYTES))
    note: Mapped[str | None] = mapped_column(String(300))
    note_salt: Mapped[bytes | None] = mapped_column(Octets(SALT_BYTES))
    corrects: Mapped[int | None] = mapped_column(Integer)
    reason: Mapped[CorrectionReason | None] = mapped_column(code(CorrectionReason))
    retracted: Mapped[bool] = mapped_column(Boolean, default=False)
    carried_line: Mapped[bytes | None] = mapped_column(Digest, sort_order=3)
