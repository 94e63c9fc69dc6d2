"""What one's organisation asked to be done: how far it is, what came of it; and stopping it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.accounts import Permission
from portal.jobs import Job, ask_cancel
from portal.jobs.queries import jobs_of
from portal.web.gate import allow, me
from portal.web.job_words import JobState, came_of, next_try, state_of, subject_of, way_to
from portal.web.pages import before_number, slice_of, watched
from portal.web.session import now, session
from portal.web.words import sentence

bp = Blueprint("jobs", __name__, url_prefix="/jobs")
SHOWN: Final = 30
STOPPABLE: Final = frozenset({JobState.WAITS, JobState.WAITS_AGAIN, JobState.RUNS})


@dataclass(frozen=True)
class Row:
    """A job as the page shows it."""

    job: Job
    subject: str
    state: JobState
    again_at: datetime | None
    fault: str | None
    came: str | None
    way: str | None
    stops: bool
    """Whether it can still be stopped."""


@bp.get("")
@allow(Permission.JOB_USE)
def index() -> Response:
    """What the asker's organisation asked for, the newest first; looks again while any runs."""
    found = jobs_of(session(), me().organisation_id, before=before_number(), limit=SHOWN + 1)
    rows = slice_of([_row(one) for one in found], SHOWN, lambda row: row.job.id)
    goes_on = [one.made_at for one in found if not one.has_ended]
    return watched("jobs/index.html", max(goes_on, default=None), slice=rows)


@bp.post("/<int:number>/cancellation")
@allow(Permission.JOB_USE)
def cancel(number: int) -> Response:
    """Let a job be done no more."""
    job = ask_cancel(session(), number, organisation_id=me().organisation_id, at=now())
    session().commit()
    flash(_("Stopped.") if job.has_ended else _("It is being stopped."))
    return redirect(url_for(".index"), 303)


def _row(job: Job) -> Row:
    state = state_of(job)
    fault = sentence(job.fault) if job.fault else None
    return Row(
        job,
        subject_of(job),
        state,
        next_try(job),
        fault,
        came_of(job),
        way_to(job),
        state in STOPPABLE,
    )
