"""Addresses: what is taken for one, and how one is changed, told to the old and the new."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError
from sqlalchemy import select

from portal.mail import MailKind
from portal.web.session import session
from portal.web.signin.entrances import MailedLink, Purpose
from portal.web.signin.links import LinkDead, end_links, make_link, use_link
from portal.web.signin.model import Account
from portal.web.signin.notes import What, note, send_link, tell

_LONGEST = 200


def _is_address(text: str) -> str:
    name, at, domain = text.rpartition("@")
    good = name and at and "." in domain and text.isascii() and text.isprintable()
    if not good or set(text) & set(' ",;:<>()[]\\') or domain.startswith(".") or ".." in text:
        raise PydanticCustomError("not-an-address", "not an e-mail address")
    return text.lower()


Address = Annotated[
    str, StringConstraints(max_length=_LONGEST, strip_whitespace=True), AfterValidator(_is_address)
]
"""A bare e-mail address, in small letters."""


def account_of(address: str) -> Account | None:
    """The account that signs in with an address."""
    return session().scalar(select(Account).where(Account.email == address.strip().lower()))


def ask_for_address(account: Account, address: str) -> None:
    """Send a link to a new address; somebody else's gets nothing, and nobody is told why."""
    if account_of(address) is None:
        link = make_link(account, Purpose.ADDRESS, address)
        send_link(account, MailKind.ADDRESS_TO_CONFIRM, link)


def confirm_address(link: MailedLink) -> None:
    """Put the new address in the place of the old one, and tell both; raises LinkDead."""
    account = use_link(link)
    if link.address is None or account_of(link.address) is not None:
        raise LinkDead
    link.former, account.email = account.email, link.address
    session().flush()
    end_links(account)
    tell(account, What.ADDRESS, link)
    note(account, What.ADDRESS)
