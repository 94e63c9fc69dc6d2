"""``flask reviews``: draw a sample of quiet returns again, as an auditor does."""

from __future__ import annotations

import click

from portal.commands.acting import command
from portal.period import Period
from portal.reviews.nil_draws import redraw, the_draw
from portal.web.session import session


@click.group()
def reviews() -> None:
    """What was judged."""


@command(reviews, "redraw")
@click.argument("period")
@click.argument("number", type=int)
def redraw_sample(period: str, number: int) -> None:
    """Draw sample NUMBER of PERIOD again: exit 0 the same, 1 not what was recorded."""
    month = Period.parse(period)
    made, again = the_draw(session(), month, number), redraw(session(), month, number)
    click.echo(f"Seed {made.seed}, {made.tenths} tenths of a percent of {made.listed}.")
    for receipt in again.chosen:
        click.echo(receipt)
    if not (again.same_list and again.same_sample):
        click.echo("NOT what was recorded.", err=True)
        raise SystemExit(1)
    click.echo("The same list, the same sample.")
