"""``flask certificates``: issue, finish, export, stamp anew for the archive."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from pathlib import Path

import click
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.accounts import Permission
from portal.accounts.actions import THE_SYSTEM
from portal.accounts.queries import isp_named
from portal.certificates import actions, queries
from portal.certificates.archive import Key, due, newest_copy
from portal.certificates.archive import restamp as make_copy
from portal.certificates.model import ArchiveCopy, Certificate, Paper, PaperKind
from portal.certificates.reissuing import correct_particulars
from portal.commands.acting import actor_of, as_option, command
from portal.commands.months import issue_whole
from portal.errors import NotThere
from portal.period import Period
from portal.trail.reads import record_read
from portal.web.issuing import make_paper
from portal.web.keyring import stamping_authorities
from portal.web.session import now, session

INTO = click.option(
    "-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path)
)


@click.group()
def certificates() -> None:
    """Certificates and their papers."""


@click.argument("isp", required=False)
@click.argument("period", required=False)
@click.option("--month", help="For every ISP whose month waits, such as 2026-10.")
@as_option
def issue(isp: str | None, period: str | None, month: str | None, email: str) -> None:
    """Issue the certificate of an ISP's accepted month, or all of a month (exit 1 where a rule said
    no to any).
    """
    by = actor_of(email, Permission.CERTIFICATE_ISSUE)
    if month is not None and isp is None:
        issue_whole(Period.parse(month), by=by)
        return
    if isp is None or period is None or month is not None:
        msg = "Say an ISP and its month, or --month."
        raise click.UsageError(msg)
    own = isp_named(session(), isp)
    made = actions.issue(session(), own.id, Period.parse(period), by=by, at=now())
    # The number is given and its ledgers are free before the papers are drawn.
    session().commit()
    make_paper(made.serial)
    click.echo(made.number)


@click.argument("number")
@as_option
def reissue(number: str, email: str) -> None:
    """Issue NUMBER anew, because the name or a licence of the ISP was recorded wrongly."""
    by = actor_of(email, Permission.CERTIFICATE_ISSUE)
    found = queries.by_number(session(), number)
    if found is None:
        raise NotThere("number")
    made = correct_particulars(session(), found.serial, by=by, at=now())
    session().commit()
    make_paper(made.serial)
    click.echo(made.number)


def finish() -> None:
    """Render and sign the papers that are missing; can be stopped and run again."""
    waiting = queries.unfinished(session())
    for serial in waiting:
        # Each certificate stands by itself: what is finished stays finished.
        make_paper(serial)
    click.echo(f"{len(waiting)} finished")


@click.argument("number", required=False)
@click.option("--latest", is_flag=True, help="The newest certificate there is.")
@click.option("--report", is_flag=True, help="The compliance report instead.")
@click.option("--archive", is_flag=True, help="Its newest copy for the archive.")
@click.option("--sha256", metavar="HEX", help="The paper of this digest, whichever that is.")
@INTO
def export(
    number: str | None,
    *,
    latest: bool,
    report: bool,
    archive: bool,
    sha256: str | None,
    output: Path,
) -> None:
    """Write a stored paper to a file."""
    paper: Paper | ArchiveCopy | None
    if sha256 is not None:
        paper = queries.paper_of(session(), _digest(sha256))
        found = session().get_one(Certificate, paper.serial) if paper else None
    else:
        found = _newest() if latest else queries.by_number(session(), number or "")
        kind = PaperKind.REPORT if report else PaperKind.CERTIFICATE
        stored = newest_copy if archive else _stored
        paper = stored(session(), (found.serial, kind)) if found else None
    if found is None or paper is None:
        raise NotThere("number")
    what = f"{found.number} {paper.kind}"
    record_read(session(), found.isp_id, "read.paper", what, by=THE_SYSTEM, at=now())
    output.write_bytes(paper.pdf)
    click.echo(f"{found.number}: {len(paper.pdf)} bytes, SHA-256 {paper.sha256.hex()}")


@click.option("--months", default=12, show_default=True, type=click.IntRange(1, 120))
@click.option("--limit", type=click.IntRange(1), help="So many at most; run again for the rest.")
def restamp(months: int, limit: int | None) -> None:
    """Give papers whose time stamp is believed for less than MONTHS more a new one, in a copy for
    the archive. Can be stopped at any moment and run again.
    """
    asked, done = stamping_authorities(), 0
    for paper in islice(due(session(), now() + timedelta(days=31 * months)), limit):
        made = make_copy(session(), paper, asked, at=now())
        session().commit()
        click.echo(f"{paper[0]} {paper[1]}: copy {made.no}, until {made.until_at:%Y-%m-%d}")
        done += 1
    click.echo(f"{done} stamped")


def _digest(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        msg = "This is not a digest."
        raise click.BadParameter(msg, param_hint="--sha256") from None


def _stored(within: Session, paper: Key) -> Paper | None:
    return queries.paper(within, *paper)


def _newest() -> Certificate | None:
    serial = session().scalar(select(func.max(Certificate.serial)))
    return None if serial is None else session().get(Certificate, serial)


command(certificates, "issue", writes=True)(issue)
command(certificates, "reissue", writes=True)(reissue)
command(certificates, "finish", writes=True)(finish)
command(certificates, "export", writes=True)(export)
command(certificates, "restamp")(restamp)
