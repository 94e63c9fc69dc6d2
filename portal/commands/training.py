"""``flask training``: say who holds sessions for ISPs, and enter those of a file."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from portal.accounts import Permission
from portal.accounts.queries import organisation_named
from portal.commands.acting import actor_of, as_option, command
from portal.intake import hold_csv
from portal.intake.sessions import SessionRow
from portal.registers.codes import Provider
from portal.registers.shared.trainers import admit_trainer
from portal.web.session import now, session
from portal.web.words import sentence, title_of


@click.group()
def training() -> None:
    """Sessions held for many ISPs, and who holds them."""


@command(training, "admit", writes=True)
@click.argument("organisation", metavar="ORGANISATION")
@click.argument("provider", metavar="PROVIDER", type=click.Choice([str(p) for p in Provider]))
@click.option("--from", "from_on", required=True, type=click.DateTime(["%Y-%m-%d"]))
@click.option("--until", "until_on", type=click.DateTime(["%Y-%m-%d"]))
@as_option
def admit(
    organisation: str, provider: str, from_on: datetime, until_on: datetime | None, email: str
) -> None:
    """Say that ORGANISATION holds sessions as PROVIDER from a day on."""
    admit_trainer(
        session(),
        organisation_named(session(), organisation).id,
        Provider(provider),
        from_on=from_on.date(),
        until_on=until_on.date() if until_on else None,
        by=actor_of(email, Permission.TRAINER_ADMIT),
        at=now(),
    )
    click.echo(f"{organisation} holds sessions as {provider} from {from_on.date()} on.")


@command(training, "hold", writes=True)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_option
def hold(file: Path, email: str) -> None:
    """Enter the sessions of FILE whole, or say everything that is wrong in it (exit 1)."""
    by = actor_of(email, Permission.TRAINING_HOLD)
    with file.open("rb") as stream:
        report = hold_csv(session(), stream, by=by, at=now())
    for problem in report.problems:
        title = title_of(SessionRow, problem.field) if problem.field else ""
        text = sentence(problem.code, **{"label": title, **problem.params})
        click.echo(f"Row {problem.row}: {text}" if problem.row else text, err=True)
    if not report.is_taken_in:
        click.echo(f"Nothing was recorded: {report.problem_count} things to mend.", err=True)
        raise SystemExit(1)
    click.echo(f"{report.recorded} sessions recorded.")
