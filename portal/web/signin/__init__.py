"""Sign-in: Flask-Security on the house's own session; accounts hold credentials only."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from flask import Flask, request
from flask_babel import gettext
from flask_login import current_user, user_logged_out
from flask_security import (
    RoleMixin,
    hash_password,
    tf_code_confirmed,
    tf_disabled,
    tf_profile_changed,
    user_authenticated,
    wan_deleted,
    wan_registered,
)
from sqlalchemy.orm import Session
from werkzeug.local import LocalProxy

from portal.accounts import Person
from portal.settings import Settings
from portal.web.session import DEMO_LOGINS, is_demo, session, settings
from portal.web.signin import mends, passkeys, sessions
from portal.web.signin.configuration import SHORTEST_PASSWORD, configuration
from portal.web.signin.identities import tied_here
from portal.web.signin.model import Account, Passkey
from portal.web.signin.notes import What, note


@dataclass(frozen=True)
class DemoLogin:
    """One fictional person of the demo database."""

    email: str
    password: str
    name: str
    role: str
    organisation: str


def init_app(app: Flask, configured: Settings) -> None:
    """Wire Flask-Security: proofs of who somebody is; no roles, none of its mails."""
    app.config.from_mapping(configuration(configured))
    datastore = mends.Datastore(LocalProxy(session), Account, RoleMixin, Passkey)  # type: ignore[arg-type]
    security = mends.Library(
        app,
        datastore,
        login_form=mends.SignInForm,
        verify_form=mends.ProofForm,
        two_factor_verify_code_form=mends.CodeForm,
        wan_signin_response_form=passkeys.PasskeyForm,
        mf_recovery_form=mends.RecoveryForm,
        totp_cls=mends.OnceTotp,
        mf_recovery_codes_util_cls=mends.RecoveryCodes,
        webauthn_util_cls=passkeys.AnyPasskey,
    )
    security.login_context_processor(_sign_in_page)
    security.verify_context_processor(_proof_page)
    manager: Any = app.extensions["security"].login_manager
    manager.user_loader(sessions.load)
    # No token opens anything: whoever asks is signed in by a session that can be ended.
    manager.request_loader(lambda _request: None)
    user_authenticated.connect(_welcome, app)
    user_logged_out.connect(_goodbye, app)
    _tell_of_changes(app)


def add_account(db: Session, person: Person, email: str, password: str | None) -> Account:
    """Give a person credentials; needs the app's context for the hash. Without a password they
    come in by an invitation.
    """
    return add_hashed_account(db, person, email, hash_password(password) if password else None)


def add_hashed_account(db: Session, person: Person, email: str, hashed: str | None) -> Account:
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


def _sign_in_page() -> dict[str, Any]:
    pause = settings().sign_in_pause_minutes
    failed = gettext(
        "The e-mail address or the password is not right. After %(tries)d wrong tries sign-in"
        " pauses for %(minutes)d minutes.",
        tries=settings().sign_in_tries,
        minutes=pause,
    )
    return {"demo_logins": demo_logins(), "failed": failed}


def _proof_page() -> dict[str, Any]:
    return {"is_known_elsewhere": tied_here(current_user)}


def _welcome(_app: Flask, user: Account, **_: Any) -> None:
    user.welcome()
    sessions.begin(user)
    if request.endpoint == "security.mf_recovery":
        note(user, What.CODE_USED)


def _goodbye(_app: Flask, **_: Any) -> None:
    sessions.end()
    session().commit()


def _tell_of_changes(app: Flask) -> None:
    changes = {
        tf_code_confirmed: What.FACTOR_ADDED,
        tf_profile_changed: What.FACTOR_ADDED,
        tf_disabled: What.FACTOR_REMOVED,
        wan_registered: What.PASSKEY_ADDED,
        wan_deleted: What.PASSKEY_REMOVED,
    }
    for signal, what in changes.items():

        def tell(_app: Flask, user: Any, _what: What = what, **_: Any) -> None:
            # The library hands on who asks as a stand-in, or as the account itself.
            found = user._get_current_object() if isinstance(user, LocalProxy) else user  # noqa: SLF001
            note(found, _what)

        signal.connect(tell, app, weak=False)


__all__ = [
    "DEMO_LOGINS",
    "SHORTEST_PASSWORD",
    "Account",
    "add_account",
    "add_hashed_account",
    "demo_logins",
    "init_app",
    "is_demo",
]
