"""An upload: who sent which file for which register, what is in it in numbers, how it ended."""

from __future__ import annotations

import enum
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Code, Digest, Instant, code

LIVES: Final = timedelta(hours=24)
"""So long a file stays when nothing is decided (chairs B11)."""

KEPT: Final = timedelta(days=30)
"""So long the row of one says what became of it."""


class UploadEnd(enum.StrEnum):
    """What was decided about an upload."""

    RECORDED = "RECORDED"
    DISCARDED = "DISCARDED"


class Upload(Base):
    """A file that waits for a decision, and afterwards that it was there.

    ``name`` is random, the file's name in the private folder and in the address of its page; what
    the sender called it is not kept. ``columns`` is JSON: the field of each column in order;
    ``reason`` why rows differ from what was recorded before.
    ``report`` is canonical JSON of counts and codes, never of what stands in a cell;
    ``checked_at`` says when it was made, ``job_id`` who is making it or recording. ``ended_at``
    and ``outcome`` say what was decided, ``result`` what was recorded, in counts and numbers;
    ``gone_at`` since when nothing of it lies in the folder.
    """

    __tablename__ = "upload"
    __table_args__ = (
        Index("ix_upload_isp_id_register", "isp_id", "register", "made_at"),
        CheckConstraint("(ended_at IS NULL) = (outcome IS NULL)", name="ended"),
    )

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    isp_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    register: Mapped[str] = mapped_column(Code)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)
    sha256: Mapped[bytes] = mapped_column(Digest)
    size: Mapped[int] = mapped_column(BigInteger)
    rows: Mapped[int | None] = mapped_column(Integer)
    columns: Mapped[str] = mapped_column(String(16_000))
    reason: Mapped[str | None] = mapped_column(Code)
    report: Mapped[str | None] = mapped_column(String(1_000_000))
    checked_at: Mapped[datetime | None] = mapped_column(Instant)
    job_id: Mapped[int | None] = mapped_column(Integer)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    outcome: Mapped[UploadEnd | None] = mapped_column(code(UploadEnd))
    result: Mapped[str | None] = mapped_column(String(400))
    gone_at: Mapped[datetime | None] = mapped_column(Instant)

    @property
    def until_at(self) -> datetime:
        """When its files are gone at the latest."""
        return self.made_at + LIVES
