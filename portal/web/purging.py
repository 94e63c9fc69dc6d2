"""What is no record is forgotten: how people came in, how often, what mail and jobs were about."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Delete, Update, delete, or_, update
from sqlalchemy.orm import Session

from portal.jobs import Job
from portal.mail.model import TO_ONESELF, Mail
from portal.settings import Settings
from portal.web.api.kept import KEPT_FOR, forget
from portal.web.limits import Tally
from portal.web.signin.entrances import LoginSession, MailedLink
from portal.web.signin.model import RecoveryCode

_NOTHING = "{}"
_DAY = timedelta(days=1)


def purge(session: Session, told: Settings, *, at: datetime) -> dict[str, int]:
    """Forget what is older than the settings say; how many of what. Again at once it finds none.

    Of a mail to the people of a house its row stays, so that an act repeated writes to nobody
    twice; what it was about goes. A mail about somebody's own account goes whole.
    """
    return {
        what: int(session.execute(statement).rowcount)  # type: ignore[attr-defined]
        for what, statement in _statements(told, at).items()
    }


def _statements(told: Settings, at: datetime) -> dict[str, Delete | Update]:
    kept = at - told.keep_sign_in_days * _DAY
    begun = kept - timedelta(hours=told.session_hours)
    gone = or_(
        Mail.sent_at < at - told.keep_mail_days * _DAY,
        Mail.failed_at < at - told.keep_mail_days * _DAY,
    )
    own = Mail.kind.in_(TO_ONESELF)
    return {
        "sessions": delete(LoginSession).where(
            or_(LoginSession.ended_at < kept, LoginSession.made_at < begun)
        ),
        "links": delete(MailedLink).where(
            or_(MailedLink.ended_at < kept, MailedLink.until_at < kept)
        ),
        "recovery codes": delete(RecoveryCode).where(RecoveryCode.used_at < kept),
        # No window is longer than a day.
        "answers to programs": forget(at - KEPT_FOR),
        "tallies": delete(Tally).where(Tally.began < int((at - _DAY).timestamp())),
        "mails about accounts": delete(Mail).where(gone, own),
        "jobs": delete(Job).where(Job.ended_at < at - told.keep_mail_days * _DAY),
        "mails emptied": update(Mail)
        .where(gone, ~own, Mail.params != _NOTHING)
        .values(params=_NOTHING, claimed_by=None, fault=None),
    }
