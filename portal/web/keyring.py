"""The keys that papers and checkpoints are signed with, and the address papers are verified at."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from portal.authorities import Authorities
from portal.certificates.keys import (
    KeyMaterial,
    UnusableKey,
    ensure_development_key,
    issuers_among,
    load_key,
    trust_anchor_pem,
)
from portal.certificates.refusals import StampAway
from portal.certificates.signers.actions import must_sign_now
from portal.certificates.signers.model import EndReason
from portal.certificates.signers.queries import anchors, facts, signers
from portal.certificates.token import load_token_key
from portal.trail.key import CheckpointKey, ensure_development_checkpoint_key, load_checkpoint_key
from portal.web.session import now, session, settings


def signing_key() -> KeyMaterial:
    """The key that signs papers now. Raises SignerUnfit for one that the register does not know to
    sign now, TokenAway, and UnusableKey.
    """
    key = held_key()
    must_sign_now(session(), key, now())
    return key


def held_key() -> KeyMaterial:
    """The key of the settings, in a file or in a token, with those who stamp what it signs;
    outside production a development key, made at first use. Raises TokenAway, and UnusableKey.
    """
    configured = settings()
    if configured.signing_token is not None:
        key = load_token_key(configured.signing_token)
    elif configured.signing_key is not None:
        key = load_key(configured.signing_key, configured.signing_passphrase)
    else:
        key = ensure_development_key(configured.instance / "keys")
    if configured.production and key.is_development:
        raise UnusableKey("production signs with no development key")
    return replace(key, authorities=configured.authorities)


def certified(file: Path) -> tuple[x509.Certificate, tuple[x509.Certificate, ...]]:
    """What a PEM file says of a key that is not in use yet: its certificate, then its issuers.
    Raises UnusableKey.
    """
    try:
        first, *others = x509.load_pem_x509_certificates(file.read_bytes())
    except ValueError as error:
        raise UnusableKey(f"{file.name} holds no certificates (PEM)") from error
    issuers = issuers_among(first, {one.subject: one for one in others})
    if not issuers:
        raise UnusableKey(f"{file.name} does not hold the issuer of its first certificate")
    return first, issuers


def trust_anchor() -> bytes:
    """The certificate (PEM) that a verifier has to trust."""
    return trust_anchor_pem(held_key())


def trust_anchors() -> list[bytes]:
    """The anchors of the key of today and of every key that was named: old papers verify on."""
    return list(dict.fromkeys([trust_anchor(), *anchors(session())]))


def stamping_authorities() -> Authorities:
    """Those who stamp, by the settings; raises StampAway where nobody is named."""
    found = settings().authorities
    if found is None:
        raise StampAway
    return found


def trusted_stamps() -> list[bytes]:
    """The anchors (PEM) of those whose word on the time is believed; empty where nobody stamps."""
    found = settings().authorities
    return [found.trust] if found else []


def believed_signers() -> list[bytes]:
    """The certificates (DER) of today's key and of every one that was named, but of none that was
    lost: what bears no time is not believed of such a key.
    """
    named = signers(session())
    lost = {
        one.certificate
        for one, ends in named
        if any(end.reason == EndReason.COMPROMISED for end in ends)
    }
    own = held_key().certificate.public_bytes(Encoding.DER)
    found = dict.fromkeys([own, *(one.certificate for one, _ends in named)])
    return [one for one in found if one not in lost]


def lost_keys() -> dict[str, datetime]:
    """The fingerprints (hex) of keys that were lost, and since when."""
    found = {one.fingerprint: one.compromised_at for one in facts(session())}
    return {key: since for key, since in found.items() if since is not None}


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


def checkpoint_key() -> CheckpointKey:
    """The key that the trail's checkpoints are signed with; outside production one made at first
    use. The log is named by the portal's address, so that its notes say whose they are.
    """
    configured = settings()
    parts = urlsplit(configured.public_url)
    name = f"{parts.netloc}{parts.path}/trail"
    if configured.checkpoint_key is not None:
        return load_checkpoint_key(
            configured.checkpoint_key, name, configured.checkpoint_passphrase
        )
    return ensure_development_checkpoint_key(configured.instance / "keys", name)
