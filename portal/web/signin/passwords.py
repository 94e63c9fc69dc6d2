"""Passwords: what is taken for one, and how it is set."""

from __future__ import annotations

from typing import Any

from flask import current_app
from flask_security import hash_password

from portal.errors import Refusal
from portal.web.signin import sessions
from portal.web.signin.links import end_links
from portal.web.signin.model import Account
from portal.web.signin.notes import What, note


class PasswordIsAddress(Refusal):
    """The password is what everybody knows: the address, or the name in it."""

    code = "password-is-address"


class PasswordWrong(Refusal):
    """It is not the present password; or sign-in pauses after too many wrong ones."""

    code = "password-wrong"


def hashed(password: str) -> str:
    """A password as it is kept; needs the app's context."""
    security: Any = current_app.extensions["security"]
    made: str = hash_password(security.password_util.normalize(password))
    return made


def set_password(account: Account, password: str) -> None:
    """Set another password and tell the person; every other browser is signed out, and links that
    are on their way are void.

    Raises PasswordIsAddress.
    """
    if password.strip().lower() in (account.email, account.email.partition("@")[0]):
        raise PasswordIsAddress("password")
    account.password = hashed(password)
    account.welcome()
    sessions.end_others(account)
    end_links(account)
    note(account, What.PASSWORD)
