"""``flask people``: let somebody in, keep somebody out."""

from __future__ import annotations

import click

from portal.accounts import Role
from portal.accounts.actions import THE_SYSTEM, disable, enrol, join
from portal.accounts.queries import organisation_named
from portal.commands.acting import command, named
from portal.errors import NotThere
from portal.web.session import now, session, today
from portal.web.signin import SHORTEST_PASSWORD, add_account


@click.group()
def people() -> None:
    """Who may act for whom."""


@click.argument("email")
@click.option("--name", required=True)
@click.option("--organisation", required=True, help="Its short name.")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--title-en", default="", help="Title in English, as papers print it.")
@click.option("--title-km", default="", help="Title in Khmer.")
@click.password_option(help="Asked for when not given; at least 12 characters.")
def invite(
    email: str, name: str, organisation: str, role: str, password: str, **titles: str
) -> None:
    """Add a person with a first password, and let them act for an organisation."""
    body = organisation_named(session(), organisation)
    person = named(email)
    if person is None:
        if len(password) < SHORTEST_PASSWORD:
            raise click.BadParameter("At least 12 characters.", param_hint="--password")
        person = enrol(session(), name, **titles)
        add_account(session(), person, email, password)
    join(session(), person, body, Role(role), from_on=today(), by=THE_SYSTEM, at=now())
    click.echo(f"{name} may act for {organisation} as {role}.")


@click.argument("email")
def disable_command(email: str) -> None:
    """Stop a person from signing in; the name stays in the trail."""
    person = named(email)
    if person is None:
        raise NotThere("person", name=email)
    disable(session(), person, by=THE_SYSTEM, at=now())
    click.echo(f"{email} cannot sign in any more.")


command(people, "invite", writes=True)(invite)
command(people, "disable", writes=True)(disable_command)
