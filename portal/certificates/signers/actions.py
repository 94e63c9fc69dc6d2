"""The verbs of keeping keys, each by two officers who are present: hold the ceremony, name, end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.accounts import Actor, Permission
from portal.certificates.keys import KeyMaterial, common_name, fingerprint
from portal.certificates.signers.model import EndReason, Signer, SignerEnd
from portal.certificates.signers.queries import facts
from portal.certificates.signers.refusals import (
    OneOfficerAlone,
    SignerEnded,
    SignerKnown,
    SignerNotYours,
    SignerUnfit,
)
from portal.certificates.signers.standing import SignerStanding, standing_of
from portal.errors import NotThere
from portal.ledger import SYSTEM, take
from portal.trail import append


def hold_ceremony(
    session: Session, made: bytes, request: bytes, *, by: Actor, witness: Actor, at: datetime
) -> None:
    """Record that a key (its fingerprint) was made before two officers, with the digest of the
    request for its certificate. Raises SignerNotYours, OneOfficerAlone.
    """
    told = {"request": request.hex()}
    _tell(session, "signer.made", made, by=by, witness=witness, at=at, **told)


def name_signer(
    session: Session,
    certificate: x509.Certificate,
    issuers: Sequence[x509.Certificate],
    *,
    from_at: datetime | None = None,
    by: Actor,
    witness: Actor,
    at: datetime,
) -> Signer:
    """Name a key that signs papers from an instant on, by its certificate and its issuers up to
    the trust anchor: the next is named before the one that signs is ended. Raises SignerNotYours,
    OneOfficerAlone, SignerKnown.
    """
    own = fingerprint(certificate)
    known = session.scalar(select(Signer.no).where(Signer.fingerprint == own))
    if known is not None:
        raise SignerKnown(number=known)
    since = from_at or at
    told = {"from": since.isoformat(), "name": common_name(certificate)}
    seq = _tell(session, "signer.named", own, by=by, witness=witness, at=at, **told)
    made = Signer(
        no=1 + (session.scalar(select(func.max(Signer.no))) or 0),
        fingerprint=own,
        certificate=certificate.public_bytes(Encoding.DER),
        issuers=b"".join(one.public_bytes(Encoding.PEM) for one in issuers),
        from_at=since,
        named_by=by.person_id,
        witnessed_by=witness.person_id,
        named_at=at,
        seq=seq,
    )
    session.add(made)
    session.flush()
    return made


def end_signer(
    session: Session,
    no: int,
    reason: EndReason,
    *,
    since_at: datetime | None = None,
    by: Actor,
    witness: Actor,
    at: datetime,
) -> SignerEnd:
    """A key signs no more from an instant on; of a compromised one nothing is believed that was
    not stamped before it. Raises SignerNotYours, OneOfficerAlone, SignerEnded; NotThere.
    """
    signer = the_signer(session, no)
    if session.get(SignerEnd, (no, reason)) is not None:
        raise SignerEnded(number=no)
    since = since_at or at
    told = {"reason": str(reason), "since": since.isoformat()}
    seq = _tell(session, "signer.ended", signer.fingerprint, by=by, witness=witness, at=at, **told)
    ended = SignerEnd(
        signer=no,
        reason=reason,
        since_at=since,
        ended_by=by.person_id,
        witnessed_by=witness.person_id,
        ended_at=at,
        seq=seq,
    )
    session.add(ended)
    session.flush()
    return ended


def must_be_two(by: Actor, witness: Actor) -> None:
    """Raises SignerNotYours, OneOfficerAlone."""
    if not all(one.may(Permission.SIGNER_KEEP) for one in (by, witness)):
        raise SignerNotYours
    if by.person_id == witness.person_id:
        raise OneOfficerAlone


def the_signer(session: Session, no: int) -> Signer:
    """A key by its number; raises NotThere."""
    found = session.get(Signer, no)
    if found is None:
        raise NotThere("number")
    return found


def must_sign_now(session: Session, key: KeyMaterial, at: datetime) -> None:
    """Raises SignerUnfit for a key that the register does not know to sign now. Where nobody has
    named a key yet there is no register.
    """
    known = facts(session)
    standing = standing_of(known, key.fingerprint.hex(), at, stamped=False)
    if known and standing != SignerStanding.GOOD:
        raise SignerUnfit


def _tell(
    session: Session,
    kind: str,
    about: bytes,
    *,
    by: Actor,
    witness: Actor,
    at: datetime,
    **told: Any,
) -> int:
    """Write into the system's chain who was there; under its ledger, the last thing before."""
    must_be_two(by, witness)
    told |= {"witness": witness.person_id}
    book = take(session, SYSTEM)
    return append(session, book, kind, by=by, at=at, subject=about.hex(), **told)
