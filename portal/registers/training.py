"""The training register: one row is one person's completion of one module, by pseudonym."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from sqlalchemy import BigInteger, CheckConstraint, Date, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Digest, Octets, code
from portal.entries.entry import SALT_BYTES, EntryRow
from portal.policy.codes import Module, TrainingResult
from portal.registers.codes import Funding, Language, Level, Mode, Provider


class Completion(EntryRow, Base):
    """One person's result in one session; the real name stays with the ISP (pseudonym sealed).

    ``minutes`` is the session's duration. EXEMPT carries a last day and no reason (chairs C7).
    ``shared_session`` is the key of the session that its trainer entered for several ISPs and of
    which this is a confirmation (chairs B8); a correction keeps it. One that came
    with somebody taken over names the predecessor's entry.
    """

    __tablename__ = "completion"
    __growing__ = ("closed_seq",)
    __sealed__: ClassVar[tuple[str, ...]] = ("own_ref", "session_ref", "staff_ref", "note")
    __dated__: ClassVar[str] = "held_on"
    __kin__: ClassVar[Mapping[str, str]] = {"session_ref": "session", "staff_ref": "staff"}

    session_ref: Mapped[str] = mapped_column(String(64))
    session_ref_salt: Mapped[bytes | None] = mapped_column(Octets(SALT_BYTES), sort_order=3)
    held_on: Mapped[date] = mapped_column(Date)
    module: Mapped[Module] = mapped_column(code(Module))
    level: Mapped[Level] = mapped_column(code(Level))
    provider: Mapped[Provider] = mapped_column(code(Provider))
    mode: Mapped[Mode] = mapped_column(code(Mode))
    language: Mapped[Language] = mapped_column(code(Language))
    minutes: Mapped[int] = mapped_column(Integer)
    funded_by: Mapped[Funding] = mapped_column(code(Funding))
    staff_ref: Mapped[str | None] = mapped_column(String(16))
    staff_ref_salt: Mapped[bytes | None] = mapped_column(Octets(SALT_BYTES))
    result: Mapped[TrainingResult] = mapped_column(code(TrainingResult))
    exempt_until: Mapped[date | None] = mapped_column(Date)
    note: Mapped[str | None] = mapped_column(String(300))
    note_salt: Mapped[bytes | None] = mapped_column(Octets(SALT_BYTES))
    shared_session: Mapped[int | None] = mapped_column(BigInteger)
    carried_isp: Mapped[int | None] = mapped_column(Integer, sort_order=3)
    carried_key: Mapped[int | None] = mapped_column(BigInteger, sort_order=3)
    carried_line: Mapped[bytes | None] = mapped_column(Digest, sort_order=3)

    @classmethod
    def _more_args(cls) -> tuple[Any, ...]:
        return (
            Index("ix_completion_held", "isp_id", "held_on", "key"),
            Index("ix_completion_staff", "isp_id", "staff_ref", "module", "held_on"),
            Index("ix_completion_shared_session", "shared_session", "isp_id"),
            CheckConstraint("minutes BETWEEN 15 AND 2400", name="minutes"),
            CheckConstraint("result <> 'EXEMPT' OR exempt_until IS NOT NULL", name="exempt"),
        )
