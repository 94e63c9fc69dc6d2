"""The time stamp over a signature: when it was there at the latest, by an authority's word."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from asn1crypto import x509

from portal.canonical import sha256
from portal.verifier import cms
from portal.verifier.chain import holds, path_to
from portal.verifier.envelope import Envelope
from portal.verifier.signatures import DIGESTS
from portal.verifier.verdict import Found, VerdictKind


class Stamp(NamedTuple):
    """When, and by whom."""

    at: datetime
    by: str


def stamp_over(envelope: Envelope, anchors: Sequence[x509.Certificate]) -> Stamp | None:
    """What the time stamp over a signature says (RFC 3161); None where there is none, or one that
    leads to nobody whom the reader trusts. Its certificate is judged at the time that it says.

    Raises Found for one that was altered, and whatever hostile bytes make a parser raise.
    """
    stamp = envelope.stamp
    if stamp is None:
        return None
    content = stamp["encap_content_info"]["content"]
    info = content.parsed
    imprint = info["message_imprint"]
    (signer,) = stamp["signer_infos"]
    by = signer["digest_algorithm"]["algorithm"].native
    if imprint["hash_algorithm"]["algorithm"].native != "sha256" or by not in DIGESTS:
        raise ValueError("a digest of old")
    if imprint["hashed_message"].native != sha256(envelope.signature):
        raise Found(VerdictKind.ALTERED, "signature-broken")
    digest = hashlib.new(by, content.contents).digest()
    certificate, certificates = cms.signer_of(stamp, "tst_info", digest)
    at: datetime = info["gen_time"].native
    path = path_to(anchors, certificate, certificates)
    if path is None or not holds(path, at, purpose="time_stamping"):
        return None
    if len(certificates) != len(path) - 1:
        raise ValueError("more certificates than lead to whom we trust")
    return Stamp(at, cms.Signed(path).name)
