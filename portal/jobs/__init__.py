"""What waits to be done by a worker: jobs, asked for in the transaction of the act itself.

A job says what is to be done and about what, in identifiers; how it is done is wired where the
stations are (``portal.web.handlers``). Whoever does it holds a claim, which lasts as long as it
is renewed, and ends the job in the very transaction in which it writes what came of it.
"""

from portal.jobs.actions import ask, ask_cancel, stir, was_stirred
from portal.jobs.model import Job, JobKind, Outcome
from portal.jobs.refusals import JobOver

__all__ = ["Job", "JobKind", "JobOver", "Outcome", "ask", "ask_cancel", "stir", "was_stirred"]
