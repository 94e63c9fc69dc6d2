"""What lets somebody in for a while: the session of a browser, the link of a mail."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Digest, Instant, code


class LoginSession(Base):
    """One browser in which a person is signed in; the cookie holds what ``digest`` is made of.

    ``device`` is a browser's and a system's common name. ``seen_at`` is right to five minutes.
    """

    __tablename__ = "login_session"
    __table_args__ = (UniqueConstraint("digest"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    digest: Mapped[bytes] = mapped_column(Digest)
    device: Mapped[str] = mapped_column(String(80))
    made_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class Purpose(enum.StrEnum):
    """What a link in a mail is good for."""

    INVITATION = "INVITATION"
    RESET = "RESET"
    ADDRESS = "ADDRESS"


class MailedLink(Base):
    """A link that is good once, until a time; who holds the database alone cannot make it.

    The link is made of ``nonce`` and the portal's secret when the mail is sent; ``digest`` finds
    it. ``ended_at``: when it was used or taken back. Of a change of address ``address`` is the new
    one and ``former`` the old one.
    """

    __tablename__ = "mailed_link"
    __table_args__ = (UniqueConstraint("digest"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    purpose: Mapped[Purpose] = mapped_column(code(Purpose))
    nonce: Mapped[str] = mapped_column(String(32))
    digest: Mapped[bytes] = mapped_column(Digest)
    address: Mapped[str | None] = mapped_column(String(255))
    former: Mapped[str | None] = mapped_column(String(255))
    made_at: Mapped[datetime] = mapped_column(Instant)
    until_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
