"""``flask trail``: walk every chain, sign the day, prove and check."""

from __future__ import annotations

import json
from pathlib import Path

import click
from flask.cli import with_appcontext

from portal.accounts.actions import THE_SYSTEM
from portal.accounts.queries import isp_named
from portal.certificates.witnesses import witnesses
from portal.commands.acting import command
from portal.commands.trail_files import Key, named_by
from portal.ledger import SYSTEM, reads_of
from portal.trail import Checkpoint, checkpoint_faults, newest_checkpoint, sign_checkpoint, verify
from portal.trail.checking import Fails, Shown, check
from portal.trail.key import PublicKey
from portal.trail.proving import Proof, prove_consistency, prove_inclusion
from portal.trail.reads import record_read
from portal.wall import rights_ddl
from portal.web.kept_notes import keep_note, kept_notes, read_note
from portal.web.keyring import checkpoint_key
from portal.web.session import now, session, today
from portal.web.trail_words import PROOFS, break_told, fault_told

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUTPUT = click.Path(dir_okay=False, path_type=Path)
_INTO = click.option("-o", "--output", required=True, type=_OUTPUT)
_THE_SYSTEM = "system"
_NUMBER = click.IntRange(1, 10**18)


@click.group()
def trail() -> None:
    """The append-only trail."""


@click.option("--note", "notes", multiple=True, type=_FILE, help="A note kept elsewhere.")
@click.option("--paper", "papers", multiple=True, type=_FILE, help="A paper kept elsewhere.")
@click.option("--key", "keys", multiple=True, type=Key(), help="A key of former checkpoints.")
def verify_command(
    notes: tuple[Path, ...], papers: tuple[Path, ...], keys: tuple[PublicKey, ...]
) -> None:
    """Walk every chain and every checkpoint, compare with the certificates and with what was kept
    elsewhere; exit 1 and say in words what does not hold.
    """
    kept = kept_notes() | {str(path): read_note(path) for path in notes}
    named = witnesses(session()) | {str(path): named_by(path) for path in papers}
    told = [break_told(found) for found in verify(session())]
    faults = checkpoint_faults(session(), [checkpoint_key().public, *keys], kept, named)
    told += [fault_told(found) for found in faults]
    for sentence in told:
        click.echo(sentence)
    if told:
        raise SystemExit(1)
    click.echo("Every chain holds.")
    newest = newest_checkpoint(session())
    click.echo(f"Every checkpoint holds. {_said(newest)}" if newest else "No checkpoint yet.")
    click.echo(f"They agree with {len(kept)} notes kept elsewhere and {len(named)} papers.")


@click.option("-o", "--output", type=_OUTPUT, help="Write the note to a file, too.")
def checkpoint(output: Path | None) -> None:
    """Sign the heads of all chains; once a day, so a timer may call it as often as it likes."""
    before = newest_checkpoint(session())
    signed = sign_checkpoint(session(), checkpoint_key(), by=THE_SYSTEM, at=now(), day=today())
    session().commit()
    kept = keep_note(signed)
    if output is not None:
        output.write_text(signed.note, encoding="utf-8")
    done = "Was signed already" if before and before.size == signed.size else "Signed"
    click.echo(f"{done}. {_said(signed)}")
    click.echo(f"Note: {kept}. Send it to somebody who does not run this portal.")


@click.argument("isp")
@click.argument("seq", type=_NUMBER)
@click.option("--reads", is_flag=True, help="Of the chain of who read, not of the acts.")
@_INTO
def prove(isp: str, seq: int, *, reads: bool, output: Path) -> None:
    """Write a proof that event SEQ of an ISP's chain (or of `system`) is under the newest note."""
    own = SYSTEM if isp == _THE_SYSTEM else isp_named(session(), isp).id
    proof = prove_inclusion(session(), reads_of(own) if reads else own, seq)
    if own != SYSTEM:
        record_read(session(), own, "read.proof", str(seq), by=THE_SYSTEM, at=now())
    _write(output, proof)


@click.argument("old", type=_NUMBER)
@click.argument("new", type=_NUMBER)
@_INTO
def consistency(old: int, new: int, output: Path) -> None:
    """Write a proof that the checkpoint of size NEW goes on the one of size OLD."""
    _write(output, prove_consistency(session(), old, new))


@trail.command("rights")
@click.argument("role")
@with_appcontext
def rights(role: str) -> None:
    """Print the SQL that lets a PostgreSQL ROLE use the portal and rewrite nothing."""
    try:
        statements = rights_ddl(role)
    except ValueError as error:
        raise click.BadParameter(f"{error}.", param_hint="ROLE") from error
    click.echo(";\n".join(statements) + ";")


@trail.command("check")
@click.argument("file", type=_FILE)
@click.option("--key", required=True, type=Key(), help="The file of `keys checkpoint`.")
@click.option("--note", type=_FILE, help="The note that you kept: the proof must be about it.")
@with_appcontext
def check_command(file: Path, key: PublicKey, note: Path | None) -> None:
    """Check a proof; needs no database. Exit 0 holds, 1 does not hold."""
    try:
        shown = check(file.read_bytes(), key, read_note(note) if note else None)
    except Fails as failure:
        click.echo(str(PROOFS[failure.why]))
        raise SystemExit(1) from failure
    click.echo(f"It holds. {_what_is_shown(shown)}")
    click.echo(f"Signed by {key.name}: size {shown.newest.size}, root {shown.newest.root.hex()}.")


def _what_is_shown(shown: Shown) -> str:
    if shown.older is not None:
        size, root = shown.older.size, shown.older.root.hex()
        return f"The log goes on from size {size}, root {root}."
    # A proof shows the one or the other.
    assert shown.event is not None  # nosec B101  # noqa: S101
    event = shown.event
    whose = "the system" if event["isp"] == SYSTEM else f"organisation {abs(event['isp'])}"
    return f"Event {event['seq']} of {whose} ({event['kind']} {event['subject']}) is in the log."


def _said(signed: Checkpoint) -> str:
    return f"Checkpoint of {signed.day}: size {signed.size}, root {signed.root.hex()}."


def _write(output: Path, proof: Proof) -> None:
    output.write_text(json.dumps(proof, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    click.echo(f"Written to {output}. `trail check {output} --key KEY` needs no database.")


command(trail, "verify")(verify_command)
command(trail, "checkpoint", writes=True)(checkpoint)
command(trail, "prove", writes=True)(prove)
command(trail, "consistency")(consistency)
