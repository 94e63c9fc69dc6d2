"""``flask keys``: trust anchors; the keys that sign papers, by two officers who are present."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from portal.accounts import Actor, Permission
from portal.canonical import sha256
from portal.certificates.keys import common_name
from portal.certificates.request import make_key
from portal.certificates.signers import EndReason, SignerStanding
from portal.certificates.signers import actions as signers
from portal.certificates.signers.queries import papers_of
from portal.certificates.signers.queries import signers as named
from portal.commands.acting import actor_of, command
from portal.web.keyring import certified, checkpoint_key, held_key, trust_anchors, trusted_stamps
from portal.web.session import now, session, settings

INTO = click.option(
    "-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path)
)


class Moment(click.ParamType[datetime]):
    """An instant written as 2026-11-26T09:30Z."""

    name = "instant"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        try:
            read = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        except ValueError:
            self.fail("This is not an instant written like 2026-11-26T09:30Z.", param, ctx)
        if read.tzinfo is None:
            self.fail("Say the zone too, as in 2026-11-26T09:30Z.", param, ctx)
        return read.astimezone(UTC)


def two_officers(function: Any) -> Any:
    """The two who are present: ``--as`` and ``--and``."""
    present = click.option("--as", "first", required=True, help="E-mail address of an officer.")
    beside = click.option("--and", "second", required=True, help="And of another, who is present.")
    return present(beside(function))


@click.group()
def keys() -> None:
    """The keys that papers and checkpoints are signed with."""


@command(keys, "certificate")
@INTO
def certificate(output: Path) -> None:
    """Write the trust anchors (PEM) that verifiers need: of today's key and those before it."""
    output.write_bytes(b"".join(trust_anchors()))
    click.echo(f"Trust anchor written to {output}")


@command(keys, "stamps")
@INTO
def stamps(output: Path) -> None:
    """Write the anchors (PEM) of those whose word on the time is believed."""
    output.write_bytes(b"".join(trusted_stamps()))
    click.echo(f"Anchors written to {output}")


@command(keys, "checkpoint")
@INTO
def checkpoint(output: Path) -> None:
    """Write the public key (a line) that checkpoints of the trail are checked with."""
    output.write_text(f"{checkpoint_key().public.line}\n", encoding="utf-8")
    click.echo(f"Public key written to {output}")


@command(keys, "ceremony", writes=True)
@click.argument("label")
@click.option("--name", required=True, help="Common name that the certificate is to have.")
@INTO
@two_officers
def ceremony(label: str, name: str, output: Path, first: str, second: str) -> None:
    """Make a key called LABEL in the token of the settings, before two officers."""
    by, witness = _present(first, second)
    signers.must_be_two(by, witness)
    token = settings().signing_token
    if token is None:
        raise click.UsageError("SIGNING_TOKEN: the settings name no token to make a key in.")
    fingerprint, request = make_key(replace(token, key=label), name)
    told = sha256(request)
    signers.hold_ceremony(session(), fingerprint, told, by=by, witness=witness, at=now())
    output.write_bytes(request)
    click.echo(f"Key {label}: SHA-256 {_spelled(fingerprint)}")
    click.echo(f"Request in {output}: SHA-256 {_spelled(told)}")


@command(keys, "name", writes=True)
@click.argument("file", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--from", "from_at", type=Moment(), help="From when on it signs; else from now on.")
@two_officers
def name_key(file: Path | None, from_at: datetime | None, first: str, second: str) -> None:
    """Name the key that signs papers: the one of the settings, or the next one, whose certificate
    and issuers are in FILE (PEM).
    """
    by, witness = _present(first, second)
    if file is not None:
        own, issuers = certified(file)
    else:
        held = held_key()
        own, issuers = held.certificate, held.issuers
    made = signers.name_signer(
        session(), own, issuers, from_at=from_at, by=by, witness=witness, at=now()
    )
    click.echo(f"Key {made.no} ({common_name(own)}): SHA-256 {_spelled(made.fingerprint)}")


@command(keys, "end", writes=True)
@click.argument("number", type=int)
@click.option("--since", type=Moment(), help="From when on it signs no more; else from now on.")
@two_officers
def end(number: int, since: datetime | None, first: str, second: str) -> None:
    """Key NUMBER was rolled over: another one signs."""
    _end(number, EndReason.ROLLED_OVER, since, _present(first, second))


@command(keys, "compromised", writes=True)
@click.argument("number", type=int)
@click.option("--since", required=True, type=Moment(), help="Since when others may have had it.")
@two_officers
def compromised(number: int, since: datetime, first: str, second: str) -> None:
    """Key NUMBER is in wrong hands: what no trusted time proves older is believed no more."""
    _end(number, EndReason.COMPROMISED, since, _present(first, second))
    lost = {
        one.number
        for one in papers_of(session(), signers.the_signer(session(), number), trusted_stamps())
        if one.standing == SignerStanding.COMPROMISED
    }
    click.echo(f"To be issued anew: {len(lost)}")
    for each in sorted(lost):
        click.echo(each)


@command(keys, "list")
def list_keys() -> None:
    """Every key that was named, from when to when."""
    found = list(named(session()))
    if not found:
        click.echo(
            "No key was named yet: the one of the settings signs, whichever it is.", err=True
        )
    for signer, ends in found:
        said = "".join(f", {one.reason} {one.since_at:%Y-%m-%dT%H:%MZ}" for one in ends)
        spelled = _spelled(signer.fingerprint)
        click.echo(f"{signer.no} {spelled} from {signer.from_at:%Y-%m-%dT%H:%MZ}{said}")


@command(keys, "papers")
@click.argument("number", type=int)
def papers(number: int) -> None:
    """Which papers key NUMBER signed, when, and how each stands."""
    for one in papers_of(session(), signers.the_signer(session(), number), trusted_stamps()):
        at = f"{one.at:%Y-%m-%dT%H:%M:%SZ}" if one.at else "-"
        click.echo(f"{one.number} {one.kind} {at} {one.standing}")


def _present(first: str, second: str) -> tuple[Actor, Actor]:
    return actor_of(first, Permission.SIGNER_KEEP), actor_of(second, Permission.SIGNER_KEEP)


def _end(number: int, reason: EndReason, since: datetime | None, two: tuple[Actor, Actor]) -> None:
    by, witness = two
    ended = signers.end_signer(
        session(), number, reason, since_at=since, by=by, witness=witness, at=now()
    )
    click.echo(f"Key {number}: {reason} since {ended.since_at:%Y-%m-%dT%H:%MZ}")


def _spelled(digest: bytes) -> str:
    return digest.hex(" ", 4)
