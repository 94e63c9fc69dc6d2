"""Certify a paper: one PAdES signature that permits no change, in one added revision."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko_certvalidator.registry import SimpleCertificateStore

from portal.certificates.evidence import Evidence, evidence
from portal.certificates.field import FIELD
from portal.certificates.keys import KeyMaterial
from portal.certificates.outgoing import Away
from portal.certificates.refusals import StampAway
from portal.certificates.revision import Revision, ends_clearly
from portal.certificates.seal import seal
from portal.policy.document import Policy

_ROOM = 16384  # hexadecimal digits kept for the signature
_ROOM_FOR_A_STAMP = 16384


class AlreadySigned(ValueError):
    """The paper carries a signature; it can never carry a second one."""


class _Signer(signers.Signer):
    """Signs with a key that was loaded once; pyHanko's own parses it twice a signature."""

    def __init__(self, key: KeyMaterial) -> None:
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        store.register_multiple([_asn1(issuer) for issuer in key.issuers])
        # The anchor stays outside: a verifier has it, and here no signature would cover its bytes.
        super().__init__(
            signing_cert=_asn1(key.certificate), cert_registry=store, embed_roots=False
        )
        self._key = key.private_key

    async def async_sign_raw(
        self, data: bytes, digest_algorithm: str, dry_run: bool = False
    ) -> bytes:
        """The ECDSA signature over the data; only its length for a dry run."""
        if digest_algorithm != "sha256":
            raise ValueError(digest_algorithm)
        return bytes(_ROOM // 64) if dry_run else self._key.sign(data, ec.ECDSA(hashes.SHA256()))


class _SignerAt(signers.PdfSigner):
    """Takes the time of signing from its caller."""

    def __init__(self, *args: Any, at: datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self._at = at

    def init_signing_session(self, *args: Any, **options: Any) -> PdfSigningSession:
        """A session on the caller's clock."""
        session = super().init_signing_session(*args, **options)
        session.system_time = self._at
        return session


def sign(
    pdf: bytes, key: KeyMaterial, policy: Policy, *, at: datetime, reason: str | None = None
) -> bytes:
    """The paper with its certification signature (PAdES, DocMDP: no changes) and visible seal.

    It fills the tagged field the renderer left, keeps the metadata, and so stays PDF/A-3a and
    PDF/UA-1; place and clocks are the policy's. Where the key has authorities, the evidence that
    its certificates hold goes in first, and one signature with a time stamp covers it all (B-LT in
    one revision); without, the time is the signer's own word (B-B).
    Raises AlreadySigned, StampAway, EvidenceAway, SignerRevoked, TokenAway.
    """
    if key.authorities is None:
        return _signed(pdf, key, policy, None, at=at, reason=reason)
    chain = [_asn1(one) for one in (key.certificate, *key.issuers)]
    known = evidence(chain, key.authorities, at=at)
    try:
        return _signed(pdf, key, policy, known, at=at, reason=reason)
    except Away:  # who stamped minutes ago does not now: the next may
        known = evidence(chain, key.authorities, at=at, anew=True)
    try:
        return _signed(pdf, key, policy, known, at=at, reason=reason)
    except Away as error:
        raise StampAway from error


def _signed(
    pdf: bytes,
    key: KeyMaterial,
    policy: Policy,
    known: Evidence | None,
    *,
    at: datetime,
    reason: str | None,
    wider: int = 0,
) -> bytes:
    writer = Revision(pdf, at.astimezone(UTC))
    if writer.prev.embedded_signatures:
        raise AlreadySigned
    if known is not None:
        known.put_into(writer)
    signer = _SignerAt(
        _terms(key, policy, reason),
        _Signer(key),
        timestamper=known.stamper if known else None,
        stamp_style=seal(key, policy, at),
        at=at.astimezone(UTC),
    )
    signed, room = BytesIO(), _ROOM + (_ROOM_FOR_A_STAMP if known else 0) + wider
    signer.sign_pdf(writer, existing_fields_only=True, output=signed, bytes_reserved=room)
    made = signed.getvalue()
    # The table of places is the one stream that is written by the library alone.
    if ends_clearly(made[len(pdf) :]):
        return made
    return _signed(pdf, key, policy, known, at=at, reason=reason, wider=wider + 2)


def _terms(key: KeyMaterial, policy: Policy, reason: str | None) -> signers.PdfSignatureMetadata:
    return signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        name=key.name,
        location=policy.papers.signed_at,
        reason=reason,
    )


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
