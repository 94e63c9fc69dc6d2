"""What is told: the kinds of mail, and the outbox they wait in."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.accounts import Permission
from portal.db import Base, Code, Instant, code


class MailKind(enum.StrEnum):
    """The occasions on which somebody is written to."""

    RETURN_FILED = "RETURN_FILED"
    RETURN_ACCEPTED = "RETURN_ACCEPTED"
    RETURN_SENT_BACK = "RETURN_SENT_BACK"
    RETURN_VOIDED = "RETURN_VOIDED"
    CERTIFICATE_ISSUED = "CERTIFICATE_ISSUED"
    CERTIFICATE_REVOKED = "CERTIFICATE_REVOKED"
    RETURN_REMINDER = "RETURN_REMINDER"
    RETURN_OVERDUE = "RETURN_OVERDUE"
    RETURN_DELINQUENT = "RETURN_DELINQUENT"
    ORDER_SENT = "ORDER_SENT"
    ORDER_REMINDER = "ORDER_REMINDER"
    ORDER_OVERDUE = "ORDER_OVERDUE"
    ORDER_WITHDRAWN = "ORDER_WITHDRAWN"
    FINDING_DRAFTED = "FINDING_DRAFTED"
    FINDING_REPLIED = "FINDING_REPLIED"
    APPEAL_MADE = "APPEAL_MADE"
    APPEAL_DECIDED = "APPEAL_DECIDED"
    ACCOUNT_INVITED = "ACCOUNT_INVITED"
    ACCOUNT_RESET = "ACCOUNT_RESET"
    ACCOUNT_CHANGED = "ACCOUNT_CHANGED"
    ADDRESS_TO_CONFIRM = "ADDRESS_TO_CONFIRM"
    SOMETHING_SEEN = "SOMETHING_SEEN"
    PROGRAM_CHANGED = "PROGRAM_CHANGED"
    KEY_ENDING = "KEY_ENDING"
    JOB_DONE = "JOB_DONE"
    JOB_FAILED = "JOB_FAILED"


# What a person is told about their own account, whatever they may read.
TO_ONESELF = frozenset(
    {
        MailKind.ACCOUNT_INVITED,
        MailKind.ACCOUNT_RESET,
        MailKind.ACCOUNT_CHANGED,
        MailKind.ADDRESS_TO_CONFIRM,
    }
)
ABOUT_ORDERS = (
    MailKind.ORDER_SENT,
    MailKind.ORDER_REMINDER,
    MailKind.ORDER_OVERDUE,
    MailKind.ORDER_WITHDRAWN,
)
# Who is told, at the ISP or at the authority: whoever may open the page that the mail links to.
READERS = dict.fromkeys(
    (kind for kind in MailKind if kind not in TO_ONESELF), Permission.RETURN_READ
) | {
    **dict.fromkeys(ABOUT_ORDERS, Permission.ENTRY_READ),
    MailKind.CERTIFICATE_ISSUED: Permission.CERTIFICATE_OWN,
    MailKind.CERTIFICATE_REVOKED: Permission.CERTIFICATE_OWN,
    MailKind.FINDING_REPLIED: Permission.FILING_REVIEW,
    MailKind.APPEAL_MADE: Permission.APPEAL_DECIDE,
    MailKind.SOMETHING_SEEN: Permission.SIGHTING_READ,
    MailKind.PROGRAM_CHANGED: Permission.PROGRAM_READ,
    MailKind.KEY_ENDING: Permission.PROGRAM_READ,
    MailKind.JOB_DONE: Permission.ACCOUNT_USE,
    MailKind.JOB_FAILED: Permission.ACCOUNT_USE,
}

_UNSENT = text("sent_at IS NULL")


class Mail(Base):
    """One mail to one person: which kind, about what; its words are made when it is sent.

    ``params`` is canonical JSON of identifiers and days, never a figure, a reference or anything
    that a person typed. ``due_at`` is when it is tried next; ``claimed_by`` who is sending it;
    ``failed_at`` when it was given up. ``message_id`` stays the same at every try, so that a
    reader's mailbox knows a second copy.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        # An act repeated adds nothing.
        UniqueConstraint("kind", "isp_id", "subject", "person_id"),
        UniqueConstraint("message_id"),
        Index("ix_outbox_unsent", "due_at", sqlite_where=_UNSENT, postgresql_where=_UNSENT),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[MailKind] = mapped_column(code(MailKind))
    isp_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    subject: Mapped[str] = mapped_column(String(80))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    language: Mapped[str] = mapped_column(String(5))
    params: Mapped[str] = mapped_column(String(400))
    message_id: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime] = mapped_column(Instant)
    tries: Mapped[int] = mapped_column(Integer, default=0)
    claimed_at: Mapped[datetime | None] = mapped_column(Instant)
    claimed_by: Mapped[str | None] = mapped_column(String(80))
    fault: Mapped[str | None] = mapped_column(Code)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    failed_at: Mapped[datetime | None] = mapped_column(Instant)
