"""``flask people``: let somebody in, keep somebody out."""

from __future__ import annotations

import click
from sqlalchemy import select

from portal.accounts import Organisation, Role
from portal.accounts.actions import THE_SYSTEM, disable, enrol, join
from portal.commands.acting import command, named
from portal.errors import NotThere
from portal.web.session import now, session, today
from portal.web.signin import add_account


@click.group()
def people() -> None:
    """Who may act for whom."""


@click.argument("email")
@click.option("--name", required=True)
@click.option("--organisation", required=True, help="Its short name.")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.password_option(help="Asked for when not given; at least 12 characters.")
def invite(email: str, name: str, organisation: str, role: str, password: str) -> None:
    """Add a person with a first password, and let them act for an organisation."""
    body = session().scalar(select(Organisation).where(Organisation.slug == organisation))
    if body is None:
        raise NotThere("organisation", name=organisation)
    person = named(email)
    if person is None:
        person = enrol(session(), name)
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
