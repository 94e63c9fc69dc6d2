"""Questions about jobs: whose there are, what waits, what failed, whether anybody works."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session, aliased

from portal.jobs.claims import is_due
from portal.jobs.model import Job, JobKind, Outcome

LATE_AFTER: Final = timedelta(minutes=10)
"""A job that nobody has begun for so long: no worker is running."""


def jobs_of(
    session: Session, organisation_id: int, *, before: int | None = None, limit: int
) -> Sequence[Job]:
    """What an organisation's people asked for, the newest first; ``before`` is the last id seen."""
    query = select(Job).where(Job.organisation_id == organisation_id)
    if before is not None:
        query = query.where(Job.id < before)
    return session.scalars(query.order_by(Job.id.desc()).limit(limit)).all()


def unended(session: Session, kind: JobKind, subject: str) -> Job | None:
    """The oldest job about something that has not ended."""
    query = select(Job).where(Job.kind == kind, Job.subject == subject, Job.ended_at.is_(None))
    return session.scalars(query.order_by(Job.id).limit(1)).first()


def something_is_due(session: Session, kinds: Collection[JobKind], at: datetime) -> bool:
    """Whether a worker would find anything: asked without a lock."""
    query = select(Job.id).where(Job.kind.in_(kinds), is_due(at)).limit(1)
    return session.scalar(query) is not None


@dataclass(frozen=True)
class Standing:
    """How the jobs stand; ``since``: since when the longest-waiting one is due."""

    waiting: int
    running: int
    failed: int
    since: datetime | None

    def is_late(self, now: datetime) -> bool:
        """Whether something lies there that a running worker would have begun long ago."""
        return self.since is not None and self.since + LATE_AFTER < now


def has_failed() -> ColumnElement[bool]:
    """The jobs that failed for good, but where the same was asked for since."""
    since = aliased(Job)
    anew = exists().where(
        since.organisation_id == Job.organisation_id,
        since.kind == Job.kind,
        since.subject == Job.subject,
        since.id > Job.id,
    )
    return and_(Job.outcome == Outcome.FAILED, ~anew)


def standing(session: Session, at: datetime) -> Standing:
    """How the jobs stand: one query, which reads nothing of what they are about."""
    open_, due = Job.ended_at.is_(None), is_due(at)
    row = session.execute(
        select(
            func.count().filter(open_, Job.claimed_by.is_(None)),
            func.count().filter(open_, Job.claimed_by.is_not(None)),
            func.count().filter(has_failed()),
            func.min(Job.due_at).filter(due),
        )
    ).one()
    return Standing(*row)


def failed(session: Session, *, limit: int = 50) -> Sequence[Job]:
    """The jobs that failed for good, the newest first."""
    query = select(Job).where(has_failed())
    return session.scalars(query.order_by(Job.ended_at.desc(), Job.id.desc()).limit(limit)).all()
