"""``flask engagements``: let auditors look, by two officers; draw one of their samples again."""

from __future__ import annotations

from datetime import date

import click
from pydantic import BaseModel

from portal.accounts import Permission
from portal.accounts.queries import isp_named, organisation_named
from portal.commands.acting import Day, actor_of, as_option, checked, command, named
from portal.entries.texts import Reference
from portal.errors import NotThere
from portal.period import Period
from portal.returns.queries import by_receipt
from portal.reviews.engagements import actions
from portal.reviews.engagements.model import EndReason, engagement_name
from portal.reviews.engagements.proposal import Proposal
from portal.reviews.samples.queries import lines_of, redraw, the_sample
from portal.web.session import now, session


class Mandated(BaseModel):
    """The number of the mandate by which auditors look."""

    reference: Reference


@click.group()
def engagements() -> None:
    """Who may look from outside, at what, on which days."""


@command(engagements, "propose", writes=True)
@click.argument("organisation")
@click.option("--person", "people", multiple=True, required=True, help="E-mail address, each.")
@click.option("--isp", "isps", multiple=True, required=True, help="Short name, each.")
@click.option("--first", required=True, help="First month, such as 2026-09.")
@click.option("--last", required=True, help="Last month.")
@click.option("--from", "from_on", required=True, type=Day())
@click.option("--until", "until_on", required=True, type=Day())
@click.option("--reference", required=True, help="Number of the mandate.")
@as_option
def propose(  # noqa: PLR0917 - click's own way, each by its name
    organisation: str,
    people: tuple[str, ...],
    isps: tuple[str, ...],
    first: str,
    last: str,
    from_on: date,
    until_on: date,
    reference: str,
    email: str,
) -> None:
    """Propose that people of ORGANISATION look at ISPs; another officer confirms it."""
    asked = Proposal(
        organisation_id=organisation_named(session(), organisation).id,
        people=[_person(one) for one in people],
        isps=[isp_named(session(), one).id for one in isps],
        instrument=checked(Mandated, reference=reference).reference,
        first=Period.parse(first),
        last=Period.parse(last),
        from_on=from_on,
        until_on=until_on,
    )
    by = actor_of(email, Permission.ENGAGEMENT_GRANT)
    click.echo(actions.propose(session(), asked, by=by, at=now()).name)


@command(engagements, "confirm", writes=True)
@click.argument("number", type=int)
@as_option
def confirm(number: int, email: str) -> None:
    """Confirm engagement NUMBER, as another officer than the one who proposed it."""
    by = actor_of(email, Permission.ENGAGEMENT_GRANT)
    actions.confirm(session(), number, by=by, at=now())
    click.echo(f"{engagement_name(number)} is confirmed.")


@command(engagements, "end", writes=True)
@click.argument("number", type=int)
@click.option("--reason", required=True, type=click.Choice([str(one) for one in EndReason]))
@as_option
def end(number: int, reason: str, email: str) -> None:
    """End engagement NUMBER before its last day."""
    by = actor_of(email, Permission.ENGAGEMENT_GRANT)
    actions.end(session(), number, EndReason(reason), by=by, at=now())
    click.echo(f"{engagement_name(number)} ended.")


@command(engagements, "redraw")
@click.argument("isp")
@click.argument("receipt")
@click.argument("register")
@click.argument("number", type=int)
def redraw_sample(isp: str, receipt: str, register: str, number: int) -> None:
    """Draw sample NUMBER of a register behind a filing again: exit 0 the same, 1 not."""
    filing = by_receipt(session(), isp_named(session(), isp).id, receipt)
    if filing is None:
        raise NotThere("receipt")
    sample = the_sample(session(), filing, register, number)
    again = redraw(session(), filing, sample)
    click.echo(f"Seed {sample.seed}, {sample.chosen} of {sample.population}.")
    for line in lines_of(session(), sample):
        click.echo(f"{line.line.hex()} {line.key}")
    if not (again.same_population and again.same_sample):
        click.echo("NOT what was recorded.", err=True)
        raise SystemExit(1)
    click.echo("The same entries, the same sample.")


def _person(email: str) -> int:
    person = named(email)
    if person is None:
        raise click.BadParameter(f"{email} is nobody here.", param_hint="--person")
    return person.id
