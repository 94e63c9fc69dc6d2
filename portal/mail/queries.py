"""Questions about the outbox: how much waits, since when, what was given up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from portal.mail.actions import LEASE
from portal.mail.model import Mail

LATE_AFTER = timedelta(hours=1)
"""A mail that nobody has tried for so long: no sender is running."""


@dataclass(frozen=True)
class Outbox:
    """How the outbox stands; ``untried_since``: when the oldest mail nobody tried was due."""

    waiting: int
    tried: int
    given_up: int
    untried_since: datetime | None

    def is_late(self, now: datetime) -> bool:
        """Whether mail lies there that a running sender would have tried long ago."""
        return self.untried_since is not None and self.untried_since + LATE_AFTER < now


def outbox(session: Session) -> Outbox:
    """How the outbox stands: one query, which reads nothing of what was sent."""
    waits = Mail.failed_at.is_(None)
    row = session.execute(
        select(
            func.count().filter(waits),
            func.count().filter(waits, Mail.tries > 0),
            func.count(Mail.failed_at),
            func.min(Mail.due_at).filter(waits, Mail.tries == 0),
        ).where(Mail.sent_at.is_(None))
    ).one()
    return Outbox(*row)


def something_waits(session: Session, at: datetime) -> bool:
    """Whether a sender would find a mail that is due."""
    free = or_(Mail.claimed_at.is_(None), Mail.claimed_at <= at - LEASE)
    due = (Mail.sent_at.is_(None), Mail.failed_at.is_(None), Mail.due_at <= at, free)
    return session.scalar(select(Mail.id).where(*due).limit(1)) is not None


def sent_count(session: Session) -> int:
    """How many mails a server has taken since the beginning."""
    return session.execute(select(func.count(Mail.sent_at))).scalar_one()


def given_up(session: Session, *, limit: int = 50) -> Sequence[Mail]:
    """The mails that were given up, the newest first."""
    return session.scalars(
        select(Mail)
        .where(Mail.failed_at.is_not(None))
        .order_by(Mail.failed_at.desc(), Mail.id.desc())
        .limit(limit)
    ).all()
