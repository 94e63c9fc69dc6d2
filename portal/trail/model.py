"""What the trail is made of: events in chains, the leaves that seal them, and checkpoints."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Date, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.canonical import canonical
from portal.db import Base, Code, Digest, Instant, Name


class Event(Base):
    """One act. ``facts`` is canonical JSON; ``digest`` covers every other column."""

    __tablename__ = "event"
    __growing__ = ()

    isp_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(Code)
    at: Mapped[datetime] = mapped_column(Instant)
    person_id: Mapped[int] = mapped_column(Integer)
    person_name: Mapped[str] = mapped_column(Name)
    role: Mapped[str] = mapped_column(Code)
    organisation_id: Mapped[int] = mapped_column(Integer)
    subject: Mapped[str] = mapped_column(String(80))
    facts: Mapped[str] = mapped_column(Text)
    previous: Mapped[bytes] = mapped_column(Digest)
    digest: Mapped[bytes] = mapped_column(Digest)


SIGNED = "checkpoint.signed"
"""The kind of the event by which the system's chain tells of a checkpoint."""


class Leaf(Base):
    """The head of one chain on one day: leaf ``no`` (from 0) of the log that checkpoints sign."""

    __tablename__ = "checkpoint_leaf"
    __growing__ = ()

    no: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    isp_id: Mapped[int] = mapped_column(Integer, index=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    head: Mapped[bytes] = mapped_column(Digest)
    day: Mapped[date] = mapped_column(Date)

    @property
    def line(self) -> bytes:
        """The bytes that are hashed into the tree."""
        return leaf_line(self.isp_id, self.seq, self.head.hex(), self.day.isoformat())


class Checkpoint(Base):
    """The log as it stood on a day: its first ``size`` leaves, their root, and the signed note."""

    __tablename__ = "checkpoint"
    __growing__ = ()

    size: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    root: Mapped[bytes] = mapped_column(Digest)
    day: Mapped[date] = mapped_column(Date, unique=True)
    at: Mapped[datetime] = mapped_column(Instant)
    note: Mapped[str] = mapped_column(String(1000))
    seq: Mapped[int] = mapped_column(BigInteger)

    @property
    def told(self) -> dict[str, int | str]:
        """What its event, number ``seq`` of the system's chain, says of it."""
        return {"size": self.size, "root": self.root.hex()}


def leaf_line(chain: int, seq: int, head: str, day: str) -> bytes:
    """The canonical line of a leaf; ``head`` in hex, ``day`` as 2026-11-05."""
    return canonical({"chain": chain, "day": day, "head": head, "seq": seq})
