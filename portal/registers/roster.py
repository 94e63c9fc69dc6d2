"""The dated staff roster: who was in which role from which day to which day, by pseudonym."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Date, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Digest, Octets, code
from portal.entries.entry import SALT_BYTES, EntryRow
from portal.policy.codes import RoleGroup


class RosterSpan(EntryRow, Base):
    """One person in one role; ``joined_on`` is when the person came to the ISP (the induction's
    clock), ``until_on`` the last day in this role, ``handles_notices`` whether they may see cases.
    A span of somebody taken over names the predecessor's (``carried_isp``, ``carried_key``), and
    that one, ended on the day before, the ISP where it goes on (``carried_to``).
    """

    __tablename__ = "roster_span"
    __growing__ = ("closed_seq",)
    __sealed__: ClassVar[tuple[str, ...]] = ("own_ref", "staff_ref")
    __dated__: ClassVar[str] = "from_on"
    __kin__: ClassVar[Mapping[str, str]] = {"staff_ref": "staff"}

    staff_ref: Mapped[str | None] = mapped_column(String(16))
    staff_ref_salt: Mapped[bytes | None] = mapped_column(Octets(SALT_BYTES))
    role_group: Mapped[RoleGroup] = mapped_column(code(RoleGroup))
    joined_on: Mapped[date] = mapped_column(Date)
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date | None] = mapped_column(Date)
    handles_notices: Mapped[bool] = mapped_column(Boolean)
    carried_isp: Mapped[int | None] = mapped_column(Integer, sort_order=3)
    carried_key: Mapped[int | None] = mapped_column(BigInteger, sort_order=3)
    carried_line: Mapped[bytes | None] = mapped_column(Digest, sort_order=3)
    carried_to: Mapped[int | None] = mapped_column(Integer, sort_order=3)

    @classmethod
    def _more_args(cls) -> tuple[Any, ...]:
        return (
            Index("ix_roster_span_staff", "isp_id", "staff_ref", "from_on"),
            CheckConstraint("until_on IS NULL OR until_on >= from_on", name="span"),
            CheckConstraint("joined_on <= from_on", name="joined"),
        )
