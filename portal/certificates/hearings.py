"""Questions about hearings and appeals: what waits for whom, and until when (chairs C8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from portal.certificates.model import Certificate, Revocation
from portal.returns.hearing import Adverse, FindingDraft, FindingReply
from portal.returns.model import Decision, Filing, Recall
from portal.reviews.appeal import Appeal, Ruling

_Later = aliased(Filing)


@dataclass(frozen=True)
class Hearing:
    """A draft with what the ISP said to it; ``waits`` while nothing came of it."""

    draft: FindingDraft
    reply: FindingReply | None
    waits: bool = True

    def code(self, now: datetime) -> str:
        """Where it stands: the ISP may reply, has replied, or has let the day pass."""
        if self.reply is not None:
            return "NOTHING_TO_SAY" if self.reply.silent else "REPLIED"
        return "MAY_REPLY" if now <= self.draft.due_at else "REPLY_DAY_OVER"

    def may_reply(self, now: datetime) -> bool:
        """Whether a reply, or a correction of one, is still taken."""
        return self.waits and now <= self.draft.due_at


@dataclass(frozen=True)
class Appealed:
    """An appeal with its ruling, if it has one."""

    appeal: Appeal
    ruling: Ruling | None

    def code(self, now: datetime) -> str:
        """Where it stands on the authority's own clock."""
        if self.ruling is not None:
            return "ALLOWED" if self.ruling.allowed else "UPHELD"
        return "APPEAL_OVERDUE" if now > self.appeal.due_at else "APPEAL_WAITS"


def hearings_of(session: Session, isp_id: int) -> list[Hearing]:
    """Every draft in force that an ISP was sent, the newest first."""
    rows = session.execute(
        _hearings(FindingDraft.isp_id == isp_id).order_by(FindingDraft.no.desc())
    )
    return [Hearing(draft, reply, bool(waits)) for draft, reply, waits in rows]


def hearing(session: Session, isp_id: int, no: int) -> Hearing | None:
    """One draft in force of an ISP."""
    which = and_(FindingDraft.isp_id == isp_id, FindingDraft.no == no)
    row = session.execute(_hearings(which)).one_or_none()
    return None if row is None else Hearing(row[0], row[1], bool(row[2]))


def hearing_about(session: Session, isp_id: int, subject: str) -> Hearing | None:
    """The hearing about a receipt or a certificate's number."""
    which = and_(FindingDraft.isp_id == isp_id, FindingDraft.subject == subject)
    row = session.execute(_hearings(which)).one_or_none()
    return None if row is None else Hearing(row[0], row[1], bool(row[2]))


def open_hearings(session: Session) -> list[Hearing]:
    """What every ISP was sent and nothing has come of yet, the earliest day first."""
    rows = session.execute(_hearings(_waits()).order_by(FindingDraft.due_at, FindingDraft.isp_id))
    return [Hearing(draft, reply) for draft, reply, _ in rows]


def appeals_of(session: Session, isp_id: int) -> list[Appealed]:
    """Every appeal of an ISP, the newest first."""
    query = _appeals().where(Appeal.isp_id == isp_id).order_by(Appeal.no.desc())
    return [Appealed(*row) for row in session.execute(query)]


def appeal_about(session: Session, isp_id: int, subject: str) -> Appealed | None:
    """The newest appeal against a decision on a receipt, or a certificate's revocation."""
    about = _appeals().where(Appeal.isp_id == isp_id, Appeal.subject == subject)
    row = session.execute(about.order_by(Appeal.decision_no.desc()).limit(1)).one_or_none()
    return None if row is None else Appealed(*row)


def appealed(session: Session, isp_id: int, no: int) -> Appealed | None:
    """One appeal of an ISP."""
    row = session.execute(_appeals().where(Appeal.isp_id == isp_id, Appeal.no == no)).one_or_none()
    return None if row is None else Appealed(*row)


def open_appeals(session: Session) -> Sequence[Appealed]:
    """Every appeal without a ruling, the earliest day first."""
    query = _appeals().where(Ruling.appeal.is_(None)).order_by(Appeal.due_at, Appeal.isp_id)
    return [Appealed(*row) for row in session.execute(query)]


def _appeals() -> Select[Appeal, Ruling]:
    return select(Appeal, Ruling).outerjoin(
        Ruling, and_(Ruling.isp_id == Appeal.isp_id, Ruling.appeal == Appeal.no)
    )


def _hearings(which: ColumnElement[bool]) -> Select[FindingDraft, FindingReply, bool]:
    said = and_(
        FindingReply.isp_id == FindingDraft.isp_id,
        FindingReply.draft == FindingDraft.no,
        FindingReply.closed_seq.is_(None),
    )
    return (
        select(FindingDraft, FindingReply, _waits().label("waits"))
        .outerjoin(FindingReply, said)
        .where(FindingDraft.closed_seq.is_(None), which)
    )


def _waits() -> ColumnElement[bool]:
    """Neither decided nor answered by a later version; of a revocation: not revoked."""
    decided = exists().where(_of_draft(Decision), Decision.closed_seq.is_(None))
    later = exists().where(
        _Later.isp_id == FindingDraft.isp_id,
        _Later.period == FindingDraft.period,
        _Later.version > FindingDraft.version,
        ~_recalled(),
    )
    revoked = exists().where(
        Certificate.number == FindingDraft.subject, Revocation.serial == Certificate.serial
    )
    of_a_certificate = FindingDraft.kind == Adverse.REVOCATION
    return or_(and_(of_a_certificate, ~revoked), and_(~of_a_certificate, ~decided, ~later))


def _recalled() -> ColumnElement[bool]:
    return exists().where(
        Recall.isp_id == _Later.isp_id,
        Recall.period == _Later.period,
        Recall.version == _Later.version,
    )


def _of_draft(table: Any) -> ColumnElement[bool]:
    return and_(
        table.isp_id == FindingDraft.isp_id,
        table.period == FindingDraft.period,
        table.version == FindingDraft.version,
    )
