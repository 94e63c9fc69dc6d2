"""``flask trail``: walk every chain and name the first broken link."""

from __future__ import annotations

import click

from portal.commands.acting import command
from portal.trail import verify
from portal.web.session import session

_WHY = {
    "changed": "was changed after it was written",
    "missing": "is missing",
    "head": "does not end where the ledger says",
}


@click.group()
def trail() -> None:
    """The append-only trail."""


def verify_command() -> None:
    """Walk every chain; exit 1 and name the first broken link of each that does not hold."""
    broken = verify(session())
    for found in broken:
        whose = "the system's chain" if found.isp_id == 0 else f"the chain of ISP {found.isp_id}"
        click.echo(f"{whose}: event {found.seq} {_WHY[found.why]}")
    if broken:
        raise SystemExit(1)
    click.echo("Every chain holds.")


command(trail, "verify")(verify_command)
