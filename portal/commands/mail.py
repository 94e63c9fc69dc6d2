"""``flask mail``: write the letters that are due, empty the outbox, say how it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from threading import Event
from typing import Any

import click
from flask.cli import with_appcontext

from portal.accounts import Actor, Permission
from portal.accounts.actions import THE_SYSTEM
from portal.commands.acting import actor_of, command, refusing
from portal.commands.stopping import until_told_to_stop
from portal.letters.actions import write
from portal.letters.keys import tell_of_ending_keys
from portal.letters.orders import due_reminders, remind
from portal.letters.queries import due_letters
from portal.mail.actions import retry
from portal.mail.carrier import CannotReach
from portal.mail.queries import given_up, outbox, sent_count
from portal.web.mails import mail_server
from portal.web.sending import send_what_waits
from portal.web.session import now, session, today

_SYSTEM = "SYSTEM"
_as_option = click.option(
    "--as", "email", required=True, help="E-mail address of who acts, or SYSTEM for a timer."
)


@click.group()
def mail() -> None:
    """Letters and the outbox."""


@mail.command("send")
@click.option("--once", is_flag=True, help="Empty it once and end (so it is without options).")
@click.option("--every", type=click.IntRange(1), help="Go on, looking again after so many seconds.")
@with_appcontext
def send(*, once: bool, every: int | None) -> None:
    """Hand what waits to the mail server; exit 1 where it cannot be reached."""
    if once and every:
        raise click.UsageError("Either --once or --every.")
    with until_told_to_stop() as stopping:
        reached = _empty(stopping)
        while every is not None and not stopping.wait(every):
            reached = _empty(stopping)
    if not reached:
        raise SystemExit(1)


@mail.command("due")
@_as_option
@with_appcontext
def due(email: str) -> None:
    """Write every letter and reminder that is due (of orders, of keys that end), each once."""
    with refusing():
        by = _chaser(email)
        letters, reminders = due_letters(session(), now()), due_reminders(session(), now())
        session().commit()
    click.echo(f"Letters written: {_written(letters, write, by)}.")
    click.echo(f"Reminders of orders written: {_written(reminders, remind, by)}.")
    with refusing(writes=True):
        tell_of_ending_keys(session(), on=today(), at=now())


def _written(waiting: Iterable[Any], verb: Callable[..., Any], by: Actor) -> str:
    """Write each as an act of its own: no ISP's ledger is held while another one's is asked for."""
    found: Counter[str] = Counter()
    for one in waiting:
        with refusing(writes=True):
            made = verb(session(), one, by=by, at=now())
        found.update([] if made is None else [str(made.rung)])
    return ", ".join(f"{count} {rung}" for rung, count in sorted(found.items())) or "none"


@mail.command("status")
@with_appcontext
def status() -> None:
    """Say what waits, and what was given up and why; exit 1 where something was."""
    found = outbox(session())
    click.echo(
        f"{found.waiting} wait ({found.tried} of them tried before), {sent_count(session())} sent,"
        f" {found.given_up} given up."
    )
    if mail_server() is None:
        click.echo("No MAIL_SERVER is set: mail waits.")
    elif found.is_late(now()):
        click.echo("Nobody has tried to send for over an hour: is `mail send` running?")
    for one in given_up(session()):
        click.echo(
            f"{one.id}: {one.kind} to person {one.person_id}, {one.tries} tries: {one.fault}"
        )
    if found.given_up:
        raise SystemExit(1)


def retry_command() -> None:
    """Let everything that was given up be tried anew."""
    click.echo(f"{retry(session(), at=now())} to be tried again.")


def _empty(stopping: Event) -> bool:
    """Send what is due; False where the server could not be reached."""
    waiting = outbox(session()).waiting
    session().commit()
    if mail_server() is None:
        click.echo(f"No MAIL_SERVER is set: {waiting} wait.")
        return True
    if not waiting:
        return True
    try:
        sent, failed = send_what_waits(stopping)
    except CannotReach as fault:
        click.echo(f"The mail server cannot be reached ({fault}): {waiting} wait.", err=True)
        return False
    click.echo(f"{sent} sent, {failed} to be tried again or given up.")
    return True


def _chaser(email: str) -> Actor:
    return THE_SYSTEM if email == _SYSTEM else actor_of(email, Permission.RETURN_CHASE)


command(mail, "retry", writes=True)(retry_command)
