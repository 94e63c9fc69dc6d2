"""Headers on every answer: nothing from elsewhere, nothing told to elsewhere, nothing kept."""

from __future__ import annotations

from flask import Flask, request
from flask import session as cookie
from werkzeug.wrappers import Response

from portal.settings import Settings

# data: is for the small icons inside Bootstrap's stylesheet; nothing else is ever inline.
POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none';"
    " form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-DNS-Prefetch-Control": "off",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

# The same for everybody, so browsers may keep them.
FILES = frozenset({"static", "bootstrap.static"})


def init_app(app: Flask, settings: Settings) -> None:
    """Add them after every request."""

    @app.after_request
    def add(response: Response) -> Response:
        response.headers.update(HEADERS)
        if settings.https:
            response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        secret = {"_user_id", "tf_user_id"} & set(cookie) or "token" in (request.view_args or {})
        if request.endpoint not in FILES and secret:
            response.headers["Cache-Control"] = "no-store"
        return response
