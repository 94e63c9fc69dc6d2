"""``verify-certificate``: is this paper genuine? Asked without the portal and without a network.

Exit 0 genuine (or the issuer's own code), 1 not, 2 unreadable or asked wrongly.
"""

from __future__ import annotations

import argparse
import json
import sys
from base64 import urlsafe_b64decode
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from asn1crypto import x509

from portal.verifier.chain import holds, path_to, read_anchor, read_anchors
from portal.verifier.codes import Code, read_code
from portal.verifier.codes_words import BAD_LIST, CODES, DIGEST
from portal.verifier.jws import NotSigned
from portal.verifier.languages import LANGUAGES, saying
from portal.verifier.lists import PastList, read_list
from portal.verifier.paper import examine
from portal.verifier.standing import Standing, standings_by
from portal.verifier.verdict import Verdict, VerdictKind
from portal.verifier.words import LOST, Say, lines, standing_lines

YES, NO, UNREADABLE = 0, 1, 2
_EXIT = {VerdictKind.GENUINE: YES, VerdictKind.UNREADABLE: UNREADABLE}


def main(words: Sequence[str] | None = None) -> int:
    """Run with the words of a command line; gives the exit code."""
    parser = _parser()
    asked = parser.parse_args(words)
    if (asked.file is None) == (asked.qr is None):
        parser.error("give a FILE, or --qr and what the code holds")
    try:
        trust, stamps = (
            [path.read_bytes() for path in paths] for paths in (asked.trust, asked.stamps)
        )
        anchors, _ = read_anchors(trust), read_anchors(stamps)
        signers = [read_anchor(path.read_bytes()) for path in asked.signer]
        data = asked.file.read_bytes() if asked.file else b""
        text = asked.list.read_text(encoding="ascii") if asked.list else None
    except (OSError, ValueError) as fault:
        parser.error(f"it cannot be read: {fault}")
    say, now = saying(asked.language), datetime.now(UTC)
    past = _past(text, anchors)
    if text is not None and past is None:
        _print(say(BAD_LIST))
        return UNREADABLE
    if asked.qr is not None:
        known = [one for one in signers if _is_certified(one, anchors)]
        return _judge_code(asked.qr, [*known, *(past.signers if past else ())], past, say, now)
    verdict = examine(data, trust, stamps)
    standings = standings_by(past, verdict.number, at=now) if past and verdict.number else []
    lost = past is not None and past.is_lost(verdict)
    if asked.json:
        told = facts(verdict, standings) | {"key_lost": lost}
        _print(json.dumps(told, ensure_ascii=False, sort_keys=True))
    else:
        _print(*lines(verdict, standings, say, when), *([say(LOST)] if lost else []))
    return NO if lost else _EXIT.get(verdict.kind, NO)


def when(instant: datetime) -> str:
    """An instant as it is written where nobody's clocks are known."""
    return instant.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def facts(verdict: Verdict, standings: Sequence[Standing]) -> dict[str, Any]:
    """A verdict for machines."""
    told = {k: v for k, v in asdict(verdict).items() if k not in {"kind", "attestation"}}
    found = told | {"verdict": verdict.kind, "standings": [asdict(one) for one in standings]}
    plain: dict[str, Any] = json.loads(json.dumps(found, default=_plain))
    return plain


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _past(text: str | None, anchors: list[x509.Certificate]) -> PastList | None:
    try:
        return read_list(text, anchors) if text is not None else None
    except NotSigned:
        return None


def _is_certified(signer: x509.Certificate, anchors: list[x509.Certificate]) -> bool:
    path = path_to(anchors, signer, [])
    return path is not None and holds(path, signer.not_valid_before)


def _judge_code(
    text: str, signers: list[x509.Certificate], past: PastList | None, say: Say, now: datetime
) -> int:
    if not signers:
        _print(say(CODES["NO_KEY"]))
        return UNREADABLE
    try:
        code = read_code(text, signers)
    except NotSigned:
        _print(say(CODES["FORGED"]))
        return NO
    _print(*_code_lines(code, past, say, now))
    return YES


def _code_lines(code: Code, past: PastList | None, say: Say, now: datetime) -> Iterator[str]:
    yield say(CODES["OURS"])
    yield say("Number: %(number)s", number=code.number)
    yield say(DIGEST, digest=urlsafe_b64decode(f"{code.digest}==").hex())
    for standing in standings_by(past, code.number, at=now) if past else ():
        yield from standing_lines(standing, say, when)


def _print(*said: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in said))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("verify-certificate", description=__doc__)
    add = parser.add_argument
    add("file", nargs="?", type=Path, metavar="FILE", help="the paper (PDF)")
    add("--qr", metavar="TEXT", help="what the QR code of a paper holds, instead of a file")
    add("--trust", required=True, action="append", type=Path, help="trust anchor (PEM); repeatable")
    add("--stamps", action="append", default=[], type=Path,
        help="anchor (PEM) of who stamps the time; repeatable")  # fmt: skip
    add("--list", type=Path, help="the signed list of superseded and revoked numbers")
    add("--signer", action="append", default=[], type=Path,
        help="the signer's certificate, for --qr without --list")  # fmt: skip
    add("--language", choices=LANGUAGES, default="en")
    add("--json", action="store_true", help="for machines")
    return parser


if __name__ == "__main__":
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")
    sys.exit(main())
