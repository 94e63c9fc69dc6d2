"""Asking for more time, and the answer; a granted request moves the due date (``due``)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from portal.accounts import Actor, Organisation, Permission, may
from portal.errors import NotThere
from portal.ledger import take
from portal.period import Period
from portal.policy.queries import policy_on
from portal.returns import queries
from portal.returns.beginning import must_be_licensed, must_have_begun
from portal.returns.due import due, request_number
from portal.returns.extension import (
    AnswerReason,
    ExtensionAnswer,
    ExtensionReason,
    ExtensionRequest,
)
from portal.returns.refusals import (
    ExtensionAnswered,
    ExtensionNotYours,
    ExtensionTooLate,
    ExtensionTooLong,
    ExtensionWaiting,
    FiledAlready,
    OwnRequest,
)
from portal.trail import append

Asked = tuple[ExtensionRequest, ExtensionAnswer | None]


def ask_for_time(
    session: Session,
    isp_id: int,
    period: Period,
    reason: ExtensionReason,
    days: int,
    *,
    by: Actor,
    at: datetime,
) -> ExtensionRequest:
    """Ask for ``days`` more calendar days, before the return is due and before it is filed; the
    policy says how many may be asked for at once.
    """
    book = take(session, isp_id)
    _must_be_open(session, isp_id, period, at)
    _must_be_few(session, period, days)
    no = _next_no(session, isp_id, period)
    facts = {"no": no, "days": days, "reason": str(reason)}
    seq = append(session, book, "extension.asked", by=by, at=at, subject=str(period), **facts)
    asked = ExtensionRequest(
        isp_id=isp_id,
        period=str(period),
        no=no,
        reason=reason,
        days=days,
        asked_by=by.person_id,
        asked_at=at,
        seq=seq,
    )
    session.add(asked)
    session.flush()
    return asked


def answer_request(
    session: Session,
    isp_id: int,
    period: Period,
    no: int,
    reason: AnswerReason,
    *,
    by: Actor,
    at: datetime,
) -> ExtensionAnswer:
    """Grant or refuse a request, as the reason says, once; also after the return was due or filed:
    lateness is asked of the due date in force, and no frozen statement changes.
    """
    if not may(by.role, Permission.EXTENSION_GRANT):
        raise ExtensionNotYours
    book = take(session, isp_id)
    asked = _unanswered(session, (isp_id, str(period), no))
    if asked.asked_by == by.person_id:
        raise OwnRequest
    facts = {"no": no, "granted": reason.grants, "reason": str(reason)}
    seq = append(session, book, "extension.answered", by=by, at=at, subject=str(period), **facts)
    answer = ExtensionAnswer(
        isp_id=isp_id,
        period=str(period),
        no=no,
        granted=reason.grants,
        reason=reason,
        asked_by=asked.asked_by,
        answered_by=by.person_id,
        answered_at=at,
        seq=seq,
    )
    session.add(answer)
    session.flush()
    return answer


def requests(session: Session, isp_id: int, period: Period) -> Sequence[Asked]:
    """What an ISP asked for one month, in order, each with its answer if it has one."""
    query = (
        select(ExtensionRequest, ExtensionAnswer)
        .outerjoin(ExtensionAnswer, _answers())
        .where(ExtensionRequest.isp_id == isp_id, ExtensionRequest.period == str(period))
        .order_by(ExtensionRequest.no)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def waiting_requests(session: Session) -> Sequence[tuple[Organisation, ExtensionRequest]]:
    """Every request without an answer, the oldest first."""
    query = (
        select(Organisation, ExtensionRequest)
        .join(ExtensionRequest, ExtensionRequest.isp_id == Organisation.id)
        .outerjoin(ExtensionAnswer, _answers())
        .where(ExtensionAnswer.no.is_(None))
        .order_by(ExtensionRequest.asked_at, Organisation.slug)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def _answers() -> ColumnElement[bool]:
    return and_(
        ExtensionAnswer.isp_id == ExtensionRequest.isp_id,
        ExtensionAnswer.period == ExtensionRequest.period,
        ExtensionAnswer.no == ExtensionRequest.no,
    )


def _must_be_open(session: Session, isp_id: int, period: Period, at: datetime) -> None:
    must_be_licensed(session, isp_id, period)
    must_have_begun(session, period, at)
    filing = queries.in_force(session, isp_id, period)
    if filing is not None:
        raise FiledAlready("period", receipt=filing.receipt)
    until = due(session, isp_id, period).at
    if at > until:
        raise ExtensionTooLate("period", due=until)


def _must_be_few(session: Session, period: Period, days: int) -> None:
    most = policy_on(session, period.last_day).policy.fair.extension_most_days
    if not 1 <= days <= most:
        raise ExtensionTooLong("days", most=most)


def _next_no(session: Session, isp_id: int, period: Period) -> int:
    before = requests(session, isp_id, period)
    if any(answer is None for _, answer in before):
        raise ExtensionWaiting("period", period=str(period))
    return len(before) + 1


def _unanswered(session: Session, key: tuple[int, str, int]) -> ExtensionRequest:
    asked = session.get(ExtensionRequest, key)
    if asked is None:
        raise NotThere("request")
    if session.get(ExtensionAnswer, key) is not None:
        raise ExtensionAnswered(number=request_number(asked))
    return asked
