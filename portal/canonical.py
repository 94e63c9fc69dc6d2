"""Canonical bytes: one JSON form (RFC 8785) and one digest for all that is hashed, frozen or signed."""

from __future__ import annotations

import hashlib
from typing import Any

import rfc8785


def canonical(value: Any) -> bytes:
    """The RFC 8785 bytes of strings, whole numbers, booleans, None, lists and mappings."""
    return rfc8785.dumps(value)


def sha256(data: bytes) -> bytes:
    """The 32 bytes of SHA-256."""
    return hashlib.sha256(data).digest()


def digest_of(value: Any) -> bytes:
    """SHA-256 over the canonical bytes."""
    return sha256(canonical(value))
