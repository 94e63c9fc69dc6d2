"""The complaint register: over-blocking complaints against a list and a method (chairs A2)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Instant, Octets, code
from portal.entries.entry import SALT_BYTES, EntryRow
from portal.registers.codes import Method, Outcome


class Complaint(EntryRow, Base):
    """Somebody says that a block is wrong; its progress is later versions with reason PROGRESS.

    What was blocked is not stored: the ISP's own ticket (``own_ref``) leads there.
    """

    __tablename__ = "complaint"
    __growing__ = ("closed_seq",)
    __sealed__: ClassVar[tuple[str, ...]] = ("own_ref", "note")
    __dated__: ClassVar[str] = "received_at"

    list_code: Mapped[str] = mapped_column(String(40))
    method: Mapped[Method] = mapped_column(code(Method))
    received_at: Mapped[datetime] = mapped_column(Instant)
    acknowledged_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    outcome: Mapped[Outcome | None] = mapped_column(code(Outcome))
    restored_at: Mapped[datetime | None] = mapped_column(Instant)
    note: Mapped[str | None] = mapped_column(String(300))
    note_salt: Mapped[bytes | None] = mapped_column(Octets(SALT_BYTES))

    @classmethod
    def _more_args(cls) -> tuple[Any, ...]:
        return (
            Index("ix_complaint_received", "isp_id", "received_at", "key"),
            CheckConstraint("(decided_at IS NULL) = (outcome IS NULL)", name="decided"),
        )
