"""The request's database session and its clock."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, current_app, g, has_request_context, request
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from portal.db import begin_write, open_engine, sessions
from portal.patience import keep
from portal.settings import Settings
from portal.wall import Position, guard, stand

DEMO_LOGINS = "demo-logins.json"
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def init_app(app: Flask, settings: Settings) -> None:
    """Open the engine; a request's session is closed (and so rolled back) at its end."""
    # A line that broke while it lay idle is noticed before a reader is.
    waiting: Any = {"pool_pre_ping": True, "pool_timeout": settings.patience.pool}
    engine = open_engine(settings.database_url, **waiting)
    keep(engine, settings.patience, is_waited_for=has_request_context)
    app.extensions["engine"] = engine
    app.extensions["sessions"] = sessions(engine)
    guard(app.extensions["sessions"])
    app.extensions["settings"] = settings
    app.before_request(_begin)
    app.teardown_request(_close)
    app.teardown_appcontext(_close)


def settings() -> Settings:
    """The settings of the running app."""
    found: Settings = current_app.extensions["settings"]
    return found


def is_demo() -> bool:
    """Whether this is the demo database: the file of its logins lies in the instance folder."""
    return not settings().production and (settings().instance / DEMO_LOGINS).exists()


def engine() -> Engine:
    """The engine of the running app."""
    found: Engine = current_app.extensions["engine"]
    return found


def session() -> Session:
    """The session of this request or command; opened at first use, committed once by the view."""
    if "session" not in g:
        g.session = current_app.extensions["sessions"]()
        if not has_request_context():
            # A command: nobody from outside reaches it.
            stand(g.session, Position.SYSTEM)
    found: Session = g.session
    return found


def now() -> datetime:
    """The clock of the house: everything below gets its time as an argument from here."""
    return datetime.now(UTC)


def zone() -> ZoneInfo:
    """The zone in which days and months are counted and times are shown."""
    return settings().time_zone


def today() -> date:
    """The day it is on the clocks of the zone."""
    return now().astimezone(zone()).date()


def _begin() -> None:
    # What an earlier request left in a shared context (a shell, a test) must not be seen here.
    _close()
    if request.method in WRITES:
        begin_write(session())


def _close(_error: BaseException | None = None) -> None:
    for name in ("me", "actors", "asked", "offices", "_login_user"):
        g.pop(name, None)
    held: Any = g.pop("session", None)
    if held is not None:
        held.close()
