"""From a signer's certificate up to an anchor that the reader trusts (RFC 5280 §6, without a net).

Revocation is not asked here: a key that was lost is said by the list of the issuer.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from asn1crypto import pem, x509

from portal.verifier.signatures import Unsupported, is_signed

_LONGEST = 6
_UNDERSTOOD = frozenset({"basic_constraints", "key_usage", "extended_key_usage"})
_SIGNS = frozenset({"digital_signature", "non_repudiation"})


def read_anchor(data: bytes) -> x509.Certificate:
    """The certificate of a PEM or DER file. Raises ValueError."""
    if pem.detect(data):
        _, _, data = pem.unarmor(data)
    found = x509.Certificate.load(data, strict=True)
    _ = found.subject, found.public_key, found.not_valid_after  # read now what is lazily read
    return found


def read_anchors(texts: Sequence[bytes]) -> list[x509.Certificate]:
    """Every certificate in some PEM texts. Raises ValueError."""
    return [read_anchor(der) for text in texts for _, _, der in pem.unarmor(text, multiple=True)]


def path_to(
    anchors: Sequence[x509.Certificate],
    certificate: x509.Certificate,
    between: Sequence[x509.Certificate],
) -> list[x509.Certificate] | None:
    """The certificates from the signer's up to an anchor, both included; None where none leads."""
    path = [certificate]
    while len(path) <= _LONGEST:
        last = path[-1]
        if any(last.dump() == anchor.dump() for anchor in anchors):
            return path
        issuer = next((one for one in anchors if _issued(one, last)), None)
        if issuer is not None:
            return [*path, issuer]
        issuer = next((one for one in between if one not in path and _issued(one, last)), None)
        if issuer is None:
            return None
        path.append(issuer)
    return None


def holds(
    path: Sequence[x509.Certificate], moment: datetime, *, purpose: str | None = None
) -> bool:
    """Whether each certificate of a path could do what it did at a moment.

    ``purpose`` is the extended usage the signer must have and be limited to (``time_stamping``).
    The anchor is believed as it is: the reader chose it.
    """
    signer, issuers = path[0], path[1:]
    below = (one for one in path[:-1] or path)
    return (
        all(one.not_valid_before <= moment <= one.not_valid_after for one in below)
        and all(_is_understood(one) for one in path)
        and _may_sign(signer, purpose)
        and all(_may_issue(one, depth) for depth, one in enumerate(issuers))
    )


def _issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    if issuer.subject.dump() != certificate.issuer.dump():
        return False
    signed, by = certificate["tbs_certificate"].dump(), certificate["signature_algorithm"]
    if by.dump() != certificate["tbs_certificate"]["signature"].dump():
        return False
    try:
        return is_signed(signed, certificate.signature, issuer.public_key, by)
    except Unsupported:
        return False


def _is_understood(certificate: x509.Certificate) -> bool:
    return set(certificate.critical_extensions) <= _UNDERSTOOD


def _may_sign(signer: x509.Certificate, purpose: str | None) -> bool:
    usage = signer.key_usage_value
    may = usage is None or bool(usage.native & _SIGNS)
    extended = signer.extended_key_usage_value
    if purpose is None:
        return may
    return may and extended is not None and extended.native == [purpose]


def _may_issue(issuer: x509.Certificate, below: int) -> bool:
    """``below``: how many issuers stand between this one and the signer."""
    basic, usage = issuer.basic_constraints_value, issuer.key_usage_value
    if basic is None or not basic["ca"].native:
        return False
    most = basic["path_len_constraint"].native
    fits = most is None or below <= most
    return fits and (usage is None or "key_cert_sign" in usage.native)
