"""Pages that hold nothing of anybody: whoever stands between may keep them for a minute."""

from __future__ import annotations

from flask import request
from flask import session as cookie
from werkzeug.wrappers import Response

from portal.web.gate import account

_SECONDS = 60


def kept_by_anybody() -> bool:
    """Whether this answer is for a stranger without a message waiting: the same for all of them."""
    return account() is None and "_flashes" not in cookie


def offered_to_keep(response: Response, keeps: bool) -> Response:
    """A page that may be kept for a minute and asked for again by its mark (304), in the language
    that the reader's browser or choice names.
    """
    if not keeps:
        return response
    response.cache_control.public = True
    response.cache_control.max_age = _SECONDS
    response.vary.update(("Accept-Language", "Cookie"))
    response.add_etag()
    response.make_conditional(request.environ)
    return response
