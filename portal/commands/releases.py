"""``flask releases``: say who publishes which list, and record the releases of a file."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from portal.accounts import Permission
from portal.accounts.queries import organisation_named
from portal.commands.acting import actor_of, as_option, command
from portal.intake import record_csv
from portal.notices.releases.publishers import name_publisher
from portal.web.release_files import problem_told
from portal.web.session import now, session


@click.group()
def releases() -> None:
    """Releases of block and hash lists, and who publishes them."""


@command(releases, "record", writes=True)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_option
def record(file: Path, email: str) -> None:
    """Record the releases of FILE whole, or say everything that is wrong in it (exit 1)."""
    by = actor_of(email, Permission.RELEASE_RECORD)
    with file.open("rb") as stream:
        report = record_csv(session(), stream, by=by, at=now())
    for problem in report.problems:
        row, _title, text = problem_told(problem)
        click.echo(f"Row {row}: {text}" if row else text, err=True)
    if not report.is_taken_in:
        click.echo(f"Nothing was recorded: {report.problem_count} things to mend.", err=True)
        raise SystemExit(1)
    click.echo(f"{report.recorded} releases recorded.")


@command(releases, "publisher", writes=True)
@click.argument("organisation", metavar="ORGANISATION")
@click.argument("list_code", metavar="LIST")
@click.option("--from", "from_on", required=True, type=click.DateTime(["%Y-%m-%d"]))
@click.option("--until", "until_on", type=click.DateTime(["%Y-%m-%d"]))
@as_option
def publisher(
    organisation: str, list_code: str, from_on: datetime, until_on: datetime | None, email: str
) -> None:
    """Say that ORGANISATION records the releases of LIST from a day on."""
    last: date | None = until_on.date() if until_on else None
    name_publisher(
        session(),
        organisation_named(session(), organisation).id,
        list_code,
        from_on=from_on.date(),
        until_on=last,
        by=actor_of(email, Permission.NOTIFIER_ADMIT),
        at=now(),
    )
    click.echo(f"{organisation} records the releases of {list_code} from {from_on.date()} on.")
