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

    ``notes`` are words of a closed list: ``too-large``, ``not-a-pdf``, ``no-signature``,
    ``signature-broken``, ``unknown-signer``, ``bytes-added``, ``changed-after-signing``,
    ``nothing-inside``, ``inside-does-not-agree``; and of a genuine paper ``time-claimed``,
    ``development-key``, ``demo``, ``draft``, ``report``.
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

    @property
    def is_genuine(self) -> bool:
        """True if the paper is what the issuer signed, to the last byte."""
        return self.kind is VerdictKind.GENUINE
