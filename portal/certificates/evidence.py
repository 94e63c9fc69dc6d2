"""What a signature needs to be checked for ever without asking anybody: the certificates, and that
none of them was revoked, as their issuers said minutes ago.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from asn1crypto import crl, ocsp, x509
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.validation import DocumentSecurityStore
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.authority import AuthorityWithCert
from pyhanko_certvalidator.errors import PathError, RevokedError, ValidationError
from pyhanko_certvalidator.fetchers.common_utils import format_ocsp_request
from pyhanko_certvalidator.path import ValidationPath

from portal.authorities import Authorities
from portal.certificates.contexts import CLOCKS_DIFFER
from portal.certificates.outgoing import Away, ask
from portal.certificates.refusals import EvidenceAway, SignerRevoked, StampAway
from portal.certificates.stamping import Stamper

FRESH: Final = timedelta(minutes=5)
"""How long what issuers said is used before they are asked again."""

_QUERY = "application/ocsp-request"


@dataclass
class Evidence:
    """What is put into a paper beside its signature, and who stamps it."""

    taken_at: datetime
    stamper: Stamper
    certificates: list[x509.Certificate] = field(default_factory=list)
    ocsps: list[ocsp.OCSPResponse] = field(default_factory=list)
    crls: list[crl.CertificateList] = field(default_factory=list)

    def put_into(self, paper: BasePdfFileWriter) -> None:
        """Put it into the paper's security store, which the signature then covers."""
        DocumentSecurityStore.supply_dss_in_writer(
            paper, None, certs=self.certificates, ocsps=self.ocsps, crls=self.crls
        )

    def add(self, path: ValidationPath, asked: Authorities) -> None:
        """Take a path's certificates, and ask about each of them. Raises Away."""
        for certificate in path.iter_certs(include_root=False):
            issuer = path.find_issuing_authority(certificate)
            self.certificates.append(certificate)
            if certificate.ocsp_no_check_value is None:
                self._ask_about(certificate, issuer, asked)

    def judges(self, anchors: Sequence[x509.Certificate]) -> ValidationContext:
        """A context in which nothing but this evidence says whether a certificate was good then."""
        return ValidationContext(
            trust_roots=list(anchors),
            other_certs=self.certificates,
            ocsps=self.ocsps,
            crls=self.crls,
            moment=self.taken_at,
            time_tolerance=CLOCKS_DIFFER,
            revocation_mode="hard-fail",
        )

    def _ask_about(
        self, certificate: x509.Certificate, issuer: AuthorityWithCert, asked: Authorities
    ) -> None:
        if certificate.ocsp_urls:
            query = format_ocsp_request(
                certificate, issuer, certid_hash_algo="sha1", request_nonces=False
            )
            answer = ask(asked, certificate.ocsp_urls[0], query.dump(), _QUERY)
            said = ocsp.OCSPResponse.load(answer, strict=True)
            if said["response_status"].native != "successful":
                raise Away(certificate.ocsp_urls[0])
            self.ocsps.append(said)
            return
        for url in _lists(certificate):
            self.crls.append(crl.CertificateList.load(ask(asked, url), strict=True))


_kept: dict[tuple[bytes, Authorities], Evidence] = {}
_lock = threading.Lock()


def evidence(
    chain: Sequence[x509.Certificate], asked: Authorities, *, at: datetime, anew: bool = False
) -> Evidence:
    """What is known of a signer (its certificate, its issuers, the anchor last) and of the first
    authority that stamps; ``anew`` asks even where the answers are minutes old.

    Raises SignerRevoked, EvidenceAway where the signer's issuers do not say, StampAway where no
    authority stamps.
    """
    known = (chain[0].sha256, asked)
    with _lock:
        kept = _kept.get(known)
        if kept is None or anew or not timedelta(0) <= at - kept.taken_at < FRESH:
            kept = _kept[known] = asyncio.run(_gather(chain, asked, at))
        return kept


def stamper_of(asked: Authorities, *, at: datetime) -> Evidence:
    """The first authority that stamps now, with what is known of it alone. Raises StampAway."""
    return asyncio.run(_of_stamper(asked, at))


async def _gather(chain: Sequence[x509.Certificate], asked: Authorities, at: datetime) -> Evidence:
    found = await _of_stamper(asked, at)
    await _of_signer(chain, found, asked)
    return found


async def _of_stamper(asked: Authorities, at: datetime) -> Evidence:
    for address in asked.stamps:
        stamper = Stamper(asked, address)
        found = Evidence(at, stamper)
        try:
            found.add(await stamper.probe(), asked)
            await _judge(found.certificates[0], found, stamper.anchors, {"time_stamping"})
        except (Away, PathError, ValidationError, ValueError):
            continue  # the next may do better
        return found
    raise StampAway


async def _of_signer(
    chain: Sequence[x509.Certificate], found: Evidence, asked: Authorities
) -> None:
    signer, *issuers = chain
    try:
        path = await CertificateValidator(
            signer, issuers, ValidationContext(trust_roots=issuers[-1:], moment=found.taken_at)
        ).async_validate_path()
        found.add(path, asked)
        await _judge(signer, found, issuers[-1:], None)
    except RevokedError as error:
        raise SignerRevoked from error
    except (Away, PathError, ValidationError, ValueError) as error:
        raise EvidenceAway from error


async def _judge(
    certificate: x509.Certificate,
    found: Evidence,
    anchors: Sequence[x509.Certificate],
    purpose: set[str] | None,
) -> None:
    validator = CertificateValidator(certificate, validation_context=found.judges(anchors))
    uses = {"non_repudiation"} if purpose is None else set()
    await validator.async_validate_usage(uses, purpose)  # type: ignore[no-untyped-call]


def _lists(certificate: x509.Certificate) -> Iterator[str]:
    for point in certificate.crl_distribution_points:
        if point.url:
            yield point.url
