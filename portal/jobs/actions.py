"""The verbs of who wants something done: ask, cancel, let what failed be tried anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.accounts import Actor
from portal.canonical import canonical
from portal.errors import NotThere
from portal.jobs.model import UNENDED, Job, JobKind, Outcome
from portal.jobs.queries import has_failed
from portal.jobs.refusals import JobOver

_INSERT: Final[dict[str, Any]] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}
_TABLE: Final[Any] = Job.__table__
_STIRRED: Final = "stirred"


def ask(
    session: Session,
    kind: JobKind,
    subject: str,
    *,
    by: Actor,
    at: datetime,
    isp_id: int | None = None,
    **params: str | int | None,
) -> Job:
    """Let something be done, in the transaction of the act that wants it: an act rolled back leaves
    no job. Asked again by the same organisation before it ended, the job there is stands.

    ``isp_id`` where an ISP's people ask; ``params`` are identifiers, never what a person typed.
    """
    insert = _INSERT[session.get_bind().dialect.name]
    row = {
        "kind": kind, "subject": subject, "isp_id": isp_id,
        "params": canonical(params).decode(), "owner_id": by.person_id,
        "organisation_id": by.organisation_id, "role": by.role,
        "made_at": at, "due_at": at, "tries": 0,
    }  # fmt: skip
    same = ["organisation_id", "kind", "subject"]
    session.execute(
        insert(_TABLE)
        .inline()
        .values(row)
        .on_conflict_do_nothing(index_elements=same, index_where=UNENDED)
    )
    stir(session)
    where = (Job.organisation_id == by.organisation_id, Job.kind == kind, Job.subject == subject)
    return session.scalars(select(Job).where(*where, Job.ended_at.is_(None))).one()


def ask_cancel(session: Session, job_id: int, *, organisation_id: int, at: datetime) -> Job:
    """Let a job of an organisation be done no more: at once where nobody has begun it, else when
    its worker next tells how far it is. Raises NotThere, JobOver.
    """
    query = select(Job).where(Job.id == job_id, Job.organisation_id == organisation_id)
    job = session.scalar(query.with_for_update(), execution_options={"populate_existing": True})
    if job is None:
        raise NotThere("job")
    if job.outcome == Outcome.CANCELLED:
        return job
    if job.has_ended:
        raise JobOver
    job.cancel_asked_at = job.cancel_asked_at or at
    if job.claimed_by is None:
        job.ended_at, job.outcome = at, Outcome.CANCELLED
    session.flush()
    return job


def settle(session: Session, kind: JobKind, subject: str, *, at: datetime) -> None:
    """End what nobody has begun, since somebody did it by hand meanwhile."""
    query = select(Job).where(
        Job.kind == kind, Job.subject == subject, Job.ended_at.is_(None), Job.claimed_by.is_(None)
    )
    for job in session.scalars(query.order_by(Job.id).with_for_update(skip_locked=True)):
        job.ended_at, job.outcome = at, Outcome.DONE
    session.flush()


def retry(session: Session, ids: Sequence[int] | None = None, *, at: datetime) -> int:
    """Let what failed for good be tried anew (None: all of it), but where the same was asked for
    since; returns how many jobs that are.
    """
    query = select(Job).where(has_failed())
    if ids is not None:
        query = query.where(Job.id.in_(ids))
    found = session.scalars(query.order_by(Job.id).with_for_update()).all()
    for job in found:
        job.ended_at = job.outcome = job.cancel_asked_at = None
        job.tries, job.due_at = 0, at
    session.flush()
    return len(found)


def stir(session: Session) -> None:
    """Remember that a worker has something to do once this is committed."""
    session.info[_STIRRED] = True


def was_stirred(session: Session) -> bool:
    """Whether it has, since this was last asked."""
    return bool(session.info.pop(_STIRRED, False))
