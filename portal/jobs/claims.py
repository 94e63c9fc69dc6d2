"""The verbs of who does it: claim, renew, tell how far it is, end, fail; each but the first under
the claim's own token, so that a worker that was thought dead changes nothing any more.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from portal.canonical import canonical
from portal.jobs.model import Job, JobKind, Outcome
from portal.jobs.refusals import CancelAsked, TakenOver

LEASE: Final = timedelta(minutes=2)
"""How long a claim holds that nobody renews: so long a killed worker's job waits."""

MOST_TRIES: Final = 8
"""With the pauses between them about an hour; then a job has failed, and its owner is told."""

PATIENT_TRIES: Final = 48
"""As often where somebody outside did not answer (mail, time stamps): about a day."""

_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=30), timedelta(minutes=30)


def is_due(at: datetime) -> ColumnElement[bool]:
    """The jobs that a worker could take: due, and nobody's or of somebody who fell silent."""
    free = or_(Job.claimed_at.is_(None), Job.claimed_at <= at - LEASE)
    return and_(Job.ended_at.is_(None), Job.due_at <= at, free)


def claim(
    session: Session,
    kinds: Collection[JobKind],
    *,
    token: str,
    at: datetime,
    only: int | None = None,
) -> Job | None:
    """Take the next job that is due (or ``only`` this one) for whoever holds ``token``, a new one
    for each claim; the caller commits before anything is done.

    What was never tried goes first, so that one job that cannot be done holds up no other. One
    that was begun too often without a word (its worker died each time), or is not wanted any
    more, comes back ended.
    """
    query = (
        select(Job)
        .where(Job.kind.in_(kinds), is_due(at), *([Job.id == only] if only is not None else []))
        .order_by(Job.tries, Job.due_at, Job.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    job = session.scalar(query, execution_options={"populate_existing": True})
    if job is None:
        return None
    if job.cancel_asked_at is not None:
        _over(job, Outcome.CANCELLED, at)
    elif job.claimed_by is not None and job.tries >= MOST_TRIES:
        job.fault = "interrupted"
        _over(job, Outcome.FAILED, at)
    else:
        job.claimed_at, job.claimed_by, job.tries = at, token, job.tries + 1
    session.flush()
    return job


def renew(session: Session, job_id: int, token: str, *, at: datetime) -> bool:
    """Say that the work goes on; False where the job is somebody else's by now."""
    mine = update(Job).where(Job.id == job_id, Job.claimed_by == token)
    done: Any = session.execute(mine.values(claimed_at=at))
    return bool(done.rowcount)


def tell_progress(
    session: Session, job_id: int, token: str, done: int, total: int | None, *, at: datetime
) -> None:
    """Say how far it is, and that the work goes on. Raises TakenOver, CancelAsked."""
    job = held(session, job_id, token)
    if job.cancel_asked_at is not None:
        raise CancelAsked
    job.done, job.total, job.claimed_at = done, total, at
    session.flush()


def held(session: Session, job_id: int, token: str) -> Job:
    """The job of a claim, fresh and locked until the transaction ends; raises TakenOver."""
    query = select(Job).where(Job.id == job_id, Job.claimed_by == token).with_for_update()
    job = session.scalar(query, execution_options={"populate_existing": True})
    if job is None:
        raise TakenOver
    return job


def end(
    session: Session, job_id: int, token: str, result: Mapping[str, str | int], *, at: datetime
) -> Job:
    """Note that it is done, in the transaction that writes what was done; raises TakenOver."""
    job = held(session, job_id, token)
    job.result, job.fault = canonical(dict(result)).decode(), None
    _over(job, Outcome.DONE, at)
    session.flush()
    return job


def cancel(session: Session, job_id: int, token: str, *, at: datetime) -> Job:
    """Note that it was given up since nobody wants it; raises TakenOver."""
    job = held(session, job_id, token)
    _over(job, Outcome.CANCELLED, at)
    session.flush()
    return job


def fail(
    session: Session, job_id: int, token: str, fault: str, *, at: datetime, tries: int = MOST_TRIES
) -> Job:
    """Note that a try failed, and when the next one is due; after so many ``tries`` it has ended.
    Raises TakenOver.
    """
    job = held(session, job_id, token)
    job.fault = fault
    if job.cancel_asked_at is not None:
        _over(job, Outcome.CANCELLED, at)
    elif job.tries >= tries:
        _over(job, Outcome.FAILED, at)
    else:
        pause = _FIRST_PAUSE * 2 ** (min(job.tries, MOST_TRIES) - 1)
        job.due_at, job.claimed_at, job.claimed_by = at + min(pause, _LONGEST_PAUSE), None, None
    session.flush()
    return job


def _over(job: Job, outcome: Outcome, at: datetime) -> None:
    job.outcome, job.ended_at, job.claimed_at, job.claimed_by = outcome, at, None, None
