"""Questions about uploads: whose they are, and where each stands."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.errors import NotThere
from portal.intake.uploads.actions import is_over
from portal.intake.uploads.model import LIVES, Upload, UploadEnd
from portal.jobs import Job
from portal.registers.register import Register

_LISTED: Final = 10


class Stage(enum.StrEnum):
    """Where an upload stands; asked, never stored."""

    COLUMNS = "COLUMNS"
    """Nobody has checked it yet: its columns may want a word."""
    WORKING = "WORKING"
    REPORT = "REPORT"
    RECORDED = "RECORDED"
    DISCARDED = "DISCARDED"
    GONE = "GONE"


def upload_of(session: Session, isp_id: int, register: Register, name: str) -> Upload:
    """An ISP's upload for a register; raises NotThere."""
    query = select(Upload).where(
        Upload.name == name, Upload.isp_id == isp_id, Upload.register == register.slug
    )
    found = session.scalar(query)
    if found is None:
        raise NotThere("upload")
    return found


def uploads_of(
    session: Session, isp_id: int, register: Register, *, at: datetime
) -> Sequence[Upload]:
    """The uploads that still wait for a decision, the newest first."""
    query = select(Upload).where(
        Upload.isp_id == isp_id,
        Upload.register == register.slug,
        Upload.ended_at.is_(None),
        Upload.made_at > at - LIVES,
    )
    return session.scalars(query.order_by(Upload.made_at.desc(), Upload.name).limit(_LISTED)).all()


def something_is_over(session: Session, at: datetime) -> bool:
    """Whether a sweep would find files that must be gone."""
    return session.scalar(select(Upload.name).where(is_over(at)).limit(1)) is not None


def job_of(session: Session, upload: Upload) -> Job | None:
    """The job that checks or records an upload, or was the last to do so."""
    return None if upload.job_id is None else session.get(Job, upload.job_id)


def stage_of(upload: Upload, *, works: bool, at: datetime) -> Stage:
    """Where an upload stands; ``works``: a job of it has not ended."""
    if upload.outcome is not None:
        return Stage.RECORDED if upload.outcome is UploadEnd.RECORDED else Stage.DISCARDED
    if upload.until_at <= at:
        return Stage.GONE
    if works:
        return Stage.WORKING
    return Stage.COLUMNS if upload.report is None else Stage.REPORT
