"""Credentials: what a person proves who they are with, and nothing else about them."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from flask_security import UserMixin, WebAuthnMixin
from sqlalchemy import (
    BigInteger,
    Boolean,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    TypeDecorator,
    UniqueConstraint,
    select,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts import Person
from portal.accounts.staff import needs_second_factor
from portal.db import Base, Digest, Instant, Name
from portal.web.session import is_demo, now, session, settings, today


class Words(TypeDecorator[list[str]]):
    """A few short words, kept as one text."""

    impl = String(200)
    cache_ok = True

    def process_bind_param(self, value: list[str] | None, dialect: Dialect) -> str | None:
        del dialect
        return None if value is None else ",".join(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> list[str] | None:
        del dialect
        return value.split(",") if value else None


class Account(Base, UserMixin):
    """One person's sign-in; name, language and whether they may come in stand at the person.

    The columns that begin with ``tf_``, ``mf_`` and ``fs_`` are named by Flask-Security.
    """

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
    # The authenticator's secret, encrypted; and the last step of its clock that a code was used of.
    tf_primary_method: Mapped[str | None] = mapped_column(String(40))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(500))
    tf_last_counter: Mapped[int | None] = mapped_column(BigInteger)
    fs_webauthn_user_handle: Mapped[str | None] = mapped_column(  # type: ignore[assignment]
        String(64), unique=True
    )

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
    webauthn: Mapped[list[Passkey]] = relationship(  # type: ignore[assignment]
        order_by="Passkey.id"
    )
    identities: Mapped[list[ExternalIdentity]] = relationship(order_by="ExternalIdentity.id")
    # Codes by telephone are not offered, but the library clears the number with the rest.
    tf_phone_number = None

    @property
    def active(self) -> bool:  # type: ignore[override]
        """Whether the person may come in at all."""
        return self.person.active

    @property
    def has_way_in(self) -> bool:
        """Whether an invitation was taken: there is a password, or a provider says who it is."""
        return self.password is not None or bool(self.identities)

    @property
    def mf_recovery_codes(self) -> list[bytes]:  # type: ignore[override]
        """The digests of the recovery codes not used yet."""
        unused = select(RecoveryCode.digest).where(
            RecoveryCode.account_id == self.id, RecoveryCode.used_at.is_(None)
        )
        return list(session().scalars(unused))

    def check_tf_required(
        self, tf_setup_methods: list[tuple[str, str]], tf_fresh: bool
    ) -> tuple[bool, list[tuple[str, str]]]:
        """Whether a second factor is asked for: by duty, or since there is one."""
        del tf_fresh
        return bool(tf_setup_methods) or self.check_tf_required_setup(), tf_setup_methods

    def check_tf_required_setup(self) -> bool:
        """Whether the person must have a second factor; nobody invented must (the demo)."""
        if settings().second_factor == "off" or is_demo():
            return False
        return needs_second_factor(session(), self.person_id, today())

    def track_failed_authn(self, auth_type: str, tfa: bool = False) -> None:  # noqa: ARG002
        """Count a wrong proof of whatever kind; after the set number of them sign-in pauses.

        The only commit below a view: the count must outlive the failed request. The row was locked
        when the account was looked for, so that tries at once are counted one by one.
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


class ExternalIdentity(Base):
    """What a provider of sign-in calls a person: one name a provider, and nobody else's.

    ``issuer`` is the digest of the provider's address, ``subject`` of both it and its name for the
    person: neither is kept in words.
    """

    __tablename__ = "external_identity"
    __table_args__ = (UniqueConstraint("subject"), UniqueConstraint("account_id", "issuer"))

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    issuer: Mapped[bytes] = mapped_column(Digest)
    subject: Mapped[bytes] = mapped_column(Digest)
    tied_at: Mapped[datetime] = mapped_column(Instant)


class RecoveryCode(Base):
    """A code for the day on which every other second factor is lost; good once."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("account_id", "digest"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    digest: Mapped[bytes] = mapped_column(Digest)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class Passkey(Base, WebAuthnMixin):
    """The public half of a passkey. The columns are named by Flask-Security; ``usage`` is
    ``first`` (instead of a password) or ``secondary`` (after it).
    """

    __tablename__ = "passkey"
    __table_args__ = (UniqueConstraint("user_id", "name"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    name: Mapped[str] = mapped_column(Name)
    usage: Mapped[str] = mapped_column(String(40))
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1024), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger, default=0)
    transports: Mapped[list[str] | None] = mapped_column(Words)
    extensions: Mapped[str | None] = mapped_column(String(255))
    backup_state: Mapped[bool] = mapped_column(Boolean)
    device_type: Mapped[str] = mapped_column(String(64))
    lastuse_datetime: Mapped[datetime] = mapped_column(Instant)
