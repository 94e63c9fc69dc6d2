"""What is declared: a preparation freezes a sequence, a filing is that, a decision judges it."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Digest, Instant, code
from portal.entries.entry import IN_FORCE


class ReturnKind(enum.StrEnum):
    """What kind of monthly return a filing is."""

    NORMAL = "NORMAL"
    NIL = "NIL"
    PARTIAL_PERIOD = "PARTIAL_PERIOD"
    FINAL = "FINAL"


class AmendmentReason(enum.StrEnum):
    """Why a later version was filed."""

    LATE_ENTRY = "LATE_ENTRY"
    CORRECTION = "CORRECTION"
    RETURNED_BY_AUTHORITY = "RETURNED_BY_AUTHORITY"
    CONFIRMED_AS_FILED = "CONFIRMED_AS_FILED"
    RECALLED = "RECALLED"


class DecisionOutcome(enum.StrEnum):
    """How a filing was judged."""

    ACCEPT = "ACCEPT"
    ACCEPT_WITH_OBSERVATIONS = "ACCEPT_WITH_OBSERVATIONS"
    RETURN_FOR_CORRECTION = "RETURN_FOR_CORRECTION"
    REJECT_VOID = "REJECT_VOID"


ACCEPTED = (DecisionOutcome.ACCEPT, DecisionOutcome.ACCEPT_WITH_OBSERVATIONS)


class OpeningBalance(Base):
    """How many items an ISP says were open when its first month began (chairs A4)."""

    __tablename__ = "opening_balance"
    __growing__ = ("closed_seq",)

    isp_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    period: Mapped[str] = mapped_column(String(7))
    open_items: Mapped[int] = mapped_column(Integer)
    declared_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    admitted_seq: Mapped[int] = mapped_column(BigInteger)
    closed_seq: Mapped[int | None] = mapped_column(BigInteger)


class Preparation(Base):
    """A frozen candidate: the statement's bytes as of ``basis_seq``, prepared by one person.

    ``nils`` are the slugs of registers declared nil, sorted and joined by a space.
    """

    __tablename__ = "preparation"
    __growing__ = ()

    isp_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    period: Mapped[str] = mapped_column(String(7), primary_key=True)
    no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger)
    basis_seq: Mapped[int] = mapped_column(BigInteger)
    cut_off_at: Mapped[datetime] = mapped_column(Instant)
    prepared_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    prepared_at: Mapped[datetime] = mapped_column(Instant)
    nils: Mapped[str] = mapped_column(String(80))
    reason: Mapped[AmendmentReason | None] = mapped_column(code(AmendmentReason))
    statement: Mapped[bytes] = mapped_column(LargeBinary)
    statement_digest: Mapped[bytes] = mapped_column(Digest)
    content_digest: Mapped[bytes] = mapped_column(Digest)


class Filing(Base):
    """One frozen version of a monthly return; the first one's cut-off holds for all its versions.

    ``content_digest`` covers what the entries say (not when it was frozen): two filings with the
    same one are unchanged. ``certified_digest`` covers what its papers would certify.
    """

    __tablename__ = "filing"
    __growing__ = ()
    __table_args__ = (
        ForeignKeyConstraint(
            ["isp_id", "period", "preparation_no"],
            ["preparation.isp_id", "preparation.period", "preparation.no"],
            name="fk_filing_preparation",
        ),
        UniqueConstraint("isp_id", "period", "preparation_no"),
        UniqueConstraint("receipt"),
        CheckConstraint("prepared_by <> approved_by OR waiver_key IS NOT NULL", name="four_eyes"),
    )

    isp_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    period: Mapped[str] = mapped_column(String(7), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    preparation_no: Mapped[int] = mapped_column(Integer)
    seq: Mapped[int] = mapped_column(BigInteger)
    basis_seq: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[ReturnKind] = mapped_column(code(ReturnKind))
    receipt: Mapped[str] = mapped_column(String(40))
    cut_off_at: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime] = mapped_column(Instant)
    filed_at: Mapped[datetime] = mapped_column(Instant, index=True)
    prepared_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    approved_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    waiver_key: Mapped[int | None] = mapped_column(Integer)
    reason: Mapped[AmendmentReason | None] = mapped_column(code(AmendmentReason))
    statement: Mapped[bytes] = mapped_column(LargeBinary)
    statement_digest: Mapped[bytes] = mapped_column(Digest)
    content_digest: Mapped[bytes] = mapped_column(Digest)
    certified_digest: Mapped[bytes] = mapped_column(Digest)


class Recall(Base):
    """The ISP took a filing back before its review began."""

    __tablename__ = "recall"
    __growing__ = ()
    __table_args__ = (
        ForeignKeyConstraint(
            ["isp_id", "period", "version"], ["filing.isp_id", "filing.period", "filing.version"]
        ),
    )

    isp_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    period: Mapped[str] = mapped_column(String(7), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    recalled_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    recalled_at: Mapped[datetime] = mapped_column(Instant)
    seq: Mapped[int] = mapped_column(BigInteger)


class ReviewStart(Base):
    """An officer of the authority opened a filing; from then on it cannot be recalled."""

    __tablename__ = "review_start"
    __growing__ = ()
    __table_args__ = (
        ForeignKeyConstraint(
            ["isp_id", "period", "version"], ["filing.isp_id", "filing.period", "filing.version"]
        ),
    )

    isp_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    period: Mapped[str] = mapped_column(String(7), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    opened_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime] = mapped_column(Instant)
    seq: Mapped[int] = mapped_column(BigInteger)


class Decision(Base):
    """How one filing was judged, by one officer; only one decision of a filing is in force.

    An appeal that is allowed closes it (``closed_seq``): then another one (``no`` 2) follows, or
    the filing is under review again. ``set_aside`` are obligations whose finding was set aside.
    """

    __tablename__ = "decision"
    __growing__ = ("closed_seq",)
    __table_args__ = (
        ForeignKeyConstraint(
            ["isp_id", "period", "version"], ["filing.isp_id", "filing.period", "filing.version"]
        ),
        Index(
            "ux_decision_in_force", "isp_id", "period", "version", unique=True,
            sqlite_where=IN_FORCE, postgresql_where=IN_FORCE,
        ),
    )  # fmt: skip

    isp_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    period: Mapped[str] = mapped_column(String(7), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False, default=1)
    outcome: Mapped[DecisionOutcome] = mapped_column(code(DecisionOutcome))
    decided_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime] = mapped_column(Instant)
    seq: Mapped[int] = mapped_column(BigInteger)
    # Obligations whose one late item had a coded reason that the authority accepts (chairs B6).
    excused: Mapped[str] = mapped_column(String(200), default="")
    set_aside: Mapped[str] = mapped_column(String(200), default="")
    closed_seq: Mapped[int | None] = mapped_column(BigInteger)
