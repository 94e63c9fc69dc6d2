"""The verb of letters: write the one that is due, once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from portal.accounts import Actor
from portal.ledger import take
from portal.letters.model import Letter, Rung
from portal.letters.queries import DueLetter, ladder
from portal.mail import MailKind, post
from portal.returns.standing import standing
from portal.trail import append

MAILS = {
    Rung.REMINDER: MailKind.RETURN_REMINDER,
    Rung.OVERDUE: MailKind.RETURN_OVERDUE,
    Rung.DELINQUENT: MailKind.RETURN_DELINQUENT,
}


def write(session: Session, due: DueLetter, *, by: Actor, at: datetime) -> Letter | None:
    """Write a letter and post it to the ISP's people; once per ISP, month and rung.

    None where it was written before, or where the month was filed meanwhile.
    """
    book = take(session, due.isp_id)
    if session.get(Letter, (due.isp_id, str(due.period), due.rung)) is not None:
        return None
    stands = standing(session, due.isp_id, due.period, at)
    rungs = ladder(session, due.period)
    if rungs.reached(stands, at) is not due.rung:
        return None
    subject, facts = str(due.period), {"rung": str(due.rung)}
    letter = Letter(
        isp_id=due.isp_id,
        period=subject,
        rung=due.rung,
        due_at=stands.due_at,
        written_by=by.person_id,
        written_at=at,
        seq=append(session, book, "letter.written", by=by, at=at, subject=subject, **facts),
    )
    session.add(letter)
    session.flush()
    day = str(rungs.due_on(stands.due_at))
    post(session, MAILS[due.rung], due.isp_id, subject, at=at, period=subject, due_on=day)
    return letter
