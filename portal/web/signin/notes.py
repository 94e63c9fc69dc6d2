"""What changed about an account: an event in the system's chain, and a mail to its person."""

from __future__ import annotations

import enum

from sqlalchemy import select

from portal.accounts import Actor, Membership
from portal.accounts.actions import THE_SYSTEM
from portal.accounts.queries import actors
from portal.db import to_micros
from portal.ledger import SYSTEM, take
from portal.mail import MailKind, post_to
from portal.trail import append
from portal.web.session import now, session, today
from portal.web.signin.entrances import MailedLink
from portal.web.signin.model import Account


class What(enum.StrEnum):
    """What can change about an account."""

    PASSWORD = "PASSWORD"  # nosec B105  # noqa: S105 - no password
    ADDRESS = "ADDRESS"
    FACTOR_ADDED = "FACTOR_ADDED"
    FACTOR_REMOVED = "FACTOR_REMOVED"
    CODES_MADE = "CODES_MADE"
    CODE_USED = "CODE_USED"
    PASSKEY_ADDED = "PASSKEY_ADDED"
    PASSKEY_REMOVED = "PASSKEY_REMOVED"
    PROVIDER_TIED = "PROVIDER_TIED"
    PROVIDER_UNTIED = "PROVIDER_UNTIED"
    RIGHTS = "RIGHTS"
    ADMINISTRATOR = "ADMINISTRATOR"


def note(account: Account, what: What, *, by: Actor | None = None) -> None:
    """Keep that it changed and tell the person; in the act's own transaction, last."""
    tell(account, what)
    book, who = take(session(), SYSTEM), by or _oneself(account)
    kind = f"account.{what.lower()}".replace("_", "-")
    append(session(), book, kind, by=who, at=now(), person=account.person_id)


def tell(
    account: Account,
    what: What,
    link: MailedLink | None = None,
    *,
    organisation_id: int | None = None,
) -> None:
    """Write to the person alone; with a link of a change of address, to the former address."""
    params: dict[str, str | int] = {"what": str(what)}
    if link is not None:
        params["link"] = link.id
    subject = f"{what}:{to_micros(now())}:{params.get('link', '')}"
    _write(account, MailKind.ACCOUNT_CHANGED, subject, organisation_id, **params)


def send_link(
    account: Account, kind: MailKind, link: MailedLink, *, organisation_id: int | None = None
) -> None:
    """Write a mail that carries a link."""
    _write(account, kind, str(link.id), organisation_id, link=link.id)


def _write(
    account: Account, kind: MailKind, subject: str, organisation_id: int | None, **params: str | int
) -> None:
    # As one of an organisation's people, if only of the past: a person of none was never let in.
    for_whom = organisation_id or session().scalar(
        select(Membership.organisation_id)
        .where(Membership.person_id == account.person_id)
        .order_by(Membership.until_on.is_not(None), Membership.id)
        .limit(1)
    )
    if for_whom is not None:
        post_to(session(), account.person, kind, for_whom, subject, at=now(), **params)


def _oneself(account: Account) -> Actor:
    mine = actors(session(), account.person_id, today())
    return mine[0] if mine else THE_SYSTEM
