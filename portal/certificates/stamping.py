"""A time stamp from an authority (RFC 3161): asked for, checked, kept in the plainest form."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from asn1crypto import cms, pem, tsp, x509
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.path import ValidationPath

from portal.authorities import Authorities
from portal.canonical import sha256
from portal.certificates.outgoing import Away, ask
from portal.verifier.envelope import plain_stamp

# The library tells a page-long story about each stamp it does not trust; the refusal says it.
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)

_QUERY = "application/timestamp-query"
_PROBE = sha256(b"which certificate do you stamp with?")


class Stamped(NamedTuple):
    """What a time stamp says: when, by whom; the path of its certificate, None where nobody that
    is trusted leads to it.
    """

    at: datetime
    by: str
    path: ValidationPath | None


class Stamper(TimeStamper):
    """One time-stamping authority; what it answers is believed when it was checked."""

    def __init__(self, authorities: Authorities, address: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.address = address
        self.anchors = anchors_of(authorities.trust)
        self._authorities = authorities

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """The authority's answer. Raises Away."""
        answer = ask(self._authorities, self.address, req.dump(), _QUERY)
        return tsp.TimeStampResp.load(answer, strict=True)

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """A time stamp over a digest (SHA-256), from whom we trust. Raises Away."""
        try:
            token = await super().async_timestamp(message_digest, md_algorithm)
            said = await examine(token["content"], message_digest, self.anchors)
        except Away:
            raise
        except Exception as error:  # an answer may be anything
            raise Away(self.address) from error
        if said is None or said.path is None:
            raise Away(f"{self.address}: this time stamp is nobody's that we trust")
        return plain_stamp(token["content"], list(said.path.iter_certs(include_root=False)))

    async def probe(self) -> ValidationPath:
        """The path of the certificate that the authority stamps with now. Raises Away."""
        token = await self.async_timestamp(_PROBE, "sha256")
        said = await examine(token["content"], _PROBE, self.anchors)
        if said is None or said.path is None:
            raise Away(self.address)
        return said.path


async def examine(
    stamp: cms.SignedData, digest: bytes, anchors: Sequence[x509.Certificate]
) -> Stamped | None:
    """What a time stamp over something with that SHA-256 digest says; None where it is broken.

    Its certificate is judged at the time that it says: an authority's goes out of date, its word
    does not. The library raises for what is no time stamp at all.
    """
    info = stamp["encap_content_info"]["content"].parsed
    at: datetime = info["gen_time"].native
    if info["message_imprint"]["hash_algorithm"]["algorithm"].native != "sha256":
        return None
    context = ValidationContext(trust_roots=list(anchors), allow_fetching=False, moment=at)
    told = await validate_tst_signed_data(stamp, context, lambda _algorithm: digest)
    if not (told["intact"] and told["valid"]):
        return None
    by = str(told["signing_cert"].subject.native.get("common_name", ""))
    trusted = told["trust_problem_indic"] is None
    return Stamped(at, by, told["validation_path"] if trusted else None)


def anchors_of(text: bytes) -> list[x509.Certificate]:
    """The certificates in a PEM text. Raises ValueError for one that is none."""
    return [x509.Certificate.load(der) for _, _, der in pem.unarmor(text, multiple=True)]
