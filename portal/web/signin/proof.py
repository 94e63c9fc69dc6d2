"""Freshness: who files, decides, issues or changes accounts proves once more who they are.

Asked when the form is sent, and nothing of the form is lost: the page that asks carries it along.
"""

from __future__ import annotations

import time
from typing import Any

from flask import current_app, request
from flask import session as cookie
from sqlalchemy import select
from werkzeug.wrappers import Response

from portal.db import begin_write
from portal.web.pages import page
from portal.web.session import session, settings
from portal.web.signin import sessions
from portal.web.signin.identities import tied_here
from portal.web.signin.model import Account

FIELD = "proof_password"
_NOT_CARRIED = (FIELD, "csrf_token")


def ask(account: Account) -> Response | None:
    """The page that asks for the password; None where the last proof is young, or was just given.

    A wrong password counts as one at sign-in does.
    """
    if is_fresh() or _proves(account):
        return None
    carried = [
        (name, value) for name, value in request.form.items(multi=True) if name not in _NOT_CARRIED
    ]
    asked = {
        "carried": carried,
        "wrong": FIELD in request.form,
        "minutes": settings().fresh_minutes,
        "tries": settings().sign_in_tries,
        "pause": settings().sign_in_pause_minutes,
        "field_name": FIELD,
        "has_password": account.password is not None,
        "has_passkey": bool(account.webauthn),
        "is_known_elsewhere": tied_here(account),
    }
    return page("proof/show.html", 403, action=request.full_path.rstrip("?"), **asked)


def is_fresh() -> bool:
    """Whether the last proof of who asks is young enough."""
    proved: float = cookie.get("fs_paa", 0)
    return 0 <= time.time() - proved < settings().fresh_minutes * 60


def is_password(account: Account, typed: str | None) -> bool:
    """Whether it is the account's password; counts a wrong one, and never says yes in a pause."""
    query = select(Account).where(Account.id == account.id).with_for_update(of=Account)
    locked = session().scalars(query, execution_options={"populate_existing": True}).one()
    security: Any = current_app.extensions["security"]
    right = bool(typed) and locked.verify_and_update_password(
        security.password_util.normalize(typed)
    )
    if right and not locked.is_locked():
        locked.welcome()
        return True
    if typed:
        locked.track_failed_authn("proof")
        begin_write(session())
    return False


def _proves(account: Account) -> bool:
    if FIELD not in request.form or not is_password(account, request.form[FIELD]):
        return False
    cookie["fs_paa"] = time.time()
    sessions.renew()
    # Kept whatever becomes of the act itself.
    session().commit()
    begin_write(session())
    return True
