"""Identities at a provider: tied to an account by its person's own act, and found at sign-in.

Never by an address that the provider tells: only by its name for a person, which nobody else gets.
"""

from __future__ import annotations

from sqlalchemy import delete, select

from portal.accounts.actions import THE_SYSTEM
from portal.canonical import digest_of
from portal.errors import Refusal
from portal.provider import Provider
from portal.web.session import now, session, settings
from portal.web.signin.model import Account, ExternalIdentity
from portal.web.signin.notes import What, note
from portal.web.signin.sessions import end_all


class IdentityTaken(Refusal):
    """The provider's name for somebody is tied already, or the account has another one there."""

    code = "identity-taken"


class IdentityNotProved(Refusal):
    """Nobody proved it, or too long ago."""

    code = "identity-not-proved"


class LastWayIn(Refusal):
    """The person could not sign in any more."""

    code = "last-way-in"


def account_known_as(subject: bytes) -> Account | None:
    """The account that a subject is tied to; its row is held while something is being proved."""
    return session().scalar(
        select(Account)
        .join(ExternalIdentity, ExternalIdentity.account_id == Account.id)
        .where(ExternalIdentity.subject == subject)
        .with_for_update(of=Account)
        .execution_options(populate_existing=True)
    )


def tied_at(account: Account, provider: Provider) -> ExternalIdentity | None:
    """What a provider knows an account by, if it is tied there."""
    there = _issuer(provider)
    return next((one for one in account.identities if one.issuer == there), None)


def tied_here(account: Account) -> ExternalIdentity | None:
    """What the provider of the settings knows an account by, if there is one and it does."""
    provider = settings().provider
    return tied_at(account, provider) if provider else None


def tie(account: Account, provider: Provider, subject: bytes | None) -> None:
    """Tie what somebody proved at the provider to their account, and tell them.

    Raises IdentityNotProved, IdentityTaken.
    """
    if subject is None:
        raise IdentityNotProved
    kept = held(account)
    if tied_at(kept, provider) is not None or account_known_as(subject) is not None:
        raise IdentityTaken
    made = ExternalIdentity(issuer=_issuer(provider), subject=subject, tied_at=now())
    kept.identities.append(made)
    session().flush()
    note(kept, What.PROVIDER_TIED)


def untie(account: Account, provider: Provider) -> None:
    """Let the provider's word count no more for an account; raises LastWayIn."""
    kept = held(account)
    one = tied_at(kept, provider)
    if one is None:
        return
    if kept.password is None and not any(key.usage == "first" for key in kept.webauthn):
        raise LastWayIn
    session().delete(one)
    session().flush()
    session().expire(kept, ["identities"])
    note(kept, What.PROVIDER_UNTIED)


def forget_identities(account: Account) -> None:
    """Let no provider's word count for an account, and sign it out: an operator's act, where
    somebody else may be in by one. Other ways in stay, and a new password by mail.
    """
    session().execute(delete(ExternalIdentity).where(ExternalIdentity.account_id == account.id))
    session().expire(account, ["identities"])
    end_all(account.id)
    note(account, What.PROVIDER_UNTIED, by=THE_SYSTEM)


def held(account: Account) -> Account:
    """The account with its row held: two acts at once on it are done one after another."""
    query = select(Account).where(Account.id == account.id).with_for_update(of=Account)
    return session().scalars(query, execution_options={"populate_existing": True}).one()


def _issuer(provider: Provider) -> bytes:
    return digest_of([provider.issuer])
