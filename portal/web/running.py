"""The runner: claims what is due, has it done, ends it with its effects in one transaction."""

from __future__ import annotations

import os
import secrets
import socket
from typing import Final

from sqlalchemy.orm import Session

from portal.accounts import Actor, Person, Role
from portal.accounts.actions import THE_SYSTEM
from portal.accounts.permissions import POSITIONS
from portal.db import begin_write
from portal.errors import Refusal
from portal.jobs import claims
from portal.jobs.actions import ask
from portal.jobs.askers import asker_of
from portal.jobs.model import Job, JobKind, Outcome
from portal.jobs.queries import something_is_due, unended
from portal.jobs.refusals import CancelAsked, NotNow, TakenOver
from portal.ledger import take
from portal.mail import MailKind
from portal.mail.actions import post_to
from portal.mail.queries import something_waits
from portal.trail import append
from portal.wall import Position, stand
from portal.web.handlers import HANDLERS, TELLS
from portal.web.importing import sweep_files
from portal.web.logs import log
from portal.web.mails import mail_server
from portal.web.session import now, session, today
from portal.web.working import Result, Stopping, Work, beating

_ONE: Final = 1
"""What cannot be otherwise at the next try is not tried again."""


def drain(stopping: Stopping) -> int:
    """Do what is due until nothing is, or until told to stop; returns how many jobs were begun."""
    begun = 0
    while not stopping.is_set() and do_next(stopping):
        begun += 1
    return begun


def do_next(stopping: Stopping) -> bool:
    """Do the next job that is due, once what must be gone is; False where none is."""
    sweep_files(session())
    token = _a_token()
    job = _claim(session(), token)
    if job is None:
        return False
    if not job.has_ended:
        _do(session(), job, token, stopping)
    return True


def do_here(job_id: int, stopping: Stopping) -> bool:
    """Do one job at once, in this process, with all that was written before; False where somebody
    else has it in hand.
    """
    db, token = session(), _a_token()
    job = claims.claim(db, tuple(HANDLERS), token=token, at=now(), only=job_id)
    db.commit()
    if job is None or job.has_ended:
        return False
    _do(db, job, token, stopping)
    return True


def _a_token() -> str:
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(8)}"


def _claim(db: Session, token: str) -> Job | None:
    mail = _mail_is_due(db)
    due = mail or something_is_due(db, HANDLERS, now())
    db.commit()
    if not due:
        return None
    begin_write(db)
    if mail:
        # The outbox itself is what acts write into, so nobody waits for a row that all acts share.
        ask(db, JobKind.MAIL, "outbox", by=THE_SYSTEM, at=now())
    job = claims.claim(db, tuple(HANDLERS), token=token, at=now())
    if job is not None and job.has_ended:
        _tell(db, job)
    db.commit()
    return job


def _mail_is_due(db: Session) -> bool:
    if mail_server() is None or unended(db, JobKind.MAIL, "outbox"):
        return False
    return something_waits(db, now())


def _do(db: Session, job: Job, token: str, stopping: Stopping) -> None:
    by = asker_of(db, job, today())
    db.commit()
    if by is None:
        _fail(db, job.id, token, "asker-left", tries=_ONE)
        return
    try:
        _work_and_end(db, job, Work.of(db, job, token, by, stopping))
    except TakenOver:
        log().warning("a job was taken over", serial=job.id)
    except CancelAsked:
        _cancel(db, job.id, token)
    except NotNow as later:
        _fail(db, job.id, token, later.fault, tries=claims.PATIENT_TRIES)
    except Refusal as refusal:
        _fail(db, job.id, token, refusal.code, tries=_ONE)
    except Exception:  # noqa: BLE001 - whatever it was is in the log
        log().error("a job broke", serial=job.id, exc_info=True)
        _fail(db, job.id, token, "unexpected", tries=claims.MOST_TRIES)


def _work_and_end(db: Session, job: Job, work: Work) -> None:
    with beating(job.id, work.token):
        try:
            _end(db, job.id, work.token, _worked(db, work, job.kind))
        except BaseException:
            # Before the beat is waited for: it may be waiting to write.
            db.rollback()
            raise


def _worked(db: Session, work: Work, kind: JobKind) -> Result:
    """The handler's part, standing where the asker stands; what it wrote is flushed there."""
    stand(db, *_standing_of(work.by))
    try:
        result = HANDLERS[kind](work)
        db.flush()
    finally:
        stand(db, Position.SYSTEM)
    return result


def _standing_of(by: Actor) -> tuple[Position, int | None]:
    if by == THE_SYSTEM:
        return Position.SYSTEM, None
    return POSITIONS[by.role], by.organisation_id


def _end(db: Session, job_id: int, token: str, result: Result) -> None:
    if not db.in_transaction():
        begin_write(db)
    job = claims.end(db, job_id, token, result, at=now())
    if job.kind in TELLS:
        _tell(db, job)
    db.commit()


def _cancel(db: Session, job_id: int, token: str) -> None:
    db.rollback()
    begin_write(db)
    claims.cancel(db, job_id, token, at=now())
    db.commit()


def _fail(db: Session, job_id: int, token: str, fault: str, *, tries: int) -> None:
    db.rollback()
    begin_write(db)
    try:
        job = claims.fail(db, job_id, token, fault, at=now(), tries=tries)
    except TakenOver:
        db.rollback()
        return
    if job.has_ended:
        _tell(db, job)
    db.commit()


def _tell(db: Session, job: Job) -> None:
    """Write to who asked what came of it; what failed for an ISP stands in its trail, too."""
    if job.outcome == Outcome.CANCELLED:
        return
    owner = db.get_one(Person, job.owner_id)
    kind = MailKind.JOB_FAILED if job.outcome == Outcome.FAILED else MailKind.JOB_DONE
    if owner.active and job.role != Role.PROGRAM:
        post_to(db, owner, kind, job.organisation_id, f"job-{job.id}", at=now(), no=job.id)
    if job.outcome == Outcome.FAILED:
        log().error("a job failed for good", serial=job.id, said=job.fault)
        if job.isp_id is not None:
            facts = {"what": str(job.kind), "fault": job.fault}
            book = take(db, job.isp_id)
            append(db, book, "job.failed", by=THE_SYSTEM, at=now(), subject=str(job.id), **facts)
