"""What a sample is made of: the draw, the lines that were chosen, the finding on each."""

from __future__ import annotations

import enum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    String,
)
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Digest, code
from portal.entries.entry import Line


class LineFlag(enum.StrEnum):
    """Why a line is looked at first (domain §7, case 19): entered after the limit it is said to
    have kept, of priority 1, corrected; none of these.
    """

    BACK_DATED = "BACK_DATED"
    URGENT = "URGENT"
    CORRECTED = "CORRECTED"
    NONE = "NONE"


class FindingOutcome(enum.StrEnum):
    """What the evidence at the ISP said of a line."""

    AGREES = "AGREES"
    DIFFERS = "DIFFERS"
    NOT_SHOWN = "NOT_SHOWN"


class Difference(enum.StrEnum):
    """In what the evidence differs from the line."""

    TIME = "TIME"
    ACTION = "ACTION"
    NUMBER = "NUMBER"
    CODE = "CODE"
    NEVER_HAPPENED = "NEVER_HAPPENED"
    LACKS_ENTRIES = "LACKS_ENTRIES"


class Sample(Line, Base):
    """Draw ``no`` of the entries of one register behind one filing, by one auditor.

    ``chosen`` of the ``population``, of which ``flagged`` are looked at first and ``first`` were
    chosen. ``population_digest`` is the SHA-256 over the lines' digests in the order of their keys;
    ``sample_digest`` over the chosen digests in hexadecimal, sorted, one a line. ``chance`` are the
    words of public chance that the auditor brought; the seed begins with them.
    """

    __tablename__ = "sample"
    __growing__ = ("closed_seq",)
    __table_args__ = (
        ForeignKeyConstraint(
            ["isp_id", "period", "version"],
            ["filing.isp_id", "filing.period", "filing.version"],
            name="fk_sample_filing",
        ),
        CheckConstraint("chosen BETWEEN 1 AND population", name="chosen"),
        CheckConstraint("first <= flagged AND first <= chosen", name="first"),
    )

    period: Mapped[str] = mapped_column(String(7), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    register: Mapped[str] = mapped_column(String(20), primary_key=True)
    no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    engagement: Mapped[int] = mapped_column(ForeignKey("engagement.no"))
    seed: Mapped[str] = mapped_column(String(100))
    chance: Mapped[str | None] = mapped_column(String(64))
    population: Mapped[int] = mapped_column(Integer)
    chosen: Mapped[int] = mapped_column(Integer)
    flagged: Mapped[int] = mapped_column(Integer)
    first: Mapped[int] = mapped_column(Integer)
    population_digest: Mapped[bytes] = mapped_column(Digest)
    sample_digest: Mapped[bytes] = mapped_column(Digest)


class SampledLine(Base):
    """A line that was chosen: the entry's version in force when the month was frozen."""

    __tablename__ = "sampled_line"
    __growing__ = ()
    __table_args__ = (
        ForeignKeyConstraint(
            ["isp_id", "period", "version", "register", "sample"],
            ["sample.isp_id", "sample.period", "sample.version", "sample.register", "sample.no"],
            name="fk_sampled_line_sample",
        ),
    )

    isp_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    period: Mapped[str] = mapped_column(String(7), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    register: Mapped[str] = mapped_column(String(20), primary_key=True)
    sample: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    place: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    key: Mapped[int] = mapped_column(BigInteger)
    flag: Mapped[LineFlag] = mapped_column(code(LineFlag))
    line: Mapped[bytes] = mapped_column(Digest)


class Finding(Line, Base):
    """What the auditor found of one sampled line; a later ``no`` replaces the one before."""

    __tablename__ = "sample_finding"
    __growing__ = ("closed_seq",)
    __table_args__ = (
        ForeignKeyConstraint(
            ["isp_id", "period", "version", "register", "sample", "place"],
            [f"sampled_line.{n}" for n in ("isp_id", "period", "version", "register")]
            + ["sampled_line.sample", "sampled_line.place"],
            name="fk_sample_finding_line",
        ),
        CheckConstraint("(outcome = 'DIFFERS') = (difference IS NOT NULL)", name="said_in_what"),
    )

    period: Mapped[str] = mapped_column(String(7), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    register: Mapped[str] = mapped_column(String(20), primary_key=True)
    sample: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    place: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    outcome: Mapped[FindingOutcome] = mapped_column(code(FindingOutcome))
    difference: Mapped[Difference | None] = mapped_column(code(Difference))
