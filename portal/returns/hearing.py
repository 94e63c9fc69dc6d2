"""The right of reply: what the authority intends against an ISP goes to it first (chairs C8)."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Integer,
    Select,
    String,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base, Code, Instant, Octets, code
from portal.entries.entry import IN_FORCE, SALT_BYTES, Line
from portal.returns.model import Filing

MOST_SIGNS = 2000


class Adverse(enum.StrEnum):
    """What an authority may do against an ISP: accept with a core obligation not met, declare a
    filing void, revoke a certificate.
    """

    FINDING = "FINDING"
    VOID = "VOID"
    REVOCATION = "REVOCATION"


class FindingDraft(Line, Base):
    """What the authority intends, sent to the ISP, which may reply until ``due_at``.

    ``subject`` is the filing's receipt, or the number of the certificate; ``obligations`` are those
    that would be found not met; ``reason`` is the coded one of a revocation. A later draft on the
    same subject closes the earlier one.
    """

    __tablename__ = "finding_draft"
    __growing__ = ("closed_seq",)
    __sealed__: ClassVar[tuple[str, ...]] = ("text",)
    __table_args__ = (
        ForeignKeyConstraint(
            ["isp_id", "period", "version"], ["filing.isp_id", "filing.period", "filing.version"]
        ),
        Index(
            "ux_finding_draft_in_force", "isp_id", "subject", unique=True,
            sqlite_where=IN_FORCE, postgresql_where=IN_FORCE,
        ),
        CheckConstraint("(kind = 'REVOCATION') = (reason IS NOT NULL)", name="reason_fits"),
    )  # fmt: skip

    no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    kind: Mapped[Adverse] = mapped_column(code(Adverse))
    subject: Mapped[str] = mapped_column(String(40))
    period: Mapped[str] = mapped_column(String(7))
    version: Mapped[int] = mapped_column(Integer)
    obligations: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str | None] = mapped_column(Code)
    text: Mapped[str | None] = mapped_column(String(MOST_SIGNS))
    text_salt: Mapped[bytes | None] = mapped_column(Octets(SALT_BYTES))
    due_at: Mapped[datetime] = mapped_column(Instant)


class FindingReply(Line, Base):
    """What the ISP says to a draft, in its own words; ``silent``: that it has nothing to say.

    A correction is the next version and closes the one before.
    """

    __tablename__ = "finding_reply"
    __growing__ = ("closed_seq",)
    __sealed__: ClassVar[tuple[str, ...]] = ("text",)
    __table_args__ = (
        ForeignKeyConstraint(["isp_id", "draft"], ["finding_draft.isp_id", "finding_draft.no"]),
        Index(
            "ux_finding_reply_in_force", "isp_id", "draft", unique=True,
            sqlite_where=IN_FORCE, postgresql_where=IN_FORCE,
        ),
    )  # fmt: skip

    draft: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    silent: Mapped[bool] = mapped_column(Boolean)
    text: Mapped[str | None] = mapped_column(String(MOST_SIGNS))
    text_salt: Mapped[bytes | None] = mapped_column(Octets(SALT_BYTES))


def draft_about(session: Session, isp_id: int, subject: str) -> FindingDraft | None:
    """The draft in force about a receipt or a certificate's number."""
    query = _drafts(isp_id).where(FindingDraft.subject == subject)
    found: FindingDraft | None = session.scalar(query)
    return found


def draft_on(session: Session, filing: Filing) -> FindingDraft | None:
    """The draft in force on a filing."""
    return draft_about(session, filing.isp_id, filing.receipt)


def drafts_of(session: Session, isp_id: int) -> Sequence[FindingDraft]:
    """Every draft in force that an ISP was sent, the newest first."""
    return session.scalars(_drafts(isp_id).order_by(FindingDraft.no.desc())).all()


def reply_to(session: Session, draft: FindingDraft) -> FindingReply | None:
    """What the ISP said to a draft: the version in force."""
    return session.scalar(
        select(FindingReply).where(
            FindingReply.isp_id == draft.isp_id,
            FindingReply.draft == draft.no,
            FindingReply.closed_seq.is_(None),
        )
    )


def _drafts(isp_id: int) -> Select[Any]:
    return select(FindingDraft).where(
        FindingDraft.isp_id == isp_id, FindingDraft.closed_seq.is_(None)
    )
