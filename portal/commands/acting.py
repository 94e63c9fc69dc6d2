"""What every command shares: its session, its actor (``--as``), its words for refusals."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, TypeVar

import click
from flask.cli import with_appcontext
from pydantic import BaseModel, ValidationError
from sqlalchemy import select

from portal.accounts import Actor, Permission, Person
from portal.accounts.actions import THE_SYSTEM, begin
from portal.accounts.bearers import use_key
from portal.accounts.queries import actors, somebody_may
from portal.db import begin_write
from portal.errors import Refusal
from portal.ledger import SYSTEM, Ledger
from portal.trail import note_refusal
from portal.web.session import now, session, today
from portal.web.signin.model import Account
from portal.web.words import errors_of, problems_of

PROGRAM_KEY = "PROGRAM_KEY"
"""The variable of the environment from which a program's key is read."""

C = TypeVar("C", bound=Callable[..., Any])
Typed = TypeVar("Typed", bound=BaseModel)


class Day(click.ParamType[date]):
    """A calendar day written as 2026-10-31."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail("This is not a day written like 2026-10-31.", param, ctx)


as_option = click.option("--as", "email", required=True, help="E-mail address of who acts.")
founding_option = click.option(
    "--as",
    "email",
    help="E-mail address of who acts. Until somebody may do this, the portal does it itself.",
)


def command(group: click.Group, name: str, *, writes: bool = False) -> Callable[[C], Any]:
    """A command inside the app, with one transaction; a refusal is said in words (exit 1)."""

    def wrap(function: C) -> Any:
        @functools.wraps(function)
        def run(*args: Any, **kwargs: Any) -> Any:
            with refusing(writes=writes):
                return function(*args, **kwargs)

        return group.command(name)(with_appcontext(run))

    return wrap


@contextmanager
def refusing(*, writes: bool = False) -> Iterator[None]:
    """One transaction, committed at the end if it ``writes``; a refusal is said in words."""
    if writes:
        _begin_write()
    try:
        yield
    except Refusal as refusal:
        session().rollback()
        _keep_refusal(refusal)
        raise click.ClickException("\n".join(_said(refusal))) from refusal
    if writes:
        session().commit()


def actor_of(
    email: str,
    permission: Permission,
    organisation_id: int | None = None,
    *,
    rather: Permission | None = None,
) -> Actor:
    """The capacity in which somebody may do this today (for that organisation, if they act for
    several; of two there, the one that may ``rather`` do something); raises a usage error in words.
    """
    account = session().scalar(select(Account).where(Account.email == email.strip().lower()))
    mine = actors(session(), account.person_id, today()) if account else []

    def fits(each: Actor) -> tuple[bool, bool]:
        return each.organisation_id != organisation_id, not each.may(rather or permission)

    for actor in sorted(mine, key=fits):
        if actor.may(permission):
            return actor
    msg = f"{email} is nobody who may do this ({permission})."
    raise click.BadParameter(msg, param_hint="--as")


def program_of_key() -> Actor:
    """The program whose key stands in the environment, or is typed unseen: never among the words
    of the command, where whoever looks at the machine's processes reads it (ASVS V13.3).
    """
    key = os.environ.get(PROGRAM_KEY) or click.prompt("Key", hide_input=True, err=True)
    return use_key(session(), key, on=today())


def founder(email: str | None, permission: Permission) -> Actor:
    """Who founds and licenses: an officer who may, and the portal itself while there is none."""
    if email is not None:
        return actor_of(email, permission)
    if not somebody_may(session(), permission, today()):
        return THE_SYSTEM
    raise click.BadParameter("Say who acts: --as EMAIL.", param_hint="--as")


def checked(model: type[Typed], **typed: Any) -> Typed:
    """What was typed, gone through its one check; raises a usage error with every fault."""
    try:
        return model(**typed)
    except ValidationError as failure:
        raise click.UsageError("\n".join(p.text for p in errors_of(model, failure))) from failure


def named(email: str) -> Person | None:
    """The person behind an e-mail address."""
    account = session().scalar(select(Account).where(Account.email == email.strip().lower()))
    return account.person if account else None


def _begin_write() -> None:
    begin_write(session())
    # The first act ever finds no ledger to stand in.
    if session().get(Ledger, SYSTEM) is None:
        begin(session())


def _said(refusal: Refusal) -> list[str]:
    return [problem.text for problem in problems_of(refusal)]


def _keep_refusal(refusal: Refusal) -> None:
    _begin_write()
    note_refusal(session(), refusal.code, by=THE_SYSTEM, at=now(), subject="command")
    session().commit()
