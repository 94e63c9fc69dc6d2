"""Sessions: one row a browser, so that each can be seen and ended, and a stolen cookie dies."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta

from flask import current_app, g, request
from flask import session as cookie
from flask_security.utils import set_request_attr
from sqlalchemy import ColumnElement, select, update

from portal.canonical import sha256
from portal.errors import NotThere
from portal.web.session import WRITES, now, session, settings
from portal.web.signin.entrances import LoginSession
from portal.web.signin.model import Account

KEY = "sid"
SEEN_EVERY = timedelta(minutes=5)
"""How exact ``seen_at`` is: not every page is worth a write."""

# What an earlier visitor of this browser may have left in the cookie, and must not be carried on.
_LEFT_BEHIND = ("csrf_token", "acting-as")
_BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
_SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "macOS",
    "Linux": "Linux",
}


def begin(account: Account) -> None:
    """Begin a session at sign-in, under a name that nobody can have planted."""
    for name in _LEFT_BEHIND:
        cookie.pop(name, None)
    g.pop("csrf_token", None)
    # The cookie then ends some time after the last page, not with the browser.
    cookie.permanent = True
    begun = LoginSession(
        account_id=account.id, digest=_new_key(), device=_device(), made_at=now(), seen_at=now()
    )
    session().add(begun)


def load(uniquifier: str) -> Account | None:
    """The account of the cookie, if its session still runs; asked at every request."""
    row = (
        session()
        .execute(
            select(Account, LoginSession)
            .join(LoginSession, LoginSession.account_id == Account.id)
            .where(Account.fs_uniquifier == uniquifier, LoginSession.digest == _digest(), _runs())
        )
        .first()
    )
    if row is None or not row.Account.active:
        return None
    # What Flask-Security's own loader tells its views.
    set_request_attr("fs_authn_via", "session")
    set_request_attr("fs_paa", cookie.get("fs_paa", 0))
    _see(row.LoginSession)
    found: Account = row.Account
    return found


def renew() -> None:
    """Go on under another name, after a person proved anew who they are."""
    running = LoginSession.digest == _digest()
    session().execute(update(LoginSession).where(running).values(digest=_new_key()))


def end() -> None:
    """End the session of this browser."""
    _end(LoginSession.digest == _digest())
    cookie.pop(KEY, None)


def end_one(account: Account, number: int) -> None:
    """End one of an account's sessions; raises NotThere for what is none of them."""
    one = session().get(LoginSession, number)
    if one is None or one.account_id != account.id:
        raise NotThere("session")
    _end(LoginSession.id == number)


def end_others(account: Account) -> None:
    """End every session of an account but the one that asks."""
    _end(LoginSession.account_id == account.id, LoginSession.digest != _digest())


def end_all(account_id: int) -> None:
    """End every session of an account."""
    _end(LoginSession.account_id == account_id)


def running(account: Account) -> Sequence[LoginSession]:
    """The sessions of an account that run, the last seen first."""
    idle = timedelta(minutes=settings().session_idle_minutes) + SEEN_EVERY
    return (
        session()
        .scalars(
            select(LoginSession)
            .where(
                LoginSession.account_id == account.id, LoginSession.seen_at > now() - idle, _runs()
            )
            .order_by(LoginSession.seen_at.desc(), LoginSession.id.desc())
        )
        .all()
    )


def is_this(one: LoginSession) -> bool:
    """Whether it is the session that asks."""
    return one.digest == _digest()


def _runs() -> ColumnElement[bool]:
    begun = LoginSession.made_at > now() - timedelta(hours=settings().session_hours)
    return LoginSession.ended_at.is_(None) & begun


def _end(*which: ColumnElement[bool]) -> None:
    still = update(LoginSession).where(LoginSession.ended_at.is_(None), *which)
    session().execute(still.values(ended_at=now()))


def _see(row: LoginSession) -> None:
    # The cookie's own time is what idle time is counted from; to the minute is exact enough.
    minute = int(now().timestamp()) // 60
    if cookie.get("minute") != minute:
        cookie["minute"] = minute
    if row.seen_at > now() - SEEN_EVERY:
        return
    seen = update(LoginSession).where(LoginSession.id == row.id).values(seen_at=now())
    if request.method in WRITES:
        session().execute(seen)
        return
    # A page that is only read has a transaction that must not write; this one is over at once.
    with current_app.extensions["sessions"]() as apart:
        apart.execute(seen)
        apart.commit()


def _new_key() -> bytes:
    cookie[KEY] = secrets.token_urlsafe(32)
    return _digest()


def _digest() -> bytes:
    return sha256(str(cookie.get(KEY, "")).encode())


def _device() -> str:
    told = request.user_agent.string
    browser = next((name for sign, name in _BROWSERS.items() if sign in told), "")
    system = next((name for sign, name in _SYSTEMS.items() if sign in told), "")
    return " · ".join(filter(None, (browser, system)))
