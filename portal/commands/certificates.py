"""``flask certificates`` and ``flask keys``: issue, finish, export; the trust anchor."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy import func, select

from portal.accounts import Permission
from portal.accounts.actions import THE_SYSTEM
from portal.accounts.queries import isp_named
from portal.certificates import actions, queries
from portal.certificates.model import Certificate, PaperKind
from portal.commands.acting import actor_of, as_option, command
from portal.commands.months import issue_whole
from portal.errors import NotThere
from portal.period import Period
from portal.trail.reads import record_read
from portal.web.issuing import make_paper
from portal.web.keyring import checkpoint_key, trust_anchor
from portal.web.session import now, session

_INTO = click.option(
    "-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path)
)


@click.group()
def certificates() -> None:
    """Certificates and their papers."""


@click.group()
def keys() -> None:
    """The keys that papers and checkpoints are signed with."""


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
@_INTO
def export(number: str | None, *, latest: bool, report: bool, output: Path) -> None:
    """Write a stored paper to a file."""
    found = _newest() if latest else queries.by_number(session(), number or "")
    kind = PaperKind.REPORT if report else PaperKind.CERTIFICATE
    paper = queries.paper(session(), found.serial, kind) if found else None
    if found is None or paper is None:
        raise NotThere("number")
    what = f"{found.number} {kind}"
    record_read(session(), found.isp_id, "read.paper", what, by=THE_SYSTEM, at=now())
    output.write_bytes(paper.pdf)
    click.echo(f"{found.number}: {len(paper.pdf)} bytes, SHA-256 {paper.sha256.hex()}")


@_INTO
def certificate(output: Path) -> None:
    """Write the trust anchor (PEM) that verifiers need."""
    output.write_bytes(trust_anchor())
    click.echo(f"Trust anchor written to {output}")


@_INTO
def checkpoint(output: Path) -> None:
    """Write the public key (a line) that checkpoints of the trail are checked with."""
    output.write_text(f"{checkpoint_key().public.line}\n", encoding="utf-8")
    click.echo(f"Public key written to {output}")


def _newest() -> Certificate | None:
    serial = session().scalar(select(func.max(Certificate.serial)))
    return None if serial is None else session().get(Certificate, serial)


command(certificates, "issue", writes=True)(issue)
command(certificates, "finish", writes=True)(finish)
command(certificates, "export", writes=True)(export)
command(keys, "certificate")(certificate)
command(keys, "checkpoint")(checkpoint)
