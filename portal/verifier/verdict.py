"""The answer to "is this paper genuine?"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class VerdictKind(StrEnum):
    """What can be said of a file from its bytes alone."""

    GENUINE = "GENUINE"
    ALTERED = "ALTERED"
    UNKNOWN_SIGNER = "UNKNOWN_SIGNER"
    NOT_OURS = "NOT_OURS"
    UNREADABLE = "UNREADABLE"


@dataclass(frozen=True)
class Verdict:
    """The answer. All but ``kind`` and ``notes`` are filled for a GENUINE paper only.

    ``signed_at`` is the time that ``stamped_by``, a time-stamping authority, says; without one it
    is the signer's word. ``fingerprint`` is the SHA-256 of the signer's public key, in hex.

    ``notes`` are words of a closed list: ``too-large``, ``not-a-pdf``, ``encrypted``,
    ``too-much-work``, ``no-signature``, ``signature-broken``, ``bytes-changed``, ``bytes-added``,
    ``revision-added``, ``changed-after-signing``, ``unknown-signer``, ``signer-not-valid-then``,
    ``not-certified``, ``nothing-inside``, ``inside-does-not-agree``; and of a genuine paper
    ``time-claimed``, ``development-key``, ``demo``, ``draft``, ``report``.

    ``figures`` names what of an attached statement does not re-perform: empty where all does, None
    where no statement is attached.
    """

    kind: VerdictKind
    number: str | None = None
    attestation: dict[str, Any] | None = None
    attestation_digest: str | None = None
    signer: str | None = None
    signed_at: datetime | None = None
    stamped_by: str | None = None
    fingerprint: str | None = None
    notes: tuple[str, ...] = ()
    figures: tuple[str, ...] | None = None

    @property
    def is_genuine(self) -> bool:
        """True if the paper is what the issuer signed, to the last byte."""
        return self.kind is VerdictKind.GENUINE


class Found(Exception):
    """Ends an examination with a verdict that is not GENUINE."""

    def __init__(self, kind: VerdictKind, note: str) -> None:
        super().__init__(kind, note)
        self.verdict = Verdict(kind, notes=(note,))
