"""``flask retention``, ``flask purge``: what is over its term goes, and what is no record."""

from __future__ import annotations

from collections import Counter

import click
from flask.cli import with_appcontext

from portal.accounts import Actor, Permission
from portal.accounts.actions import THE_SYSTEM
from portal.accounts.queries import all_isps
from portal.commands.acting import actor_of, command, refusing
from portal.db import begin_write
from portal.intake.uploads import sweep
from portal.ledger import SYSTEM
from portal.retention import Batch, run
from portal.web.purging import purge as forget
from portal.web.session import now, session, settings
from portal.web.uploads_folder import store

_SYSTEM = "SYSTEM"


@click.group()
def retention() -> None:
    """What is kept how long."""


@click.group()
def purge() -> None:
    """What is no record."""


@retention.command("run")
@click.option("--dry-run", is_flag=True, help="Count only; nothing is changed.")
@click.option(
    "--as", "email", required=True, help="E-mail address of who acts, or SYSTEM for a timer."
)
@with_appcontext
def run_retention(email: str, *, dry_run: bool) -> None:
    """Withhold the texts of what is over its term, and the pseudonyms of those who left.

    A batch is a transaction: stopped anywhere, the next run goes on where this one was.
    """
    done: Counter[tuple[str, int]] = Counter()
    with refusing(writes=not dry_run):
        for batch in run(session(), by=_keeper(email), at=now(), dry=dry_run):
            if not dry_run:
                session().commit()
                begin_write(session())
            _add(done, batch)
    slugs = {isp.id: isp.slug for isp in all_isps(session())}
    for (what, isp_id), count in sorted(done.items()):
        whose = "" if what == _SYSTEM else f" of {slugs.get(isp_id, 'senders and trainers')}"
        click.echo(f"{_SAID[what]}{whose}: {count}")
    click.echo(f"{sum(done.values())} values {'would go' if dry_run else 'are gone'}.")


@command(purge, "run", writes=True)
def run_purge() -> None:
    """Forget ended sessions, used links and codes, tallies, files that waited for a day, and what
    old mail was about.
    """
    counts = forget(session(), settings(), at=now()) | sweep(session(), store(), at=now())
    for what, count in counts.items():
        click.echo(f"{what}: {count}")


_SAID = {
    "RETENTION_OVER": "Texts over their term",
    "PSEUDONYM_PURGED": "Pseudonyms of people who left",
    _SYSTEM: "Last copies that were kept longer",
}


def _add(done: Counter[tuple[str, int]], batch: Batch) -> None:
    what = _SYSTEM if batch.reason is None else str(batch.reason)
    for isp_id, count in batch.values.items():
        done[what, isp_id if batch.reason else SYSTEM] += count


def _keeper(email: str) -> Actor:
    return THE_SYSTEM if email == _SYSTEM else actor_of(email, Permission.HOLD_SET)
