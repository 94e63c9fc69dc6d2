"""A whole month of certificates by command: the same sitting, done by this process."""

from __future__ import annotations

import click

from portal.accounts import Actor
from portal.certificates import queries
from portal.certificates.monthly import sit
from portal.certificates.sitting import came_of, job_of
from portal.certificates.waiting import waiting
from portal.commands.stopping import until_told_to_stop
from portal.period import Period
from portal.web.issuing import make_paper
from portal.web.running import do_here
from portal.web.session import now, session
from portal.web.sittings import why_not


def issue_whole(period: Period, *, by: Actor) -> None:
    """Issue for all that wait in a month, then make their papers; whatever this process leaves
    undone, killed at any moment, is done by a worker. Exits with 1 where not all were issued.
    """
    isps = [row.isp.id for row in waiting(session(), period)]
    if not isps:
        click.echo(f"Nothing waits in {period}.")
        return
    sitting = sit(session(), period, isps, by=by, at=now())
    job, no = job_of(session(), sitting), sitting.no
    with until_told_to_stop() as stopping:
        if job is None or not do_here(job.id, stopping):
            msg = f"A worker is issuing {period} already: sitting {no}."
            raise click.ClickException(msg)
    if not _say(no, period):
        raise SystemExit(1)


def _say(no: int, period: Period) -> bool:
    """Say what came of each, and make the papers of what was issued; whether that was all."""
    came = came_of(session(), no)
    numbers = [(one.isp.slug, one.certificate) for one in came if one.certificate]
    for one in came:
        if one.certificate is None:
            why = why_not(one.answer, period) or "not issued yet, a worker goes on"
            click.echo(f"{one.isp.slug}: {why}", err=True)
    for slug, certificate in numbers:
        click.echo(f"{slug}: {certificate.number}")
    left = set(queries.unfinished(session())) & {made.serial for _slug, made in numbers}
    for serial in sorted(left):
        make_paper(serial)
    return len(numbers) == len(came)
