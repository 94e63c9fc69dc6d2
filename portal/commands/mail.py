"""``flask mail``: write the letters that are due, empty the outbox, say how it stands."""

from __future__ import annotations

import os
import signal
import socket
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Event
from types import FrameType
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext

from portal.accounts import Actor, Permission
from portal.accounts.actions import THE_SYSTEM
from portal.commands.acting import actor_of, command, refusing
from portal.letters.actions import write
from portal.letters.keys import tell_of_ending_keys
from portal.letters.orders import due_reminders, remind
from portal.letters.queries import due_letters
from portal.mail.actions import claim, give_up, note_failed, note_sent, retry
from portal.mail.carrier import CannotReach, Line, Server, line_to
from portal.mail.model import Mail
from portal.mail.queries import given_up, outbox, sent_count
from portal.web.mails import mail_server, message_of, reader_of
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
    with _until_told_to_stop() as stopping:
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
    server = mail_server()
    waiting = outbox(session()).waiting
    session().commit()
    if server is None:
        click.echo(f"No MAIL_SERVER is set: {waiting} wait.")
        return True
    if not waiting:
        return True
    done: Counter[str] = Counter()
    try:
        with line_to(server) as line:
            while line.is_open and not stopping.is_set() and (taken := _claim()):
                done[_send(server, line, taken)] += 1
    except CannotReach as fault:
        click.echo(f"The mail server cannot be reached ({fault}): {waiting} wait.", err=True)
        return False
    click.echo(f"{done['sent']} sent, {done['failed']} to be tried again or given up.")
    return True


def _claim() -> Mail | None:
    with refusing(writes=True):
        return claim(session(), by=f"{socket.gethostname()[:60]}:{os.getpid()}", at=now())


def _send(server: Server, line: Line, taken: Mail) -> str:
    """One mail from its claim to what came of it. Between the server's yes and the commit nothing
    else is done: that moment is the only one in which a mail could go twice.
    """
    reader = reader_of(taken)
    message = message_of(server, taken, reader) if reader else None
    session().commit()
    if message is None:
        with refusing(writes=True):
            give_up(session(), taken, "no-reader", at=now())
        return "failed"
    fault = line.hand_over(message)
    with refusing(writes=True):
        if fault is None:
            note_sent(session(), taken, at=now())
        else:
            note_failed(session(), taken, fault, at=now())
    if fault is not None:
        current_app.logger.warning("mail %d: %s", taken.id, fault)
    return "sent" if fault is None else "failed"


def _chaser(email: str) -> Actor:
    return THE_SYSTEM if email == _SYSTEM else actor_of(email, Permission.RETURN_CHASE)


@contextmanager
def _until_told_to_stop() -> Iterator[Event]:
    """Set by the signal that ends services: the mail in hand is finished first."""
    stopping = Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield stopping
    finally:
        signal.signal(signal.SIGTERM, before)


command(mail, "retry", writes=True)(retry_command)
