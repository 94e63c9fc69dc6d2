"""Passwords: what is taken for one, and how it is set."""

from __future__ import annotations

from typing import Any

from flask import current_app
from flask_security import hash_password

from portal.accounts.queries import actors, particulars
from portal.errors import Refusal
from portal.web.session import session, settings, today
from portal.web.signin import sessions
from portal.web.signin.guessing import is_soon_guessed
from portal.web.signin.links import end_links
from portal.web.signin.model import Account
from portal.web.signin.notes import What, note


class PasswordIsAddress(Refusal):
    """The password is what everybody knows: the address, or the name in it."""

    code = "password-is-address"


class PasswordSoonGuessed(Refusal):
    """The password is among those that are tried first."""

    code = "password-soon-guessed"


class PasswordWrong(Refusal):
    """It is not the present password; or sign-in pauses after too many wrong ones."""

    code = "password-wrong"


def hashed(password: str) -> str:
    """A password as it is kept; needs the app's context."""
    security: Any = current_app.extensions["security"]
    made: str = hash_password(security.password_util.normalize(password))
    return made


def choose_password(account: Account, password: str) -> None:
    """Give an account a password that nobody guesses soon; tells nobody.

    Raises PasswordIsAddress, PasswordSoonGuessed.
    """
    if password.strip().lower() in (account.email, account.email.partition("@")[0]):
        raise PasswordIsAddress("password")
    if is_soon_guessed(password, _known_of(account)):
        raise PasswordSoonGuessed("password")
    account.password = hashed(password)


def set_password(account: Account, password: str) -> None:
    """Set another password and tell the person; every other browser is signed out, and links that
    are on their way are void.

    Raises what ``choose_password`` raises.
    """
    choose_password(account, password)
    account.welcome()
    sessions.end_others(account)
    end_links(account)
    note(account, What.PASSWORD)


def _known_of(account: Account) -> list[str]:
    # What somebody who guesses would know: the person, for whom they act, where they sign in.
    mine = actors(session(), account.person_id, today())
    named = [particulars(session(), of) for of in {each.organisation_id for each in mine}]
    told = settings()
    return [
        account.email,
        account.person.name,
        *(name for each in named for name in (each.name_en, each.name_km)),
        *(told.name_en, told.name_km, told.authority_en, told.authority_km),
    ]
