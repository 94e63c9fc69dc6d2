"""Canonical bytes: one JSON form (RFC 8785) and one digest for all that is frozen or signed."""

from __future__ import annotations

import hashlib
import json
from typing import Any

# For strings, whole numbers below 2**53, booleans, None, lists and mappings with ASCII names the
# standard encoder writes RFC 8785 exactly (tests compare it with an independent implementation);
# nothing else is ever frozen.
_encode = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
).encode


def canonical(value: Any) -> bytes:
    """The RFC 8785 bytes of strings, whole numbers, booleans, None, lists and mappings."""
    return _encode(value).encode()


def sha256(data: bytes) -> bytes:
    """The 32 bytes of SHA-256."""
    return hashlib.sha256(data).digest()


def digest_of(value: Any) -> bytes:
    """SHA-256 over the canonical bytes."""
    return sha256(canonical(value))
