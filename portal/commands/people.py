"""``flask people``: let somebody in, keep somebody out."""

from __future__ import annotations

import click
from pydantic import BaseModel, Field

from portal.accounts import Desk, Role
from portal.accounts.actions import THE_SYSTEM, disable, join
from portal.accounts.desks import desks_for
from portal.accounts.queries import organisation_named
from portal.commands.acting import checked, command, named
from portal.errors import NotThere
from portal.web.session import now, session, today
from portal.web.signin import SHORTEST_PASSWORD
from portal.web.signin.addresses import Address, account_of
from portal.web.signin.identities import forget_identities
from portal.web.signin.invitations import account_for, forget_factors, let_know
from portal.web.signin.passwords import choose_password
from portal.web.signin.sessions import end_all


class Mailbox(BaseModel):
    """An address, gone through the check that pages have."""

    email: Address = Field(title="E-mail address")


@click.group()
def people() -> None:
    """Who may act for whom."""


@click.argument("email")
@click.option("--name", required=True)
@click.option("--organisation", required=True, help="Its short name.")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option(
    "--desk",
    "desks",
    type=click.Choice([desk.value for desk in Desk]),
    multiple=True,
    help="A desk that a preparer is limited to; once for each.",
)
@click.option("--title-en", default="", help="Title in English, as papers print it.")
@click.option("--title-km", default="", help="Title in Khmer.")
@click.option(
    "--password", help="A first password, where no mail server is; without it a mail invites."
)
def invite(  # noqa: PLR0917 - click names them all
    email: str,
    name: str,
    organisation: str,
    role: str,
    desks: tuple[str, ...],
    password: str | None,
    **titles: str,
) -> None:
    """Let a person act for an organisation; who is new chooses a password by a link in a mail."""
    body = organisation_named(session(), organisation)
    account = account_for(checked(Mailbox, email=email).email, name, **titles)
    kept = desks_for(Role(role), [Desk(desk) for desk in desks or Desk])
    join(
        session(), account.person, body, Role(role),
        desks=kept, from_on=today(), by=THE_SYSTEM, at=now(),
    )  # fmt: skip
    if password is not None and account.password is None:
        if len(password) < SHORTEST_PASSWORD:
            raise click.BadParameter("At least 12 characters.", param_hint="--password")
        choose_password(account, password)
    if password is None:
        let_know(account, body.id)
        click.echo("A mail waits in the outbox.")
    click.echo(f"{name} may act for {organisation} as {role}.")


@click.argument("email")
def disable_command(email: str) -> None:
    """Stop a person from signing in; the name stays in the trail."""
    person = named(email)
    if person is None:
        raise NotThere("person", name=email)
    disable(session(), person, by=THE_SYSTEM, at=now())
    end_all(account_for(email, person.name).id)
    click.echo(f"{email} cannot sign in any more.")


@click.argument("email")
def forget_command(email: str) -> None:
    """Take every second factor off an account, for somebody who lost them all; they are told."""
    account = account_of(email)
    if account is None:
        raise NotThere("person", name=email)
    forget_factors(account)
    click.echo(f"{email} sets up a second factor at the next sign-in.")


@click.argument("email")
def untie_command(email: str) -> None:
    """Let a provider's word count no more for an account, and sign it out; they are told."""
    account = account_of(email)
    if account is None:
        raise NotThere("person", name=email)
    forget_identities(account)
    click.echo(f"{email} is known by no provider any more.")


command(people, "invite", writes=True)(invite)
command(people, "forget-factors", writes=True)(forget_command)
command(people, "disable", writes=True)(disable_command)
command(people, "untie", writes=True)(untie_command)
