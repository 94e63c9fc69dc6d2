"""What is done with uploads: begun, mapped, checked, recorded or discarded, and swept away."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, delete, or_, select
from sqlalchemy.orm import Session

from portal.accounts import Actor
from portal.canonical import canonical
from portal.entries.codes import CorrectionReason
from portal.intake.reports import Report
from portal.intake.uploads.model import KEPT, LIVES, Upload, UploadEnd
from portal.intake.uploads.refusals import AlreadyDecided
from portal.intake.uploads.spool import Spool
from portal.intake.uploads.store import Store
from portal.intake.uploads.telling import kept
from portal.registers.register import Register

_STRAY_AFTER: Final = timedelta(hours=1)
"""No file takes longer to come in."""


def begin(
    session: Session, isp_id: int, register: Register, spool: Spool, *, by: Actor, at: datetime
) -> Upload:
    """Let a settled file wait for a decision. The caller keeps the spool once this is committed."""
    upload = Upload(
        name=spool.path.name,
        isp_id=isp_id,
        register=register.slug,
        person_id=by.person_id,
        made_at=at,
        sha256=spool.sha256,
        size=spool.size,
        columns="[]",
    )
    session.add(upload)
    session.flush()
    return upload


def note_job(session: Session, upload: Upload, job_id: int) -> None:
    """Say which job checks or records it. Raises AlreadyDecided."""
    _still_open(session, upload)
    upload.job_id = job_id
    session.flush()


def map_columns(session: Session, upload: Upload, fields: Sequence[str | None]) -> None:
    """Say which field each column is for; what a check said before holds no more. Raises
    AlreadyDecided.
    """
    _still_open(session, upload)
    upload.columns = canonical(list(fields)).decode()
    upload.report = upload.checked_at = upload.reason = None
    session.flush()


def give_reason(session: Session, upload: Upload, reason: CorrectionReason) -> None:
    """Say why rows differ from what was recorded before. Raises AlreadyDecided."""
    _still_open(session, upload)
    upload.reason = str(reason)
    upload.report = upload.checked_at = None
    session.flush()


def note_check(session: Session, upload: Upload, report: Report, *, at: datetime) -> None:
    """Keep what a check found, in numbers and codes. Raises AlreadyDecided."""
    _still_open(session, upload)
    upload.report, upload.checked_at, upload.rows = kept(report), at, report.rows
    session.flush()


def note_recorded(
    session: Session, upload: Upload, report: Report, span: tuple[int, int], *, at: datetime
) -> None:
    """Keep that it was recorded, in the transaction that does so, after its ledger was taken;
    ``span`` is the first and the last number given to new entries. Raises AlreadyDecided, so that
    a second click records nothing.
    """
    _still_open(session, upload)
    first, last = span
    upload.ended_at, upload.outcome = at, UploadEnd.RECORDED
    counted = {"new": report.new, "changed": report.changed, "same": report.same}
    left_out = report.rows - report.new - report.changed - report.same
    said = counted | {"left_out": left_out, "first": first, "last": last}
    upload.result = canonical(said).decode()
    session.flush()


def discard(session: Session, upload: Upload, *, at: datetime) -> None:
    """Decide to record nothing of it. Raises AlreadyDecided."""
    _still_open(session, upload)
    upload.ended_at, upload.outcome = at, UploadEnd.DISCARDED
    session.flush()


def sweep(session: Session, store: Store, *, at: datetime) -> dict[str, int]:
    """Let go of files that were decided on, are a day old or nobody's, and of rows that are old;
    how many of what. It must see the uploads of every ISP.
    """
    over = session.scalars(select(Upload).where(is_over(at))).all()
    for upload in over:
        store.remove(upload.name)
        upload.gone_at = at
    known = set(session.scalars(select(Upload.name).where(Upload.gone_at.is_(None))))
    strays = [path for path in store.files() if path.name.partition(".")[0] not in known]
    lost = [path for path in strays if store.written_at(path) < at - _STRAY_AFTER]
    for path in lost:
        path.unlink(missing_ok=True)
    session.execute(delete(Upload).where(Upload.made_at <= at - KEPT))
    session.flush()
    return {"uploads": len(over), "files of nobody": len(lost)}


def is_over(at: datetime) -> ColumnElement[bool]:
    """The uploads whose files must be gone and are not known to be."""
    decided = Upload.ended_at.is_not(None)
    return and_(Upload.gone_at.is_(None), or_(decided, Upload.made_at <= at - LIVES))


def fields_of(upload: Upload) -> list[str | None]:
    """The field of each column as it was said."""
    found: list[str | None] = json.loads(upload.columns)
    return found


def _still_open(session: Session, upload: Upload) -> None:
    """Lock the row, and see it as it is now."""
    query = select(Upload).where(Upload.name == upload.name).with_for_update()
    found = session.scalar(query, execution_options={"populate_existing": True})
    if found is None or found.ended_at is not None:
        raise AlreadyDecided
