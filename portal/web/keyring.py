"""The key that papers are signed with, and the address that they are verified at."""

from __future__ import annotations

from pathlib import Path

from portal.certificates.keys import (
    KeyMaterial,
    UnusableKey,
    ensure_development_key,
    load_key,
    trust_anchor_pem,
)
from portal.web.session import settings


def signing_key() -> KeyMaterial:
    """The key of the settings; outside production a development key, made at first use."""
    configured = settings()
    if configured.signing_key is not None:
        return load_key(configured.signing_key, configured.signing_passphrase)
    return ensure_development_key(configured.instance / "keys")


def trust_anchor() -> bytes:
    """The certificate (PEM) that a verifier has to trust."""
    return trust_anchor_pem(signing_key())


def verify_at() -> str:
    """The address before the number on the public verify page."""
    return f"{settings().public_url}/verify"


def faults_of_key(path: Path, passphrase: str | None) -> list[str]:
    """Why papers of a real portal must not be signed with the key in a file; empty for a good one.

    Words alone, which never hold the passphrase.
    """
    try:
        key = load_key(path, passphrase)
    except UnusableKey as fault:
        return [str(fault)]
    return ["is a development key, and its papers say so"] if key.is_development else []
