"""``flask notices``: say who sends notices, and send those of a file."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click
from sqlalchemy import select

from portal.accounts import Organisation, Permission
from portal.commands.acting import actor_of, as_option, command
from portal.errors import NotThere
from portal.intake import send_csv
from portal.notices.codes import SourceType
from portal.notices.notifiers import admit_notifier
from portal.web.notice_files import problem_told
from portal.web.session import now, session


@click.group()
def notices() -> None:
    """Notices sent, and who sends them."""


@command(notices, "send", writes=True)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_option
def send(file: Path, email: str) -> None:
    """Record the notices of FILE whole, or say everything that is wrong in it (exit 1)."""
    by = actor_of(email, Permission.NOTICE_SEND)
    with file.open("rb") as stream:
        report = send_csv(session(), stream, by=by, at=now())
    for problem in report.problems:
        row, _title, text = problem_told(problem)
        click.echo(f"Row {row}: {text}" if row else text, err=True)
    if not report.is_taken_in:
        click.echo(f"Nothing was recorded: {report.problem_count} things to mend.", err=True)
        raise SystemExit(1)
    click.echo(f"{report.recorded} notices recorded.")


@command(notices, "admit", writes=True)
@click.argument("organisation", metavar="ORGANISATION")
@click.argument("source", metavar="SENDER", type=click.Choice([str(s) for s in SourceType]))
@click.option("--from", "from_on", required=True, type=click.DateTime(["%Y-%m-%d"]))
@click.option("--until", "until_on", type=click.DateTime(["%Y-%m-%d"]))
@click.option("--sole", is_flag=True, help="Everything of this kind comes through the portal.")
@as_option
def admit(  # noqa: PLR0917 - click names them all
    organisation: str,
    source: str,
    from_on: datetime,
    until_on: datetime | None,
    sole: bool,
    email: str,
) -> None:
    """Say that ORGANISATION sends notices as SENDER from a day on."""
    found = session().scalar(select(Organisation).where(Organisation.slug == organisation))
    if found is None:
        raise NotThere("organisation")
    last: date | None = until_on.date() if until_on else None
    admit_notifier(
        session(),
        found.id,
        SourceType(source),
        from_on=from_on.date(),
        until_on=last,
        sole=sole,
        by=actor_of(email, Permission.NOTIFIER_ADMIT),
        at=now(),
    )
    click.echo(f"{organisation} sends notices as {source} from {from_on.date()} on.")
