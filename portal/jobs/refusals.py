"""What jobs refuse, and how a handler says that something came in between."""

from __future__ import annotations

from portal.errors import Refusal


class JobOver(Refusal):
    """The job has ended, so there is nothing to cancel."""

    code = "job-over"


class NotNow(Exception):
    """It could not be done this time and is tried again later; ``fault`` is a code for the page."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


class TakenOver(Exception):
    """The claim is somebody else's by now: nothing of this may be kept."""


class CancelAsked(Exception):
    """Whoever asked for the job does not want it any more."""
