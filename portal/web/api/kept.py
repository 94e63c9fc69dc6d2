"""Answers kept for a while, so that whoever asks the same again gets the same and nothing more.

A program names each act with an Idempotency-Key (draft-ietf-httpapi-idempotency-key-header). Key
and request are kept as digests; the answer holds names, numbers and versions, no text of anybody.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Delete, ForeignKey, Integer, LargeBinary, String, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base, Digest, Instant

KEPT_FOR: Final = timedelta(hours=48)


class KeptAnswer(Base):
    """What one act of a program was answered. ``key`` is the digest of its Idempotency-Key,
    ``request`` that of what was asked; ``headers`` are JSON.
    """

    __tablename__ = "kept_answer"

    program_id: Mapped[int] = mapped_column(
        ForeignKey("program.person_id"), primary_key=True, autoincrement=False
    )
    key: Mapped[bytes] = mapped_column(Digest, primary_key=True)
    isp_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    request: Mapped[bytes] = mapped_column(Digest)
    status: Mapped[int] = mapped_column(Integer)
    headers: Mapped[str] = mapped_column(String(400))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    kept_at: Mapped[datetime] = mapped_column(Instant, index=True)


def kept_answer(session: Session, program_id: int, key: bytes, at: datetime) -> KeptAnswer | None:
    """What was answered under a key before, while it is kept."""
    found = session.get(KeptAnswer, (program_id, key), populate_existing=True)
    return found if found is not None and found.kept_at > at - KEPT_FOR else None


def keep_answer(session: Session, answer: KeptAnswer) -> None:
    """Keep an answer with the act's own transaction, and let this program's old ones go."""
    old = answer.kept_at - KEPT_FOR
    mine = KeptAnswer.program_id == answer.program_id, KeptAnswer.kept_at <= old
    session.execute(delete(KeptAnswer).where(*mine))
    session.add(answer)


def forget(before: datetime) -> Delete:
    """Let go of what was kept until then."""
    return delete(KeptAnswer).where(KeptAnswer.kept_at <= before)
