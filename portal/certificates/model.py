"""What is attested: numbered certificates, their papers, and the revocations of some."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Digest, Instant, code


class CertificateKind(enum.StrEnum):
    """A certificate, or (any core obligation not met) a statement of findings (chairs B4)."""

    CERTIFICATE = "CERTIFICATE"
    FINDINGS = "FINDINGS"


class PaperKind(enum.StrEnum):
    """The public page, and the report for those concerned (chairs B5)."""

    CERTIFICATE = "CERTIFICATE"
    REPORT = "REPORT"


class RevocationReason(enum.StrEnum):
    """Why a certificate was revoked; it is not reversible."""

    FALSE_STATEMENT = "FALSE_STATEMENT"
    ISSUED_IN_ERROR = "ISSUED_IN_ERROR"
    COURT_OR_AUTHORITY = "COURT_OR_AUTHORITY"


class Certificate(Base):
    """One number of the register with its attestation; every number 1..n has exactly one row."""

    __tablename__ = "certificate"
    __growing__ = ()
    __table_args__ = (
        ForeignKeyConstraint(
            ["isp_id", "period", "version"], ["filing.isp_id", "filing.period", "filing.version"]
        ),
        UniqueConstraint("number"),
        CheckConstraint("issued_by <> decided_by", name="four_eyes"),
    )

    serial: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    number: Mapped[str] = mapped_column(String(40))
    isp_id: Mapped[int] = mapped_column(Integer, index=True)
    period: Mapped[str] = mapped_column(String(7), index=True)
    version: Mapped[int] = mapped_column(Integer)
    kind: Mapped[CertificateKind] = mapped_column(code(CertificateKind))
    attestation: Mapped[bytes] = mapped_column(LargeBinary)
    attestation_digest: Mapped[bytes] = mapped_column(Digest)
    decided_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    issued_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    issued_at: Mapped[datetime] = mapped_column(Instant)
    supersedes: Mapped[int | None] = mapped_column(ForeignKey("certificate.serial"))
    seq: Mapped[int] = mapped_column(Integer)


class Paper(Base):
    """A signed PDF, stored once; never rendered again.

    A report is emptied when words of a draft or of the reply to it, which it prints, were
    destroyed; its digest stays.
    """

    __tablename__ = "paper"
    __growing__ = ()
    __emptied__ = ("pdf",)
    __emptied_if__ = (
        "length(NEW.pdf) = 0 AND OLD.kind = 'REPORT' AND EXISTS (SELECT 1 FROM certificate c"
        " JOIN withheld v ON v.owner_id = c.isp_id"
        " AND v.place IN ('finding_draft', 'finding_reply')"
        " JOIN withholding w ON w.isp_id = v.isp_id AND w.no = v.no"
        " WHERE c.serial = OLD.serial AND w.outcome = 'DESTROYED')"
    )

    serial: Mapped[int] = mapped_column(ForeignKey("certificate.serial"), primary_key=True)
    kind: Mapped[PaperKind] = mapped_column(code(PaperKind), primary_key=True)
    sha256: Mapped[bytes] = mapped_column(Digest, index=True)
    pdf: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(Instant)


class ArchiveCopy(Base):
    """A paper with one more time stamp around all that was there: copy 1 around the paper itself,
    each further one around the copy before. The paper stays as it is.

    ``until_at``: when the certificate of the newest stamp ends, before which there is to be another
    copy. It is emptied with its paper.
    """

    __tablename__ = "archive_copy"
    __growing__ = ()
    __emptied__ = ("pdf",)
    __emptied_if__ = (
        "length(NEW.pdf) = 0 AND EXISTS (SELECT 1 FROM paper p"
        " WHERE p.serial = OLD.serial AND p.kind = OLD.kind AND length(p.pdf) = 0)"
    )
    __table_args__ = (ForeignKeyConstraint(["serial", "kind"], ["paper.serial", "paper.kind"]),)

    serial: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    kind: Mapped[PaperKind] = mapped_column(code(PaperKind), primary_key=True)
    no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    sha256: Mapped[bytes] = mapped_column(Digest)
    pdf: Mapped[bytes] = mapped_column(LargeBinary)
    stamped_at: Mapped[datetime] = mapped_column(Instant)
    until_at: Mapped[datetime] = mapped_column(Instant)
    made_at: Mapped[datetime] = mapped_column(Instant)


class Revocation(Base):
    """A certificate that no longer holds, and why.

    ``court_reference`` numbers a court's decision: with it nobody is heard first (chairs C8).
    """

    __tablename__ = "revocation"
    __growing__ = ()
    __table_args__ = (
        CheckConstraint(
            "court_reference IS NULL OR reason = 'COURT_OR_AUTHORITY'", name="court_fits"
        ),
    )

    serial: Mapped[int] = mapped_column(ForeignKey("certificate.serial"), primary_key=True)
    reason: Mapped[RevocationReason] = mapped_column(code(RevocationReason))
    revoked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    revoked_at: Mapped[datetime] = mapped_column(Instant)
    court_reference: Mapped[str | None] = mapped_column(String(64))
