"""Headers on every answer: nothing from elsewhere, nothing told to elsewhere, nothing kept."""

from __future__ import annotations

from flask import Flask, request
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

# The same for everybody, so browsers may keep them. Every other answer may hold a token, a name or
# a figure, and is kept by nobody.
FILES = frozenset({"static", "bootstrap.static"})
_AS_IT_IS = frozenset({200, 206, 304})


def init_app(app: Flask, settings: Settings) -> None:
    """Add them after every request."""

    @app.after_request
    def add(response: Response) -> Response:
        response.headers.update(HEADERS)
        if settings.https:
            response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        is_file = request.endpoint in FILES and response.status_code in _AS_IT_IS
        # What anybody may keep says so itself, such as the newest note of the trail.
        if not is_file and not response.cache_control.public:
            response.headers["Cache-Control"] = "no-store"
        return response
