"""``flask worker`` does what was asked for; ``flask jobs`` says how that stands."""

from __future__ import annotations

from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext

from portal.certificates.warm import warm
from portal.commands.acting import command
from portal.commands.crew import Crew
from portal.commands.stopping import until_told_to_stop
from portal.jobs.actions import retry
from portal.jobs.queries import failed, standing
from portal.wall import faults
from portal.web.bell import bell
from portal.web.running import drain
from portal.web.session import engine, now, session, settings


@click.command("worker")
@click.option("--once", is_flag=True, help="Do what is due and end (for cron).")
@click.option(
    "--processes", type=click.IntRange(1, 16), default=2, show_default=True,
    help="How many jobs are done at once.",
)  # fmt: skip
@click.option(
    "--jobs-each", type=click.IntRange(1), default=500, show_default=True,
    help="So many jobs, and a fresh process takes the place of one.",
)  # fmt: skip
@click.option("--parent", type=int, help="End when this process, which started it, has ended.")
@with_appcontext
def worker(*, once: bool, processes: int, jobs_each: int, parent: int | None) -> None:
    """Do what was asked for: papers, mail, files. Told to stop it finishes what is in hand."""
    _must_stand_behind_the_wall()
    if once:
        with until_told_to_stop() as stopping:
            click.echo(f"{drain(stopping)} done.")
        bell().storage.flush_queue()
        bell().storage.close()
        return
    warm()
    app: Any = current_app
    own = app._get_current_object()  # noqa: SLF001 - the library's own way
    Crew(own, bell(), processes, jobs_each, parent).run()


def _must_stand_behind_the_wall() -> None:
    # As pages do: nothing is done by a role that row security does not bind.
    if settings().production:
        with engine().connect() as connection:
            found = faults(connection)
        if found:
            raise click.ClickException(f"The database's role {'; '.join(found)}.")


@click.group()
def jobs() -> None:
    """What workers do."""


@jobs.command("status")
@with_appcontext
def status() -> None:
    """Say what waits, and what failed for good and why; exit 1 where something did."""
    found = standing(session(), now())
    click.echo(f"{found.waiting} wait, {found.running} in hand, {found.failed} failed.")
    if found.is_late(now()):
        click.echo("Something has waited for over ten minutes: is `worker` running?")
    for one in failed(session()):
        click.echo(
            f"{one.id}: {one.kind} {one.subject} of person {one.owner_id}, {one.tries} tries:"
            f" {one.fault}"
        )
    if found.failed:
        raise SystemExit(1)


@click.argument("numbers", nargs=-1, type=int)
def retry_command(numbers: tuple[int, ...]) -> None:
    """Let what failed for good be tried anew: the jobs of these numbers, or all."""
    click.echo(f"{retry(session(), numbers or None, at=now())} to be tried again.")


command(jobs, "retry", writes=True)(retry_command)
