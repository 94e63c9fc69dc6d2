"""A sample drawn by a published rule: whoever knows the seed can draw it again, by hand.

The rule (domain §2.4): put the names in the order of SHA-256(seed followed by name), and take the
first ones. A name is a receipt, or the digest of a line in hexadecimal.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from sqlalchemy.orm import Session

from portal.canonical import sha256

SEED_BYTES = 16


def place_of(seed: str, name: str) -> tuple[bytes, str]:
    """Where a name stands in the order that a seed gives."""
    return sha256((seed + name).encode()), name


def digest_of_names(names: Iterable[str]) -> bytes:
    """SHA-256 of names, sorted, each followed by a line end."""
    return sha256("".join(f"{name}\n" for name in sorted(names)).encode())


def made_seed(session: Session) -> str:
    """Chance that nobody could know before: 32 hexadecimal digits."""
    entropy = session.info.get("entropy", secrets.token_bytes)
    return str(entropy(SEED_BYTES).hex())
