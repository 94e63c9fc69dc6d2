"""Questions about signing keys: which there are, how each stands, which papers each signed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.canonical import sha256
from portal.certificates.contexts import stamped_by_in
from portal.certificates.model import Certificate, Paper, PaperKind
from portal.certificates.signers.model import EndReason, Signer, SignerEnd
from portal.certificates.signers.standing import SignerFact, SignerStanding, standing_of
from portal.verifier.envelope import open_envelope


@dataclass(frozen=True)
class Signed:
    """A paper that a key signed; ``at`` is the time of its stamp, None where it has none that we
    trust.
    """

    number: str
    serial: int
    kind: PaperKind
    at: datetime | None
    standing: SignerStanding


def signers(session: Session) -> list[tuple[Signer, list[SignerEnd]]]:
    """Every key that was named, with its ends, in order."""
    ends: dict[int, list[SignerEnd]] = {}
    for end in session.scalars(select(SignerEnd).order_by(SignerEnd.seq)):
        ends.setdefault(end.signer, []).append(end)
    named = session.scalars(select(Signer).order_by(Signer.no))
    return [(one, ends.get(one.no, [])) for one in named]


def facts(session: Session) -> list[SignerFact]:
    """What the register says, for ``standing_of``."""
    return [_fact(signer, ends) for signer, ends in signers(session)]


def anchors(session: Session) -> list[bytes]:
    """The trust anchors (PEM) of every key that was named: old papers verify on."""
    found = session.scalars(select(Signer.issuers).order_by(Signer.no))
    return list(dict.fromkeys(_last(text) for text in found))


def papers_of(session: Session, signer: Signer, stamps: list[bytes]) -> Iterator[Signed]:
    """The papers that a key signed, by their own signatures; ``stamps`` are the anchors (PEM) of
    those who stamp. A paper whose bytes were destroyed says nothing any more.
    """
    known, own = facts(session), signer.fingerprint.hex()
    query = (
        select(Certificate.number, Paper)
        .join(Certificate, Certificate.serial == Paper.serial)
        .order_by(Paper.serial, Paper.kind)
        .execution_options(yield_per=20)
    )
    for number, paper in session.execute(query):
        session.expunge(paper)
        if not paper.pdf or signer_of(paper.pdf) != own:
            continue
        at = stamped_by_in(open_envelope(paper.pdf), stamps)
        standing = standing_of(known, own, at or paper.made_at, stamped=at is not None)
        yield Signed(number, paper.serial, paper.kind, at, standing)


def signer_of(pdf: bytes) -> str | None:
    """The fingerprint (hex) of the key that a paper of ours was signed with."""
    envelope = open_envelope(pdf)
    named = envelope.signed_data["signer_infos"][0]["sid"].chosen["serial_number"].native
    for one in envelope.signed_data["certificates"]:
        if one.chosen.serial_number == named:
            return sha256(one.chosen.public_key.dump()).hex()
    return None


def _fact(signer: Signer, ends: list[SignerEnd]) -> SignerFact:
    since = {end.reason: end.since_at for end in ends}
    return SignerFact(
        signer.fingerprint.hex(),
        signer.from_at,
        since.get(EndReason.ROLLED_OVER),
        since.get(EndReason.COMPROMISED),
    )


def _last(issuers: bytes) -> bytes:
    *_, anchor = x509.load_pem_x509_certificates(issuers)
    return anchor.public_bytes(Encoding.PEM)
