"""A job in words: what it is, how it stands, what went wrong and what to do about it."""

from __future__ import annotations

import enum
import json
from datetime import datetime

from flask import url_for
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from portal.jobs import Job, JobKind, Outcome
from portal.period import Period
from portal.web.labels import label
from portal.web.language import month, number

FAULTS: dict[str, LazyString] = {
    "unexpected": _(
        "Something broke that is no fault of yours. It is in the log of whoever runs the portal:"
        " tell them the number of this job."
    ),
    "interrupted": _(
        "Whoever was doing it was stopped each time. Tell whoever runs the portal the number of"
        " this job."
    ),
    "mail-unreachable": _("The mail server could not be reached."),
    "asker-left": _(
        "Who asked for it may not do this any more. Somebody who may can ask for it anew."
    ),
    "job-over": _("This has ended already, so there is nothing to stop."),
}
"""Why a try failed, besides the rules that say no; found by ``sentence``."""

CAME: dict[JobKind, LazyString] = {
    JobKind.PAPERS: _("Papers made: %(papers)s."),
    JobKind.IMPORT: _("Rows %(rows)s, wrong %(bad)s, recorded %(recorded)s."),
    JobKind.MONTH: _("Issued: %(issued)s. Refused: %(refused)s."),
}
"""What came of what is done, with the result's identifiers and counts."""

CHECKED = _("Checked: rows %(rows)s, wrong %(bad)s. What becomes of it is decided on its page.")
"""What came of a file that a worker read and did not record."""


class JobState(enum.StrEnum):
    """How a job stands, as its page says it."""

    WAITS = "WAITS"
    WAITS_AGAIN = "WAITS_AGAIN"
    RUNS = "RUNS"
    STOPS = "STOPS"
    DONE = "DONE"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


def state_of(job: Job) -> JobState:
    """How it stands."""
    if job.outcome is not None:
        return JobState(job.outcome.value)
    if job.cancel_asked_at is not None:
        return JobState.STOPS
    if job.claimed_by is not None:
        return JobState.RUNS
    return JobState.WAITS_AGAIN if job.tries else JobState.WAITS


def next_try(job: Job) -> datetime | None:
    """When it is tried again; None where it is not waiting for that."""
    return job.due_at if state_of(job) == JobState.WAITS_AGAIN else None


def came_of(job: Job) -> str | None:
    """What came of it, in the language now spoken."""
    if job.outcome != Outcome.DONE or job.result is None or job.kind not in CAME:
        return None
    words = CAME[job.kind]
    if job.kind == JobKind.IMPORT and "choice" not in json.loads(job.params):
        words = CHECKED
    came = json.loads(job.result)
    said: str = str(words) % {n: number(v) if isinstance(v, int) else v for n, v in came.items()}
    return said


def subject_of(job: Job) -> str:
    """What it is about, as its page calls it: a file by its register, a sitting by its month."""
    if job.kind == JobKind.IMPORT:
        return label(json.loads(job.params)["slug"])
    if job.kind == JobKind.MONTH:
        return month(Period.parse(job.subject.partition("/")[0]))
    return job.subject


def way_to(job: Job) -> str | None:
    """The page of what it is about, where that has one."""
    if job.kind == JobKind.PAPERS:
        return url_for("certificates.show", number=job.subject)
    if job.kind == JobKind.IMPORT:
        said = json.loads(job.params)
        return url_for("uploads.show", **{name: said[name] for name in ("slug", "name")})
    if job.kind == JobKind.MONTH:
        return url_for("sittings.show", no=json.loads(job.params)["sitting"])
    return None
