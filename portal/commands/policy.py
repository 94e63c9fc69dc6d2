"""``flask policy``: load a pack, show it, put a version in force."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from portal.accounts import Permission
from portal.accounts.actions import THE_SYSTEM
from portal.commands.acting import Day, actor_of, as_option, command
from portal.policy import actions
from portal.policy.pack import shipped_pack
from portal.policy.show import show
from portal.web.session import now, session


@click.group()
def policy() -> None:
    """What is owed: policy versions as data."""


@click.argument("pack")
def load(pack: str) -> None:
    """Load a shipped pack by name, or one from a folder. Nothing is put in force by it."""
    folder = Path(pack) if Path(pack).is_dir() else shipped_pack(pack)
    loaded = actions.load(session(), folder, by=THE_SYSTEM, at=now())
    click.echo(f"Loaded policies: {', '.join(loaded.policies) or 'nothing new'}")


@click.argument("version", required=False)
def show_command(version: str | None) -> None:
    """Say what is in force, or all that one version says."""
    click.echo(show(session(), version))


@click.argument("version")
@click.option("--instrument", required=True, help="The instrument that adopts it.")
@click.option("--adopted-on", type=Day(), required=True)
@click.option("--effective-from", type=Day(), required=True)
@click.option("--signatory", required=True)
@click.option("--demo", is_flag=True, help="A fictional instrument: every paper will say so.")
@as_option
def adopt(version: str, email: str, **said: Any) -> None:
    """Put a loaded version in force from a day on."""
    by = actor_of(email, Permission.POLICY_ADOPT)
    actions.adopt(session(), version, **said, by=by, at=now())
    click.echo(f"Adopted {version}, effective from {said['effective_from']}.")


command(policy, "load", writes=True)(load)
command(policy, "show")(show_command)
command(policy, "adopt", writes=True)(adopt)
