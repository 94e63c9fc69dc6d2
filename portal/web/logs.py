"""The log: one JSON object a line on standard error, made of fields that are known to be harmless.

Nothing is searched for secrets: what is not on the list below is not written at all. No address of
a page (it may name a reference) but its pattern, no name but a number, no message of an exception
or of a library (both quote what they were given) but where it happened.
"""

from __future__ import annotations

import logging
import secrets
import sys
import time
import traceback
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any, Final

import structlog
from flask import Flask, g, request
from flask.logging import wsgi_errors_stream
from structlog.stdlib import ProcessorFormatter
from werkzeug.wrappers import Response

from portal.folders import PACKAGE
from portal.period import Period
from portal.settings import Settings
from portal.web.limits import is_proof

HEADER: Final = "X-Request-Id"
# What may be written, and how much of a text.
KNOWN: Final = frozenset(
    {
        "at", "level", "event", "logger", "request", "method", "route", "status", "ms", "origin",
        "person", "organisation", "role", "object", "said", "sign_in", "error", "where", "serial",
        "setting",
    }
)  # fmt: skip
# Who says that they saw something is one officer's to know (chairs C6).
UNNAMED: Final = frozenset({"seen"})
_LONGEST: Final = 200
_FRAMES: Final = 12
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

Fields = MutableMapping[str, Any]


def log() -> Any:
    """The portal's own log: ``log().warning("what happened", serial=7)``, in words without data."""
    return structlog.get_logger("portal")


def init_app(app: Flask, settings: Settings) -> None:
    """Log every request, and say at the start what a real portal still lacks."""
    configure()
    app.before_request(_begin)
    app.after_request(_end)
    if settings.production and not settings.security_contact:
        log().warning("nobody is named whom to tell of a weakness", setting="SECURITY_CONTACT")


def configure() -> None:
    """Lead everything that any library logs through the same sieve; may be called again."""
    renderer = structlog.processors.JSONRenderer()
    stamp = structlog.processors.TimeStamper(fmt="iso", utc=True, key="at")
    formatter = ProcessorFormatter(
        processors=[_plain, stamp, only_known, renderer],
        use_get_message=False,
        pass_foreign_args=True,
    )
    # Looks up the stream at each line: a test or a server may put another in its place.
    stream: Any = wsgi_errors_stream
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    handler.set_name("portal")
    root = logging.getLogger()
    root.handlers = [one for one in root.handlers if one.get_name() != "portal"] + [handler]
    logging.getLogger("portal").setLevel(logging.INFO)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


def only_known(_logger: Any, _method: str, fields: Fields) -> Fields:
    """Leave out what is not on the list or empty, and cut what is long."""
    told = {name: value for name, value in fields.items() if name in KNOWN}
    return {name: _cut(value) for name, value in told.items() if value not in (None, [])}


def _cut(value: Any) -> Any:
    if isinstance(value, list):
        return [_cut(each) for each in value]
    return value if isinstance(value, int | None) else str(value)[:_LONGEST]


def _plain(_logger: Any, _method: str, fields: Fields) -> Fields:
    """The fields of a record, our own or a library's, with an exception as the places it passed."""
    record: logging.LogRecord = fields["_record"]
    if not fields["_from_structlog"]:
        fields.update(structlog.contextvars.get_contextvars())
        fields.update(level=record.levelname.lower(), logger=record.name)
        # A message with things to fill in is a constant; any other may have been made from data.
        if not fields.get("positional_args"):
            fields["event"] = "said"
        fields["where"] = [f"{record.module}:{record.lineno}"]
    told = fields.get("exc_info")
    failure = sys.exc_info()[1] if told is True else told[1] if told else None
    if failure is not None:
        fields.update(error=type(failure).__name__, where=_places(failure.__traceback__))
    return fields


def _places(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-_FRAMES:]
    return [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]


def _short(path: str) -> str:
    # Where the portal lies on its machine is nobody's business.
    for root in (str(PACKAGE.parent), "site-packages"):
        path = path.rpartition(f"{root}/")[2]
    return path


def _begin() -> None:
    g.request_id, g.request_began = secrets.token_hex(8), time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request=g.request_id)


def _end(response: Response) -> Response:
    response.headers[HEADER] = g.request_id
    log().info(
        "request",
        method=request.method if request.method in _METHODS else "other",
        route=request.url_rule.rule if request.url_rule else "none",
        status=response.status_code,
        ms=round((time.perf_counter() - g.request_began) * 1000),
        origin=request.remote_addr,
        object=_object(),
        said=g.get("said"),
        **_who(),
        **_proved(response),
    )
    return response


def _object() -> list[str]:
    # Of what an address names only numbers and months: all else may be somebody's reference.
    named = (request.view_args or {}).items()
    return [f"{name}={value}" for name, value in named if isinstance(value, int | Period)]


def _who() -> dict[str, Any]:
    # Whom the gate has found; nobody is looked up for the log's sake.
    actor = g.get("me")
    if actor is None or request.blueprint in UNNAMED:
        return {}
    found = {"person": actor.person_id, "organisation": actor.organisation_id}
    return {**found, "role": str(actor.role)}


def _proved(response: Response) -> dict[str, str]:
    # The library leads on whoever proved who they are, and shows its page again to others.
    if not is_proof():
        return {}
    return {"sign_in": "worked" if response.status_code in {302, 303} else "failed"}
