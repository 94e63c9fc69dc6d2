"""``flask redactions``: the list of what is withheld, kept outside, told to a restored backup."""

from __future__ import annotations

from pathlib import Path

import click

from portal.accounts import Permission
from portal.commands.acting import actor_of, as_option, command
from portal.redactions import replay
from portal.web.session import now, session


@click.group()
def redactions() -> None:
    """Texts that are withheld."""


@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path))
def export(output: Path) -> None:
    """Write the list of what is withheld: digests and commitments, no text. Keep it elsewhere."""
    lines = list(replay.export(session()))
    output.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    click.echo(f"{len(lines) - 1} values withheld, in {output}")


@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_option
def replay_command(file: Path, email: str) -> None:
    """Withhold again, in a database that was restored, what the list says; twice is once."""
    by = actor_of(email, Permission.REDACTION_CONFIRM)
    try:
        records = replay.read(file.read_text(encoding="utf-8").splitlines())
    except ValueError:
        msg = "This is no list of what is withheld."
        raise click.UsageError(msg) from None
    done = replay.replay(session(), records, by=by, at=now())
    click.echo(
        f"{done.destroyed} destroyed, {done.hidden} hidden, {done.already} withheld already,"
        f" {done.unknown} not in this database"
    )


command(redactions, "export")(export)
command(redactions, "replay", writes=True)(replay_command)
