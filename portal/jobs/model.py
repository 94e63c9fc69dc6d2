"""What a job is: which kind, about what, who asked, how far it is and what came of it."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.accounts import Role
from portal.db import Base, Code, Instant, code


class JobKind(enum.StrEnum):
    """What there is to do."""

    MAIL = "MAIL"
    """Hand to the mail server what waits in the outbox."""
    PAPERS = "PAPERS"
    """Render, sign and keep the papers of one certificate."""
    IMPORT = "IMPORT"
    """Take in a file that was sent."""
    MONTH = "MONTH"
    """Issue for every ISP whose month waits for it."""


class Outcome(enum.StrEnum):
    """What came of a job."""

    DONE = "DONE"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


UNENDED = text("ended_at IS NULL")


class Job(Base):
    """One piece of work. ``subject`` names what it is about; asked for twice while it has not
    ended, it is done once.

    ``isp_id`` is the ISP whose people asked (its rows, its trail); the authority's and the
    portal's own have none. ``organisation_id`` is the asker's (0: the portal), ``role`` the one
    in which they asked. ``params`` and ``result`` are canonical JSON of identifiers and counts,
    never anything that a person typed. ``due_at`` is when it is tried next, ``tries`` how often
    it was begun. A claim is ``claimed_by``, a token that no two claims share, and ``claimed_at``,
    when it was last renewed. ``done`` of ``total`` steps, where it has any. ``fault`` is a code:
    what went wrong at the last try.
    """

    __tablename__ = "job"
    __table_args__ = (
        # An act repeated adds nothing.
        Index(
            "uq_job_unended", "organisation_id", "kind", "subject", unique=True,
            sqlite_where=UNENDED, postgresql_where=UNENDED,
        ),
        Index("ix_job_due", "due_at", sqlite_where=UNENDED, postgresql_where=UNENDED),
        Index("ix_job_organisation_id", "organisation_id", "id"),
        CheckConstraint("(ended_at IS NULL) = (outcome IS NULL)", name="ended"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[JobKind] = mapped_column(code(JobKind))
    subject: Mapped[str] = mapped_column(String(80))
    isp_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    params: Mapped[str] = mapped_column(String(1000))
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[int] = mapped_column(Integer)
    role: Mapped[Role] = mapped_column(code(Role))
    made_at: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime] = mapped_column(Instant)
    tries: Mapped[int] = mapped_column(Integer, default=0)
    claimed_at: Mapped[datetime | None] = mapped_column(Instant)
    claimed_by: Mapped[str | None] = mapped_column(String(80))
    done: Mapped[int | None] = mapped_column(Integer)
    total: Mapped[int | None] = mapped_column(Integer)
    cancel_asked_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    outcome: Mapped[Outcome | None] = mapped_column(code(Outcome))
    result: Mapped[str | None] = mapped_column(String(1000))
    fault: Mapped[str | None] = mapped_column(Code)

    @property
    def has_ended(self) -> bool:
        """Whether nothing more is done about it."""
        return self.ended_at is not None
