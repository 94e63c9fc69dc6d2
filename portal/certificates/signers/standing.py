"""Was this signer good at this instant? Pure: from the facts of the register alone."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


class SignerStanding(enum.StrEnum):
    """What the register says of a signature. All but COMPROMISED leave a genuine paper genuine."""

    GOOD = "GOOD"
    UNNAMED = "UNNAMED"
    EARLY = "EARLY"
    LATE = "LATE"
    COMPROMISED = "COMPROMISED"


@dataclass(frozen=True)
class SignerFact:
    """One key: its fingerprint in hex, from when to when it signs, since when it is compromised."""

    fingerprint: str
    from_at: datetime
    until_at: datetime | None = None
    compromised_at: datetime | None = None


def standing_of(
    facts: Iterable[SignerFact], fingerprint: str, signed_at: datetime, *, stamped: bool
) -> SignerStanding:
    """How a key stood when it signed.

    ``stamped``: the time is a time-stamping authority's. A thief of a key writes any time he likes
    into a signature, but no authority stamps it into the past: of a compromised key only what was
    stamped before is believed.
    """
    fact = next((one for one in facts if one.fingerprint == fingerprint), None)
    if fact is None:
        return SignerStanding.UNNAMED
    stolen = fact.compromised_at
    if stolen is not None and not (stamped and signed_at < stolen):
        return SignerStanding.COMPROMISED
    if signed_at < fact.from_at:
        return SignerStanding.EARLY
    late = fact.until_at is not None and signed_at >= fact.until_at
    return SignerStanding.LATE if late else SignerStanding.GOOD
