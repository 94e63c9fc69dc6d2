"""What a certificate is worth today: always asked of the facts, never stored."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from portal.certificates.model import Certificate, Paper, PaperKind, Revocation
from portal.returns.model import ACCEPTED, Decision, Filing


class StatusCode(enum.StrEnum):
    """What a certificate is worth today."""

    BEING_PREPARED = "BEING_PREPARED"
    ISSUED = "ISSUED"
    SUPERSEDED = "SUPERSEDED"
    REVOKED = "REVOKED"


@dataclass(frozen=True)
class CertificateStatus:
    """A certificate's status, since when, and the number of its successor if it has one."""

    code: StatusCode
    since_at: datetime
    successor: str | None = None
    reason: str | None = None


def status(session: Session, certificate: Certificate) -> CertificateStatus:
    """Whether it holds today, always asked of the facts.

    An accepted amendment that changes what is attested supersedes it, and so does a later decision
    on the same filing (an appeal was allowed), even before its successor is issued (hard case 15).
    """
    return Known.of(session, [certificate]).status(certificate)


def history(session: Session, certificate: Certificate) -> list[CertificateStatus]:
    """Every state that it came into and since when, oldest first; the last is today's."""
    return Known.of(session, [certificate]).history(certificate)


@dataclass(frozen=True)
class Known:
    """What the status of some certificates rests on, fetched at once."""

    finished: frozenset[int]
    revoked: dict[int, Revocation]
    certificates: dict[tuple[int, str], list[Certificate]]
    filings: dict[tuple[int, str], list[tuple[Filing, Decision]]]

    @classmethod
    def of(cls, session: Session, some: Sequence[Certificate]) -> Known:
        """Fetch what is known of these certificates and of what came after them."""
        serials = [one.serial for one in some]
        isps, periods = {one.isp_id for one in some}, {one.period for one in some}
        certificates: dict[tuple[int, str], list[Certificate]] = {}
        later = select(Certificate).where(
            Certificate.isp_id.in_(isps), Certificate.period.in_(periods)
        )
        # What is attested is nobody's question here, and it is long.
        later = later.options(defer(Certificate.attestation))
        for one in session.scalars(later.order_by(Certificate.serial)):
            certificates.setdefault((one.isp_id, one.period), []).append(one)
        return cls(
            frozenset(
                session.scalars(
                    select(Paper.serial).where(
                        Paper.serial.in_(serials), Paper.kind == PaperKind.CERTIFICATE
                    )
                )
            ),
            {
                one.serial: one
                for one in session.scalars(select(Revocation).where(Revocation.serial.in_(serials)))
            },
            certificates,
            _accepted_filings(session, isps, periods),
        )

    def status(self, certificate: Certificate) -> CertificateStatus:
        """The status of one of them."""
        revoked = self.revoked.get(certificate.serial)
        if revoked is not None:
            reason = str(revoked.reason)
            successor = self._successor(certificate)
            return CertificateStatus(
                StatusCode.REVOKED,
                revoked.revoked_at,
                successor.number if successor else None,
                reason,
            )
        return self._superseded(certificate) or self._issued(certificate)

    def history(self, certificate: Certificate) -> list[CertificateStatus]:
        """Every state of one of them, oldest first. What was revoked before its successor came was
        revoked alone; what was superseded before it was revoked was both.
        """
        states = [self._issued(certificate)]
        superseded, now = self._superseded(certificate), self.status(certificate)
        if superseded and (now.code != StatusCode.REVOKED or superseded.since_at < now.since_at):
            states.append(superseded)
        return states if now == states[-1] else [*states, now]

    def _issued(self, certificate: Certificate) -> CertificateStatus:
        done = certificate.serial in self.finished
        code = StatusCode.ISSUED if done else StatusCode.BEING_PREPARED
        return CertificateStatus(code, certificate.issued_at)

    def _superseded(self, certificate: Certificate) -> CertificateStatus | None:
        successor = self._successor(certificate)
        if successor is not None:
            return CertificateStatus(StatusCode.SUPERSEDED, successor.issued_at, successor.number)
        of_month = self.filings.get((certificate.isp_id, certificate.period), [])
        own = [f for f, _ in of_month if f.version == certificate.version]
        for filing, decision in of_month:
            changed = own and filing.certified_digest != own[0].certified_digest
            later = filing.version > certificate.version and changed
            redone = filing.version == certificate.version and decision.seq > certificate.seq
            if later or redone:
                return CertificateStatus(StatusCode.SUPERSEDED, decision.decided_at)
        return None

    def _successor(self, certificate: Certificate) -> Certificate | None:
        later = self.certificates.get((certificate.isp_id, certificate.period), [])
        return next((one for one in later if one.serial > certificate.serial), None)


def _accepted_filings(
    session: Session, isps: set[int], periods: set[str]
) -> dict[tuple[int, str], list[tuple[Filing, Decision]]]:
    rows = session.execute(
        select(Filing, Decision)
        .options(defer(Filing.statement))
        .join(
            Decision,
            (Decision.isp_id == Filing.isp_id)
            & (Decision.period == Filing.period)
            & (Decision.version == Filing.version),
        )
        .where(Filing.isp_id.in_(isps), Filing.period.in_(periods))
        .where(Decision.outcome.in_(ACCEPTED), Decision.closed_seq.is_(None))
        .order_by(Filing.version)
    )
    found: dict[tuple[int, str], list[tuple[Filing, Decision]]] = {}
    for filing, decision in rows:
        found.setdefault((filing.isp_id, filing.period), []).append((filing, decision))
    return found
