"""Sign-in: Flask-Security on the house's own session; accounts hold credentials only."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Flask
from flask import session as cookie
from flask_babel import gettext
from flask_security import (
    RoleMixin,
    Security,
    SQLAlchemySessionUserDatastore,
    hash_password,
    user_authenticated,
)
from flask_security.forms import LoginForm
from sqlalchemy.orm import Session
from werkzeug.local import LocalProxy

from portal.accounts import Person
from portal.settings import Settings
from portal.web.session import session, settings
from portal.web.signin.model import Account

DEMO_LOGINS = "demo-logins.json"
SHORTEST_PASSWORD = 12


@dataclass(frozen=True)
class DemoLogin:
    """One fictional person of the demo database."""

    email: str
    password: str
    name: str
    role: str
    organisation: str


class SignInForm(LoginForm):
    """E-mail address and password; nobody is remembered longer than their session."""

    remember = None  # type: ignore[assignment]


def init_app(app: Flask, configured: Settings) -> None:
    """Wire Flask-Security: two endpoints (sign-in and sign-out), no roles, none of its mails."""
    app.config.from_mapping(_configuration(configured))
    datastore = SQLAlchemySessionUserDatastore(LocalProxy(session), Account, RoleMixin)  # type: ignore[arg-type]
    security = Security(app, datastore, login_form=SignInForm)
    security.login_context_processor(_sign_in_page)
    user_authenticated.connect(_welcome, app)


def add_account(db: Session, person: Person, email: str, password: str) -> Account:
    """Give a person credentials; needs the app's context for the hash."""
    return add_hashed_account(db, person, email, hash_password(password))


def add_hashed_account(db: Session, person: Person, email: str, hashed: str) -> Account:
    """Give a person credentials whose hash is made already (many demo people share one)."""
    account = Account(person_id=person.id, email=email.strip().lower(), password=hashed)
    db.add(account)
    db.flush()
    return account


def demo_logins() -> list[DemoLogin]:
    """The fictional people one may sign in as; empty wherever the data is real."""
    if not is_demo():
        return []
    kept = (settings().instance / DEMO_LOGINS).read_text(encoding="utf-8")
    return [DemoLogin(**one) for one in json.loads(kept)]


def is_demo() -> bool:
    """Whether this is the demo database: the file of its logins lies in the instance folder."""
    return not settings().production and (settings().instance / DEMO_LOGINS).exists()


def _configuration(configured: Settings) -> dict[str, Any]:
    # Weak hashes make a test suite of many sign-ins bearable; nobody else gets them.
    cost = {"argon2__time_cost": 1, "argon2__memory_cost": 64, "argon2__parallelism": 1}
    return {
        "SECURITY_LOGIN_URL": "/login",
        "SECURITY_LOGOUT_URL": "/logout",
        "SECURITY_POST_LOGOUT_VIEW": "/login",
        "SECURITY_PASSWORD_HASH": "argon2",  # nosec B105
        "SECURITY_PASSWORD_SCHEMES": ["argon2"],
        "SECURITY_PASSWORD_SINGLE_HASH": {"argon2"},
        "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": cost if configured.testing else {},
        "SECURITY_PASSWORD_LENGTH_MIN": SHORTEST_PASSWORD,
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_FLASH_MESSAGES": False,
        "SECURITY_API_ENABLED_METHODS": ["session"],
        "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False, "test_environment": True},
        "SECURITY_FRESHNESS": timedelta(minutes=-1),
        "SECURITY_CLI_USERS_NAME": None,
        "SECURITY_CLI_ROLES_NAME": None,
        "SECURITY_STATIC_FOLDER": None,
    }


def _sign_in_page() -> dict[str, Any]:
    pause = settings().sign_in_pause_minutes
    failed = gettext(
        "The e-mail address or the password is not right. After %(tries)d wrong tries sign-in"
        " pauses for %(minutes)d minutes.",
        tries=settings().sign_in_tries,
        minutes=pause,
    )
    return {"demo_logins": demo_logins(), "failed": failed}


def _welcome(_app: Flask, user: Account, **_: Any) -> None:
    user.welcome()
    # The cookie then ends some hours after the last page, not with the browser.
    cookie.permanent = True
