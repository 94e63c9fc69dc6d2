"""Links in mails: good once, until a time, and made only when the mail is sent."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import timedelta

from sqlalchemy import select, update

from portal.canonical import sha256
from portal.errors import Refusal
from portal.web.session import now, session, settings
from portal.web.signin.entrances import MailedLink, Purpose
from portal.web.signin.model import Account

GOOD_FOR = {
    Purpose.INVITATION: timedelta(days=7),
    Purpose.RESET: timedelta(hours=1),
    Purpose.ADDRESS: timedelta(hours=24),
}


class LinkDead(Refusal):
    """A link that was used, is over, or never was: all the same to who holds it."""

    code = "link-dead"


def make_link(account: Account, purpose: Purpose, address: str | None = None) -> MailedLink:
    """A new link of a kind; those of the kind made before are good no more."""
    end_links(account, purpose)
    link = MailedLink(
        account_id=account.id,
        purpose=purpose,
        nonce=secrets.token_hex(16),
        address=address,
        made_at=now(),
        until_at=now() + GOOD_FOR[purpose],
    )
    link.digest = sha256(token_of(link).encode())
    session().add(link)
    session().flush()
    return link


def end_links(account: Account, *purposes: Purpose) -> None:
    """Make the links of these kinds void (without any: all of them): what somebody else may have
    asked for must not outlive a change of password or address.
    """
    session().execute(
        update(MailedLink)
        .where(
            MailedLink.account_id == account.id,
            MailedLink.purpose.in_(purposes or Purpose),
            MailedLink.ended_at.is_(None),
        )
        .values(ended_at=now())
    )


def token_of(link: MailedLink) -> str:
    """What the link ends in: nobody without the portal's secret can say it."""
    named = f"{link.purpose}:{link.account_id}:{link.nonce}".encode()
    key = settings().secret_key.encode()
    made = hmac.new(key, b"mailed-link:" + named, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def link_of(token: str, purpose: Purpose) -> MailedLink:
    """The link that a token stands for; raises LinkDead."""
    link = session().scalar(
        select(MailedLink).where(
            MailedLink.digest == sha256(token.encode()),
            MailedLink.purpose == purpose,
            MailedLink.ended_at.is_(None),
            MailedLink.until_at > now(),
        )
    )
    if link is None or not _account(link).active:
        raise LinkDead
    return link


def use_link(link: MailedLink) -> Account:
    """Use a link up and give its account; raises LinkDead for who comes second."""
    used = session().execute(
        update(MailedLink)
        .where(MailedLink.id == link.id, MailedLink.ended_at.is_(None))
        .values(ended_at=now())
        .returning(MailedLink.id)
    )
    if used.scalar() is None:
        raise LinkDead
    return _account(link)


def has_young_link(account: Account, purpose: Purpose, age: timedelta) -> bool:
    """Whether such a link was made within the last while: another mail would only be noise."""
    return (
        session().scalar(
            select(MailedLink.id)
            .where(
                MailedLink.account_id == account.id,
                MailedLink.purpose == purpose,
                MailedLink.ended_at.is_(None),
                MailedLink.made_at > now() - age,
            )
            .limit(1)
        )
        is not None
    )


def _account(link: MailedLink) -> Account:
    return session().get_one(Account, link.account_id)
