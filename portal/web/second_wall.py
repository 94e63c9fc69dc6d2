"""Production serves nothing until the role it signs in as stands behind the second wall."""

from __future__ import annotations

from flask import Flask, current_app, g, request
from werkzeug.exceptions import ServiceUnavailable

from portal.settings import Settings
from portal.wall import faults
from portal.web.logs import log
from portal.web.session import engine

_STANDS = "second-wall"
_ALIVE = "home.live"


def init_app(app: Flask, settings: Settings) -> None:
    """Ask before the first request of each worker, and again until it stands.

    Not when the app is made: its tables' owner must get as far as `flask db upgrade`, and a
    database that is still on its way up is no fault.
    """
    if settings.production:
        app.before_request(_ask)


def _ask() -> None:
    if current_app.extensions.get(_STANDS) or request.endpoint == _ALIVE:
        return
    with engine().connect() as connection:
        found = faults(connection)
    if found:
        log().error("the database's role does not stand behind the second wall", said=found)
        # The page must not ask a database that would tell too much.
        g.bare = True
        raise ServiceUnavailable
    current_app.extensions[_STANDS] = True
