"""Reminders of programs' keys that end soon: to whoever keeps the ISP's programs, once a key."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from portal.accounts.programs import ending_keys
from portal.mail import MailKind, post


def tell_of_ending_keys(session: Session, *, on: date, at: datetime) -> None:
    """Write of every key that ends within a fortnight of a day and that no other key follows."""
    for key in ending_keys(session, on):
        subject = f"{key.program_id}:{key.no}"
        post(session, MailKind.KEY_ENDING, key.isp_id, subject, at=at, due_on=str(key.until_on))
