"""Examine a file: from the signature inwards, so that what nobody signed is never taken apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from asn1crypto import x509

from portal.canonical import sha256
from portal.verifier import cms
from portal.verifier.arithmetic import faults_in
from portal.verifier.attachments import Disagreement, Inside, NothingInside, documents_in
from portal.verifier.chain import read_anchors
from portal.verifier.envelope import Envelope, NoSignature, is_encrypted, is_pdf, open_envelope
from portal.verifier.stamps import Stamp, stamp_over
from portal.verifier.verdict import Found, Verdict, VerdictKind

LARGEST = 20 * 1024 * 1024
DEVELOPMENT = "DEVELOPMENT KEY, NOT OFFICIAL"
_REVISION = re.compile(rb"\bobj\b|\bstartxref\b")
_CERTIFIES = re.compile(rb"/TransformMethod\s*/DocMDP\b")
_NO_CHANGES = re.compile(rb"/P\s+1\b")
_CLAIMED = re.compile(
    rb"/M\s*\(D(?::|\\072)(\d{14})(?:Z|([+-])(\d\d)(?:'|\\047)?(\d\d)(?:'|\\047)?)?\)"
)


def examine(pdf: bytes, trust: Sequence[bytes], stamps: Sequence[bytes] = ()) -> Verdict:
    """The verdict on a file against the anchors (PEM) of signers, and of those who stamp the time.
    An answer, never an exception for any file; ValueError for an anchor that is none.
    """
    anchors, stampers = read_anchors(trust), read_anchors(stamps)
    try:
        return _examine(pdf, anchors, stampers)
    except Found as found:
        return found.verdict


def _examine(
    pdf: bytes, anchors: list[x509.Certificate], stampers: list[x509.Certificate]
) -> Verdict:
    envelope = _opened(pdf)
    try:
        signed = cms.check(envelope.signed_data, envelope.digest, anchors)
        claimed = cms.signing_time(envelope.signed_data) or _claimed(envelope.dictionary)
        stamp = stamp_over(envelope, stampers)
    except Found:
        raise
    except Exception as error:  # any byte of it may be hostile
        raise Found(VerdictKind.ALTERED, "signature-broken") from error
    cms.must_hold(signed, stamp.at if stamp else claimed)
    _must_be_whole(pdf, envelope, signed)
    try:
        inside = documents_in(pdf)
    except NothingInside:
        raise Found(VerdictKind.NOT_OURS, "nothing-inside") from None
    except (Disagreement, ValueError, KeyError):
        raise Found(VerdictKind.NOT_OURS, "inside-does-not-agree") from None
    return _verdict(inside, signed, stamp, claimed)


def _opened(pdf: bytes) -> Envelope:
    if len(pdf) > LARGEST:
        raise Found(VerdictKind.UNREADABLE, "too-large")
    if not is_pdf(pdf):
        raise Found(VerdictKind.UNREADABLE, "not-a-pdf")
    try:
        return open_envelope(pdf)
    except NoSignature:
        if is_encrypted(pdf):
            raise Found(VerdictKind.UNREADABLE, "encrypted") from None
        raise Found(VerdictKind.NOT_OURS, "no-signature") from None
    except Exception as error:  # any byte of it may be hostile
        raise Found(VerdictKind.ALTERED, "signature-broken") from error


def _must_be_whole(pdf: bytes, envelope: Envelope, signed: cms.Signed) -> None:
    """Whole-file coverage, a container as we write it, and a certification that allows no change:
    without any one of them a paper is not genuine (the anchor is never in a container of ours).
    """
    spare = len(envelope.signed_data["certificates"]) - max(1, len(signed.path) - 1)
    if not envelope.as_written or spare:
        raise Found(VerdictKind.ALTERED, "signature-broken")
    if not envelope.covers_file:
        added = pdf[envelope.end :]
        note = "revision-added" if _REVISION.search(added) else "bytes-added"
        raise Found(VerdictKind.ALTERED, note)
    said = envelope.dictionary
    if not (_CERTIFIES.search(said) and _NO_CHANGES.search(said)):
        raise Found(VerdictKind.NOT_OURS, "not-certified")


def _claimed(dictionary: bytes) -> datetime:
    found = _CLAIMED.search(dictionary)
    if found is None:
        raise ValueError("a signature of no time")
    local = datetime.strptime(found[1].decode(), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    if found[2] is None:
        return local
    ahead = timedelta(hours=int(found[3]), minutes=int(found[4]))
    return local - ahead if found[2] == b"+" else local + ahead


def _verdict(inside: Inside, signed: cms.Signed, stamp: Stamp | None, claimed: datetime) -> Verdict:
    attestation, statement = inside.attestation, inside.statement
    said = {
        "time-claimed": stamp is None,
        "development-key": DEVELOPMENT in signed.name,
        "demo": attestation.get("demo"),
        "draft": attestation.get("draft"),
        "report": statement is not None,
    }
    return Verdict(
        VerdictKind.GENUINE,
        number=attestation.get("number"),
        attestation=attestation,
        attestation_digest=sha256(inside.attestation_bytes).hex(),
        signer=signed.name,
        signed_at=stamp.at if stamp else claimed,
        stamped_by=stamp.by if stamp else None,
        fingerprint=sha256(signed.path[0].public_key.dump()).hex(),
        notes=tuple(note for note, holds in said.items() if holds),
        figures=None if statement is None else tuple(faults_in(statement, attestation)),
    )
