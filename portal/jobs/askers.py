"""Who asked for a job, as they stand today: whoever lost the role does nothing through it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts import Actor, Person, Program, Role
from portal.accounts.actions import THE_SYSTEM
from portal.accounts.queries import actors
from portal.jobs.model import Job
from portal.ledger import SYSTEM


def asker_of(session: Session, job: Job, day: date) -> Actor | None:
    """The capacity in which it was asked for, if they still hold it on a day."""
    if job.organisation_id == SYSTEM:
        return THE_SYSTEM
    if job.role == Role.PROGRAM:
        return _program(session, job)
    for actor in actors(session, job.owner_id, day):
        if (actor.organisation_id, actor.role) == (job.organisation_id, job.role):
            return actor
    return None


def _program(session: Session, job: Job) -> Actor | None:
    query = select(Program, Person.name).join(Person, Person.id == Program.person_id)
    found = session.execute(
        query.where(Program.person_id == job.owner_id, Program.ended_at.is_(None))
    ).one_or_none()
    if found is None or found[0].isp_id != job.organisation_id:
        return None
    program, name = found
    return Actor(program.person_id, name, Role.PROGRAM, program.isp_id, program.desks)
