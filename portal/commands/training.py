"""``flask training``: say who holds sessions for ISPs."""

from __future__ import annotations

from datetime import datetime

import click

from portal.accounts import Permission
from portal.accounts.queries import organisation_named
from portal.commands.acting import actor_of, as_option, command
from portal.registers.codes import Provider
from portal.registers.shared.trainers import admit_trainer
from portal.web.session import now, session


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
