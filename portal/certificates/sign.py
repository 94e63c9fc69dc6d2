"""Certify a paper: one PAdES signature that permits no change, in one added revision, offline."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko_certvalidator.registry import SimpleCertificateStore

from portal.certificates.field import FIELD
from portal.certificates.keys import KeyMaterial
from portal.certificates.seal import seal
from portal.policy.document import Policy

_ROOM = 16384  # hexadecimal digits kept for the signature; enough for a time stamp too
_LONGEST_P256 = 72


class AlreadySigned(ValueError):
    """The paper carries a signature; it can never carry a second one."""


class _Writer(IncrementalPdfFileWriter):
    """Adds a revision and leaves the metadata as rendered: pyHanko's own would break PDF/A."""

    def _update_meta(self) -> None:
        """The document describes itself already."""


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
        return bytes(_LONGEST_P256) if dry_run else self._key.sign(data, ec.ECDSA(hashes.SHA256()))


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
    """The paper with its certification signature (PAdES B-B, DocMDP: no changes) and visible seal.

    It fills the tagged field the renderer left, keeps the metadata, and so stays PDF/A-3a and
    PDF/UA-1. The time is the signer's own word until a time-stamping authority is configured;
    place and clocks are the policy's.
    Raises AlreadySigned.
    """
    writer = _Writer(BytesIO(pdf))
    if writer.prev.embedded_signatures:
        raise AlreadySigned
    terms = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        name=key.name,
        location=policy.papers.signed_at,
        reason=reason,
    )
    signer = _SignerAt(
        terms, _Signer(key), stamp_style=seal(key, policy, at), at=at.astimezone(UTC)
    )
    signed = BytesIO()
    signer.sign_pdf(writer, existing_fields_only=True, output=signed, bytes_reserved=_ROOM)
    return signed.getvalue()


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
