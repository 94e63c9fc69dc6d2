"""Ringing for a worker when something that was committed waits for one."""

from __future__ import annotations

import sqlite3
from threading import Lock
from typing import Any

import psycopg
from flask import Flask, current_app, g
from huey import Huey
from werkzeug.wrappers import Response

from portal.jobs.actions import was_stirred
from portal.jobs.waking import queue, ring
from portal.web.logs import log
from portal.web.session import settings

_BELL = "bell"
# The library keeps one line for all threads.
_ONE_AT_A_TIME = Lock()


def init_app(app: Flask) -> None:
    """Ring at the end of each request in which something was asked for."""
    app.after_request(_ring)


def bell() -> Huey:
    """The queue of wake-ups; opened when it is first needed."""
    if _BELL not in current_app.extensions:
        told = settings()
        current_app.extensions[_BELL] = queue(told.database_url, told.instance, told.secret_key)
    return current_app.extensions[_BELL]


def _ring(response: Response) -> Response:
    held: Any = g.get("session")
    if held is not None and was_stirred(held):
        # Whether it was committed is for the worker to see; one that nobody wakes looks by itself.
        try:
            with _ONE_AT_A_TIME:
                ring(bell())
        except (psycopg.Error, sqlite3.Error):
            log().warning("the bell for workers cannot be rung", exc_info=True)
    return response
