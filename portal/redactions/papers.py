"""Papers that print what is withheld: a report holds the words of a draft and of the reply to it.

A paper is signed and cannot be drawn anew, so it is not handed out while they are hidden, and its
bytes are destroyed with them. Its digest stays: who holds a copy can still verify it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from portal.certificates.model import ArchiveCopy, Certificate, Paper, PaperKind
from portal.entries.withheld import Withheld, Withholding
from portal.returns.hearing import FindingDraft, FindingReply


def is_paper_withheld(session: Session, certificate: Certificate) -> bool:
    """Whether the report of a certificate prints something that is withheld now."""
    mine = (certificate.isp_id, certificate.period, certificate.version)
    query = select(Withheld.line).where(
        Withheld.owner_id == certificate.isp_id,
        Withheld.place.in_((FindingDraft.__tablename__, FindingReply.__tablename__)),
        Withheld.ended_seq.is_(None),
    )
    return mine in _months(session, session.scalars(query).all())


def empty_papers(session: Session, done: Withholding) -> None:
    """Destroy the bytes of the reports that print what was destroyed."""
    query = select(Withheld.line).where(Withheld.isp_id == done.isp_id, Withheld.no == done.no)
    for isp_id, period, version in sorted(_months(session, session.scalars(query).all())):
        serials = select(Certificate.serial).where(
            Certificate.isp_id == isp_id,
            Certificate.period == period,
            Certificate.version == version,
        )
        session.execute(
            update(Paper)
            .where(Paper.kind == PaperKind.REPORT, Paper.serial.in_(serials))
            .values(pdf=b"")
        )
        # A copy for the archive prints the same words.
        session.execute(
            update(ArchiveCopy)
            .where(ArchiveCopy.kind == PaperKind.REPORT, ArchiveCopy.serial.in_(serials))
            .values(pdf=b"")
        )


def _months(session: Session, lines: Sequence[bytes]) -> Collection[tuple[int, str, int]]:
    """The filings whose reports print these lines."""
    its_own = FindingReply.isp_id == FindingDraft.isp_id
    answered = and_(its_own, FindingReply.draft == FindingDraft.no)
    query = (
        select(FindingDraft.isp_id, FindingDraft.period, FindingDraft.version)
        .outerjoin(FindingReply, answered)
        .where(or_(FindingDraft.digest.in_(lines), FindingReply.digest.in_(lines)))
    )
    return {(row[0], row[1], row[2]) for row in session.execute(query)}
