"""What kinds and states of jobs are called."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

JOBS: dict[str, LazyString] = {
    "JobKind.MAIL": _("Mail"),
    "JobKind.PAPERS": _("Papers of a certificate"),
    "JobKind.IMPORT": _("File taken in"),
    "JobKind.MONTH": _("Certificates of a month"),
    "JobState.WAITS": _("Waits for its turn"),
    "JobState.WAITS_AGAIN": _("Did not work, is tried again"),
    "JobState.RUNS": _("Is being done"),
    "JobState.STOPS": _("Is being stopped"),
    "JobState.DONE": _("Done"),
    "JobState.FAILED": _("Could not be done"),
    "JobState.CANCELLED": _("Stopped"),
    "Outcome.DONE": _("Done"),
    "Outcome.FAILED": _("Could not be done"),
    "Outcome.CANCELLED": _("Stopped"),
    "SeatState.WAITS": _("Waits for its turn"),
    "SeatState.REFUSED": _("Refused"),
    "SeatState.LEFT_OUT": _("Not issued"),
}
