"""``flask verify FILE``: is this paper genuine? Exit 0 yes, 1 no, 2 unreadable."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from portal.certificates.signers import SignerStanding
from portal.certificates.verify import Verdict, VerdictKind, verify
from portal.verifier.chain import read_anchors
from portal.verifier.jws import NotSigned
from portal.verifier.lists import PastList, read_list
from portal.verifier.standing import DIFFERS, UNKNOWN, Standing, standings_by
from portal.web.keyring import trust_anchors, trusted_stamps
from portal.web.session import now
from portal.web.signing_words import STANDINGS
from portal.web.standing_of_paper import signer_standing, standings_of
from portal.web.verdicts import in_words

_EXIT = {VerdictKind.GENUINE: 0, VerdictKind.UNREADABLE: 2}
_FILE: Any = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("verify")
@click.argument("file", type=_FILE)
@click.option("--trust", type=_FILE, help="A trust anchor (PEM); else the portal's own.")
@click.option("--stamps", type=_FILE, help="Anchors of those who stamp (PEM); else the portal's.")
@click.option("--list", "past", type=_FILE, help="A signed list; asked instead of the register.")
@click.option("--json", "as_json", is_flag=True)
@with_appcontext
def verify_file(
    file: Path, trust: Path | None, stamps: Path | None, past: Path | None, *, as_json: bool
) -> None:
    """Say whether a paper is genuine, and how its number stands in the register."""
    anchors = [trust.read_bytes()] if trust else trust_anchors()
    believed = [stamps.read_bytes()] if stamps else trusted_stamps()
    verdict = verify(file.read_bytes(), anchors, believed)
    told = _list(past, anchors) if past else None
    standings = _by_list(verdict, told) if told else standings_of(verdict)
    key = signer_standing(verdict)
    lost = key == SignerStanding.COMPROMISED or (told is not None and told.is_lost(verdict))
    if as_json:
        said = _facts(verdict, standings, key)
        click.echo(json.dumps(said, ensure_ascii=False, sort_keys=True))
    else:
        for line in in_words(verdict, standings):
            click.echo(line)
        if key is not None:
            click.echo(STANDINGS[SignerStanding.COMPROMISED if lost else key])
    raise SystemExit(1 if lost else _EXIT.get(verdict.kind, 1))


def _list(path: Path, anchors: list[bytes]) -> PastList:
    try:
        return read_list(path.read_text(encoding="ascii"), read_anchors(anchors))
    except (NotSigned, ValueError) as error:
        msg = f"{path} is no list that this issuer signed."
        raise click.BadParameter(msg, param_hint="--list") from error


def _by_list(verdict: Verdict, past: PastList) -> list[Standing]:
    return standings_by(past, verdict.number, at=now()) if verdict.number else []


def _facts(
    verdict: Verdict, standings: list[Standing], key: SignerStanding | None
) -> dict[str, Any]:
    today = standings[-1] if standings else Standing(UNKNOWN)
    return {
        "verdict": str(verdict.kind),
        "number": verdict.number,
        "attestation_digest": verdict.attestation_digest,
        "signer": verdict.signer,
        "stamped_by": verdict.stamped_by,
        "signer_standing": str(key) if key else None,
        "signed_at": _written(verdict.signed_at),
        "notes": list(verdict.notes),
        "figures": None if verdict.figures is None else list(verdict.figures),
        "status": None if today.code == UNKNOWN else today.code,
        "since_at": _written(today.since_at),
        "successor": today.successor,
        "differs": any(one.code == DIFFERS for one in standings),
        "list_made_at": _written(today.listed_at),
        "list_is_stale": today.due_at is not None,
    }


def _written(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
