"""The verbs of mail: post into the outbox, claim, tell how it went, try again what was given up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.accounts import Person
from portal.accounts.queries import people_who_may
from portal.canonical import canonical, sha256
from portal.jobs import stir
from portal.mail.model import READERS, Mail, MailKind

LEASE = timedelta(minutes=10)
"""How long a claim holds. Longer than any talk with a server: each answer is waited for 30 s."""

MOST_TRIES = 20
"""With the pauses between them about three days; then a mail is given up, and that is told."""

_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=6)
_INSERT: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}
_TABLE: Any = Mail.__table__
# No zone's clocks are further from UTC: nobody who belongs there on a day of theirs is left out.
_AHEAD, _BEHIND = timedelta(hours=14), timedelta(hours=12)


def post(
    session: Session,
    kind: MailKind,
    isp_id: int,
    subject: str,
    *,
    at: datetime,
    **params: str | int,
) -> None:
    """Write to everybody at an ISP who may read of this; in the transaction of the act itself.

    ``subject`` names what the act was about (a receipt, a number, a month): the same kind about the
    same thing goes to a person once, however often the act is repeated. ``params`` are
    identifiers and days in ISO form. Who has left meanwhile is not written to (see ``sending``).
    """
    people = people_who_may(
        session, READERS[kind], isp_id, (at - _BEHIND).date(), (at + _AHEAD).date()
    )
    about = {"kind": kind, "isp_id": isp_id, "subject": subject, "at": at, "params": params}
    _post(session, people, about)


def post_to(
    session: Session,
    person: Person,
    kind: MailKind,
    organisation_id: int,
    subject: str,
    *,
    at: datetime,
    **params: str | int,
) -> None:
    """Write to one person about their own account, as one of an organisation's people."""
    about = {"kind": kind, "isp_id": organisation_id, "subject": subject}
    _post(session, [person], {**about, "at": at, "params": params})


def claim(session: Session, *, by: str, at: datetime) -> Mail | None:
    """Take the next mail that is due, for ``by`` alone; the caller commits before it is sent.

    Whoever dies with a claim loses it after LEASE. What was never tried goes first, so that one
    mail that cannot be sent holds up no other.
    """
    free = or_(Mail.claimed_at.is_(None), Mail.claimed_at <= at - LEASE)
    query = (
        select(Mail)
        .where(Mail.sent_at.is_(None), Mail.failed_at.is_(None), Mail.due_at <= at, free)
        .order_by(Mail.tries, Mail.due_at, Mail.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    mail = session.scalar(query, execution_options={"populate_existing": True})
    if mail is not None:
        mail.claimed_at, mail.claimed_by, mail.tries = at, by, mail.tries + 1
        session.flush()
    return mail


def note_sent(session: Session, mail: Mail, *, at: datetime) -> None:
    """Keep that a server has taken the mail."""
    mail = _fresh(session, mail)
    mail.sent_at, mail.fault, mail.claimed_at, mail.claimed_by = at, None, None, None
    session.flush()


def note_failed(session: Session, mail: Mail, fault: str, *, at: datetime) -> None:
    """Keep that a try failed, and when the next one is due; gives up after MOST_TRIES."""
    mail = _fresh(session, mail)
    mail.fault, mail.claimed_at, mail.claimed_by = fault, None, None
    if mail.sent_at is None and mail.tries >= MOST_TRIES:
        mail.failed_at = at
    pause = _FIRST_PAUSE * 2 ** (min(mail.tries, MOST_TRIES) - 1)
    mail.due_at = at + min(pause, _LONGEST_PAUSE)
    session.flush()


def give_up(session: Session, mail: Mail, fault: str, *, at: datetime) -> None:
    """Keep that a mail has no reader any more and is not tried again."""
    mail = _fresh(session, mail)
    mail.fault, mail.failed_at, mail.claimed_at, mail.claimed_by = fault, at, None, None
    session.flush()


def retry(session: Session, *, at: datetime) -> int:
    """Let everything that was given up be tried anew; returns how many mails that are."""
    given_up = update(Mail).where(Mail.failed_at.is_not(None), Mail.sent_at.is_(None))
    done: Any = session.execute(given_up.values(failed_at=None, tries=0, due_at=at))
    return int(done.rowcount)


def _post(session: Session, people: Sequence[Person], about: dict[str, Any]) -> None:
    at, params = about.pop("at"), about.pop("params")
    about |= {"params": canonical(params).decode(), "made_at": at, "due_at": at, "tries": 0}
    if people:
        _add(session, [about | _to(person, about) for person in people])


def _fresh(session: Session, mail: Mail) -> Mail:
    # Another sender may have taken it over, had this one been thought dead.
    return session.get_one(Mail, mail.id, populate_existing=True, with_for_update=True)


def _to(person: Person, about: dict[str, Any]) -> dict[str, Any]:
    named = canonical([str(about[name]) for name in ("kind", "isp_id", "subject", "made_at")])
    return {
        "person_id": person.id,
        "language": person.language,
        "message_id": sha256(b"%b %d" % (named, person.id)).hex()[:32],
    }


def _add(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    insert = _INSERT[session.get_bind().dialect.name]
    # Who writes to somebody else's people reads nothing of theirs back, not even a number.
    session.execute(insert(_TABLE).inline().on_conflict_do_nothing(), rows)
    stir(session)
