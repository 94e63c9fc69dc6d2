"""Every view of the door of programs, listed once; and what each answer says beside its body."""

from __future__ import annotations

from flask import g
from werkzeug.wrappers import Response

from portal.web.api import (
    batches,
    door,
    entries,
    events,
    faults,
    files,
    filings,
    notices,
    papers,
    rules,
)

__all__ = ["VIEWS", "door", "say_how_often"]

VIEWS = (door, entries, batches, files, events, notices, filings, papers, rules, faults)


@door.bp.after_request
def say_how_often(response: Response) -> Response:
    """How many more requests are taken in this window (draft-ietf-httpapi-ratelimit-headers)."""
    if "rate" in g:
        rate, left, seconds = g.rate
        response.headers["RateLimit-Policy"] = f'"key";q={rate.times};w={rate.seconds}'
        response.headers["RateLimit"] = f'"key";r={left};t={seconds}'
    response.headers["Vary"] = "Authorization, Accept, Accept-Language"
    return response
