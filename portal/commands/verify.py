"""``flask verify FILE``: is this paper genuine? Exit 0 yes, 1 no, 2 unreadable."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from portal.certificates.signers import SignerStanding, standing_of
from portal.certificates.signers.queries import facts
from portal.certificates.verify import Verdict, VerdictKind, verify
from portal.web.keyring import trust_anchors, trusted_stamps
from portal.web.session import session
from portal.web.signing_words import STANDINGS
from portal.web.standing_of_paper import register_status
from portal.web.verdicts import in_words

_EXIT = {VerdictKind.GENUINE: 0, VerdictKind.UNREADABLE: 2}


@click.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--trust", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--stamps", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True)
@with_appcontext
def verify_file(file: Path, trust: Path | None, stamps: Path | None, *, as_json: bool) -> None:
    """Say whether a paper is genuine, and how its number stands in the register.

    TRUST and STAMPS are what `keys certificate` and `keys stamps` wrote (PEM).
    """
    anchors = [trust.read_bytes()] if trust else trust_anchors()
    believed = [stamps.read_bytes()] if stamps else trusted_stamps()
    verdict = verify(file.read_bytes(), anchors, believed)
    said = _facts(verdict)
    if as_json:
        click.echo(json.dumps(said, ensure_ascii=False, sort_keys=True))
    else:
        for line in in_words(verdict, said["status"]):
            click.echo(line)
        if said["signer_standing"] is not None:
            click.echo(STANDINGS[SignerStanding(said["signer_standing"])])
    stolen = said["signer_standing"] == SignerStanding.COMPROMISED
    raise SystemExit(1 if stolen else _EXIT.get(verdict.kind, 1))


def _facts(verdict: Verdict) -> dict[str, Any]:
    status = register_status(verdict.number) if verdict.number else None
    return {
        "verdict": str(verdict.kind),
        "number": verdict.number,
        "attestation_digest": verdict.attestation_digest,
        "signer": verdict.signer,
        "stamped_by": verdict.stamped_by,
        "signer_standing": _standing(verdict),
        "signed_at": verdict.signed_at.isoformat() if verdict.signed_at else None,
        "notes": list(verdict.notes),
        "status": str(status.code) if status else None,
        "successor": status.successor if status else None,
    }


def _standing(verdict: Verdict) -> str | None:
    """How the key stood when it signed; None for a paper that is not genuine."""
    if verdict.fingerprint is None or verdict.signed_at is None:
        return None
    stamped = verdict.stamped_by is not None
    known = facts(session())
    return str(standing_of(known, verdict.fingerprint, verdict.signed_at, stamped=stamped))
