"""Questions about certificates: whether one holds today, which one succeeded it, who has which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts import Organisation
from portal.certificates.model import Certificate, Paper, PaperKind
from portal.certificates.number import CertificateNumber, certificate_number, parse_number
from portal.certificates.status import CertificateStatus, Known, StatusCode, history, status
from portal.period import Period
from portal.policy.queries import series
from portal.returns.model import Filing


@dataclass(frozen=True)
class Found:
    """One certificate in a list."""

    certificate: Certificate
    isp: Organisation
    status: CertificateStatus


def newest(session: Session, isp_id: int, period: Period) -> Certificate | None:
    """The newest certificate of a month."""
    return session.scalar(
        select(Certificate)
        .where(Certificate.isp_id == isp_id, Certificate.period == str(period))
        .order_by(Certificate.serial.desc())
        .limit(1)
    )


def number_in(session: Session, text: str) -> CertificateNumber | None:
    """The number that a text is, in any series of the policies loaded; None where it is none."""
    read = (parse_number(text, one) for one in series(session))
    return next((number for number in read if number is not None), None)


def example_number(session: Session, year: int) -> str | None:
    """What a number looks like here; None before the first policy was loaded."""
    return next((certificate_number(one, 45, year) for one in series(session)), None)


def by_number(session: Session, text: str) -> Certificate | None:
    """The certificate of a number, however it was typed; None for an unknown or mistyped one."""
    number = number_in(session, text)
    if number is None:
        return None
    return session.scalar(select(Certificate).where(Certificate.number == str(number)))


def filing_of(session: Session, certificate: Certificate) -> Filing:
    """The filing that a certificate attests."""
    key = (certificate.isp_id, certificate.period, certificate.version)
    return session.get_one(Filing, key)


def paper(session: Session, serial: int, kind: PaperKind) -> Paper | None:
    """A stored paper, if it is finished."""
    return session.get(Paper, (serial, kind))


def paper_of(session: Session, digest: bytes) -> Paper | None:
    """The stored paper of a digest: that is its address, whatever it is called."""
    query = select(Paper).where(Paper.sha256 == digest)
    return session.scalars(query.order_by(Paper.serial, Paper.kind).limit(1)).first()


def unfinished(session: Session) -> Sequence[int]:
    """The serials whose papers are not all stored, in order."""
    done = select(Paper.serial).where(Paper.kind == PaperKind.CERTIFICATE)
    reported = select(Paper.serial).where(Paper.kind == PaperKind.REPORT)
    query = select(Certificate.serial).where(
        Certificate.serial.not_in(done) | Certificate.serial.not_in(reported)
    )
    return session.scalars(query.order_by(Certificate.serial)).all()


def find(
    session: Session,
    *,
    isp_id: int | None = None,
    period: Period | None = None,
    code: StatusCode | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[Found]:
    """Certificates by ISP, month and status, newest first; ``before`` is the last serial seen."""
    query = select(Certificate, Organisation).join(
        Organisation, Organisation.id == Certificate.isp_id
    )
    if isp_id is not None:
        query = query.where(Certificate.isp_id == isp_id)
    if period is not None:
        query = query.where(Certificate.period == str(period))
    found: list[Found] = []
    while len(found) < limit:
        page = query if before is None else query.where(Certificate.serial < before)
        rows = session.execute(page.order_by(Certificate.serial.desc()).limit(limit)).all()
        known = Known.of(session, [row.Certificate for row in rows])
        shown = (Found(row.Certificate, row.Organisation, known.status(row[0])) for row in rows)
        found += [one for one in shown if code in (None, one.status.code)]
        if len(rows) < limit:
            break
        before = rows[-1].Certificate.serial
    return found[:limit]


__all__ = [
    "CertificateStatus",
    "Found",
    "StatusCode",
    "by_number",
    "example_number",
    "filing_of",
    "find",
    "history",
    "newest",
    "number_in",
    "paper",
    "paper_of",
    "status",
    "unfinished",
]
