"""The register of signing keys: each named by two officers, and ended by two."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Integer, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Digest, Instant, code


class EndReason(enum.StrEnum):
    """Why a key signs no more. A key that was rolled over may turn out to be compromised."""

    ROLLED_OVER = "ROLLED_OVER"
    COMPROMISED = "COMPROMISED"


class Signer(Base):
    """A key that signs papers from an instant on: its fingerprint (SHA-256 of the public key), its
    certificate (DER), and the certificates of its issuers up to the trust anchor (PEM).
    """

    __tablename__ = "signer"
    __growing__ = ()
    __table_args__ = (CheckConstraint("named_by <> witnessed_by", name="four_eyes"),)

    no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    fingerprint: Mapped[bytes] = mapped_column(Digest, unique=True)
    certificate: Mapped[bytes] = mapped_column(LargeBinary)
    issuers: Mapped[bytes] = mapped_column(LargeBinary)
    from_at: Mapped[datetime] = mapped_column(Instant)
    named_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    witnessed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    named_at: Mapped[datetime] = mapped_column(Instant)
    seq: Mapped[int] = mapped_column(BigInteger)


class SignerEnd(Base):
    """That a key signs no more from an instant on, or cannot be believed from it on."""

    __tablename__ = "signer_end"
    __growing__ = ()
    __table_args__ = (CheckConstraint("ended_by <> witnessed_by", name="four_eyes"),)

    signer: Mapped[int] = mapped_column(ForeignKey("signer.no"), primary_key=True)
    reason: Mapped[EndReason] = mapped_column(code(EndReason), primary_key=True)
    since_at: Mapped[datetime] = mapped_column(Instant)
    ended_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    witnessed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime] = mapped_column(Instant)
    seq: Mapped[int] = mapped_column(BigInteger)
