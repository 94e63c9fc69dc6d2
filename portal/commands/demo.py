"""``flask demo``: fill an empty database with an invented country, say whom to sign in as."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

import click
from flask.cli import with_appcontext
from flask_security import hash_password
from sqlalchemy import func, select

from portal.accounts import Organisation, Person
from portal.demo.build import build
from portal.demo.papers import finish_all
from portal.demo.world import Login
from portal.web.keyring import checkpoint_key, signing_key, verify_at
from portal.web.session import session, settings
from portal.web.signin import DEMO_LOGINS, add_hashed_account, demo_logins

# Opens nothing but a database of inventions; whoever runs one can read it on the sign-in page.
PASSWORD: Final = "try-the-portal"  # noqa: S105


@click.group(invoke_without_command=True)
@click.option("--if-empty", is_flag=True, help="Do nothing, and do not complain, if data is there.")
@click.pass_context
@with_appcontext
def demo(context: click.Context, *, if_empty: bool) -> None:
    """Fill an empty database with 48 invented ISPs and ten months."""
    if context.invoked_subcommand is not None:
        return
    if session().scalar(select(func.count()).select_from(Organisation)):
        if if_empty:
            return
        raise click.ClickException("The database is not empty; the demo needs one that is.")
    session().rollback()
    click.echo("Building the demo (a minute or two) ...")
    built = build(session(), checkpoint_key())
    _let_in(built.logins)
    finish_all(session(), built.issued, signing_key(), verify_at())
    click.echo(f"Done: {built.acts} acts, {len(built.issued)} certificates.")


@demo.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
@with_appcontext
def logins(*, as_json: bool) -> None:
    """Say whom one can sign in as; nobody where the data is real."""
    known = [vars(one) for one in demo_logins()]
    if as_json:
        click.echo(json.dumps(known, ensure_ascii=False))
        return
    for one in known:
        click.echo(f"{one['email']:<28} {one['password']}  {one['role']}, {one['organisation']}")


def _let_in(known: Sequence[Login]) -> None:
    """Give them accounts; one slow hash serves all, for the password is the same."""
    hashed = hash_password(PASSWORD)
    for one in known:
        person = session().get_one(Person, one.person_id)
        add_hashed_account(session(), person, one.email, hashed)
    session().commit()
    told = [
        {
            "email": one.email,
            "password": PASSWORD,
            "name": one.name,
            "role": one.role,
            "organisation": one.organisation,
        }
        for one in known
    ]
    path = settings().instance / DEMO_LOGINS
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
