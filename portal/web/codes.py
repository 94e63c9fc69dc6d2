"""The signed code of a QR: checked with the certificates of all keys of papers."""

from __future__ import annotations

from portal.certificates.model import Certificate
from portal.verifier.chain import read_anchor
from portal.verifier.codes import read_code
from portal.verifier.codes_words import CODES
from portal.verifier.jws import NotSigned
from portal.web.keyring import believed_signers
from portal.web.verdicts import say

OURS, FORGED, OTHER_PAPER = "OURS", "FORGED", "OTHER_PAPER"


def code_said(text: str | None, certificate: Certificate | None) -> tuple[bool, str] | None:
    """Whether a code is ours and made for this certificate, and what is said of it; None where
    there is no code.
    """
    if text is None:
        return None
    found = _judged(text, certificate)
    return found == OURS, say(CODES[found])


def _judged(text: str, certificate: Certificate | None) -> str:
    try:
        code = read_code(text, [read_anchor(one) for one in believed_signers()])
    except NotSigned:
        return FORGED
    if certificate is None or code.number != certificate.number:
        return OTHER_PAPER
    return OURS if code.fits(certificate.attestation_digest) else OTHER_PAPER
