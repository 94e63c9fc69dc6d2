"""Credentials: what a person proves who they are with, and nothing else about them."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from flask_security import UserMixin
from sqlalchemy import ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts import Person
from portal.db import Base, Instant
from portal.web.session import now, session, settings


class Account(Base, UserMixin):
    """One person's sign-in; name, language and whether they may come in stand at the person."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    email: Mapped[str] = mapped_column(String(255), unique=True)
    password: Mapped[str | None] = mapped_column(String(255))
    # Names the account in the session cookie; a new value signs the person out everywhere.
    fs_uniquifier: Mapped[str] = mapped_column(
        String(64), unique=True, default=lambda: secrets.token_hex(32)
    )
    failures: Mapped[int] = mapped_column(Integer, default=0)
    paused_until: Mapped[datetime | None] = mapped_column(Instant)

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)

    @property
    def active(self) -> bool:  # type: ignore[override]
        """Whether the person may come in at all."""
        return self.person.active

    def track_failed_authn(self, auth_type: str, tfa: bool = False) -> None:  # noqa: ARG002
        """Count a wrong password; after the set number of them sign-in pauses.

        The only commit below a view: the count must outlive the failed request.
        """
        self.failures += 1
        if self.failures >= settings().sign_in_tries:
            self.paused_until = now() + timedelta(minutes=settings().sign_in_pause_minutes)
            self.failures = 0
        session().commit()

    def is_locked(self, form_error: list[str] | None = None) -> bool:
        """Whether sign-in pauses; the page says the same sentence as for a wrong password."""
        paused = self.paused_until is not None and self.paused_until > now()
        if paused and form_error is not None:
            form_error.append("paused")
        return paused

    def welcome(self) -> None:
        """Forget the failures before a sign-in that worked."""
        self.failures = 0
        self.paused_until = None
