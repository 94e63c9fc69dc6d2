"""Papers for the archive (PAdES B-LTA): a new time stamp around the old ones before they age.

A stamp is believed as long as its authority's certificate and the mathematics of its day are. A
copy carries the evidence for what came before under one stamp more; the paper itself never changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from io import BytesIO

from asn1crypto import cms
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.signers import PdfTimeStamper
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.authorities import Authorities
from portal.canonical import sha256
from portal.certificates.evidence import stamper_of
from portal.certificates.model import ArchiveCopy, Paper, PaperKind
from portal.certificates.outgoing import Away
from portal.certificates.refusals import StampAway
from portal.certificates.revision import Revision
from portal.ledger import SYSTEM, take
from portal.verifier.envelope import open_envelope

_ROOM = 16384

Key = tuple[int, PaperKind]


def due(session: Session, before: datetime) -> Iterator[Key]:
    """The papers whose newest time stamp is believed only until before that moment, or that have
    none; those whose bytes were destroyed have nothing left to keep.
    """
    newest = select(ArchiveCopy.serial, ArchiveCopy.kind, func.max(ArchiveCopy.until_at))
    rows = session.execute(newest.group_by(ArchiveCopy.serial, ArchiveCopy.kind))
    until = {(serial, kind): end for serial, kind, end in rows}
    there = select(Paper.serial, Paper.kind).where(func.length(Paper.pdf) > 0)
    for serial, kind in session.execute(there.order_by(Paper.serial, Paper.kind)).all():
        end = until.get((serial, kind)) or _own_stamp_ends(session, (serial, kind))
        if end is None or end < before:
            yield serial, kind


def newest_copy(session: Session, paper: Key) -> ArchiveCopy | None:
    """The copy with the most time stamps; None where there is none."""
    serial, kind = paper
    query = select(ArchiveCopy).where(ArchiveCopy.serial == serial, ArchiveCopy.kind == kind)
    return session.scalar(query.order_by(ArchiveCopy.no.desc()).limit(1))


def restamp(session: Session, paper: Key, asked: Authorities, *, at: datetime) -> ArchiveCopy:
    """One more copy of a paper, stamped now. Raises StampAway.

    The system's ledger is taken after the stamp was asked for, so that nobody waits for it.
    """
    before = newest_copy(session, paper)
    pdf = before.pdf if before else session.get_one(Paper, paper).pdf
    stamped, stamp = _stamped(pdf, asked, at)
    take(session, SYSTEM)
    serial, kind = paper
    made = ArchiveCopy(
        serial=serial,
        kind=kind,
        no=before.no + 1 if before else 1,
        sha256=sha256(stamped),
        pdf=stamped,
        stamped_at=stamp["encap_content_info"]["content"].parsed["gen_time"].native,
        until_at=_ends(stamp),
        made_at=at,
    )
    session.add(made)
    session.flush()
    return made


def _stamped(pdf: bytes, asked: Authorities, at: datetime) -> tuple[bytes, cms.SignedData]:
    known, copy, made = stamper_of(asked, at=at), Revision(pdf, at), BytesIO()
    known.put_into(copy)
    count = len(copy.prev.embedded_timestamp_signatures)
    stamper = PdfTimeStamper(known.stamper, field_name=f"Archive{count + 1}")
    try:
        stamper.timestamp_pdf(copy, "sha256", bytes_reserved=_ROOM, output=made)
    except Away as error:
        raise StampAway from error
    newest = PdfFileReader(made).embedded_timestamp_signatures[-1]
    return made.getvalue(), newest.signed_data


def _own_stamp_ends(session: Session, paper: Key) -> datetime | None:
    serial, kind = paper
    pdf = session.scalars(select(Paper.pdf).where(Paper.serial == serial, Paper.kind == kind)).one()
    stamp = open_envelope(pdf).stamp
    return _ends(stamp) if stamp is not None else None


def _ends(stamp: cms.SignedData) -> datetime:
    """The end of the certificate that a time stamp was made with."""
    named = stamp["signer_infos"][0]["sid"].chosen["serial_number"].native
    ends = [one.chosen.not_valid_after for one in stamp["certificates"]
            if one.chosen.serial_number == named]  # fmt: skip
    first: datetime = min(ends)
    return first
