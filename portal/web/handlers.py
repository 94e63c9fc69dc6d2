"""How each kind of job is done; and which kinds write to their owner when they are done."""

from __future__ import annotations

from typing import Final

from portal.certificates.refusals import PapersWait
from portal.jobs.model import JobKind
from portal.jobs.refusals import NotNow
from portal.mail.carrier import CannotReach
from portal.web.importing import import_file
from portal.web.issuing import add_papers
from portal.web.monthly import issue_month
from portal.web.sending import send_what_waits
from portal.web.working import Handler, Result, Work


def _mail(work: Work) -> Result:
    try:
        sent, failed = send_what_waits(work.stopping)
    except CannotReach as gone:
        raise NotNow("mail-unreachable") from gone
    return {"sent": sent, "failed": failed}


def _papers(work: Work) -> Result:
    serial = int(work.params["serial"])
    try:
        return {"serial": serial, "papers": add_papers(serial)}
    except PapersWait as waits:
        # Somebody outside does not answer, or a key is to be put right: the number waits for it.
        raise NotNow(waits.code) from waits


HANDLERS: Final[dict[JobKind, Handler]] = {
    JobKind.MAIL: _mail,
    JobKind.PAPERS: _papers,
    JobKind.IMPORT: import_file,
    JobKind.MONTH: issue_month,
}
"""A kind that is not listed is left for a worker that knows it."""

TELLS: Final[set[JobKind]] = {JobKind.IMPORT, JobKind.MONTH}
"""What is long, so that nobody waits for it: its owner is written to when it is done."""
