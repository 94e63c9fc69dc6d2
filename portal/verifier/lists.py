"""The list of numbers that do not hold any more, signed and dated, to be asked without a network.

Its numbers alone are told: whose they are stands on the papers.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from asn1crypto import x509

from portal.canonical import canonical
from portal.verifier import jws
from portal.verifier.chain import holds, path_to
from portal.verifier.jws import NotSigned, Sign
from portal.verifier.verdict import Verdict

SCHEMA, KIND = "past-papers/1", "past-papers+jwt"
EACH = timedelta(days=1)
"""How long after one list the next is expected."""


@dataclass(frozen=True)
class Past:
    """One state that a paper came into, and since when; a paper may have come into several."""

    number: str
    standing: str
    since_at: datetime
    reason: str | None = None
    successor: str | None = None


@dataclass(frozen=True)
class PastList:
    """What a list says: every past state, and up to which serial numbers had been given.

    ``signers`` are the certificates of all keys that papers were signed with and that are believed;
    ``lost`` the fingerprints (hex) of those that were lost, and since when.
    """

    made_at: datetime
    next_at: datetime
    newest: int
    past: tuple[Past, ...]
    signers: tuple[x509.Certificate, ...] = field(default=(), repr=False)
    lost: Mapping[str, datetime] = field(default_factory=dict)

    def is_stale(self, at: datetime) -> bool:
        """Whether a newer list should be there by now."""
        return at > self.next_at

    def is_lost(self, verdict: Verdict) -> bool:
        """Whether a paper was signed with a key that was lost, and no trusted time says that it was
        signed before.
        """
        since = self.lost.get(verdict.fingerprint or "")
        at, stamped = verdict.signed_at, verdict.stamped_by is not None
        return since is not None and not (stamped and at is not None and at < since)

    def of(self, number: str) -> list[Past]:
        """The states that a number came into, oldest first."""
        return [one for one in self.past if one.number == number]


def write_list(told: PastList, signers: Sequence[bytes], chain: Sequence[bytes], by: Sign) -> str:
    """A list, signed; ``signers`` and ``chain`` (its own signer's) are DER certificates."""
    rows = sorted(told.past, key=lambda one: (one.number, one.since_at))
    said = {
        "schema": SCHEMA,
        "made_at": _instant(told.made_at),
        "next_at": _instant(told.next_at),
        "newest": told.newest,
        "signers": [b64encode(one).decode() for one in signers],
        "lost": {key: _instant(since) for key, since in told.lost.items()},
        "past": [
            {
                "number": one.number,
                "standing": one.standing,
                "since_at": _instant(one.since_at),
                "reason": one.reason,
                "successor": one.successor,
            }
            for one in rows
        ],
    }
    return jws.sign(canonical(said), by, kind=KIND, chain=chain)


def read_list(text: str, anchors: Sequence[x509.Certificate]) -> PastList:
    """What a list says, signed by whom an anchor certifies. Raises NotSigned."""
    signed = jws.read(text, kind=KIND)
    try:
        said: dict[str, Any] = json.loads(signed.payload)
        if said["schema"] != SCHEMA:
            raise NotSigned("another kind")
        made_at = _read(said["made_at"])
        signed.signer(anchors, made_at)
        past = tuple(
            Past(
                str(row["number"]),
                str(row["standing"]),
                _read(row["since_at"]),
                row["reason"],
                row["successor"],
            )
            for row in said["past"]
        )
        signers = tuple(_certified(said["signers"], anchors))
        lost = {str(key): _read(since) for key, since in said["lost"].items()}
        return PastList(made_at, _read(said["next_at"]), int(said["newest"]), past, signers, lost)
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise NotSigned("another kind") from error


def _certified(told: Sequence[str], anchors: Sequence[x509.Certificate]) -> list[x509.Certificate]:
    """Those of the certificates told that an anchor leads to, when they began to hold."""
    held = [x509.Certificate.load(b64decode(one)) for one in told]
    paths = ((one, path_to(anchors, one, held)) for one in held)
    return [one for one, path in paths if path and holds(path, one.not_valid_before)]


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _read(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
