"""What other machines look for at places that are the same everywhere."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, make_response
from werkzeug.wrappers import Response

from portal.errors import NotThere
from portal.web.gate import public
from portal.web.language import LANGUAGES
from portal.web.session import now, settings

bp = Blueprint("well_known", __name__, url_prefix="/.well-known")
HOLDS_FOR = timedelta(days=180)


@bp.get("/security.txt")
@public
def security() -> Response:
    """Whom to tell of a weakness (RFC 9116); nothing is there where nobody is named.

    Whoever runs the portal reads it anew with every answer, so it ends half a year from today.
    """
    contact = settings().security_contact
    if not contact:
        raise NotThere("contact")
    ends = (now() + HOLDS_FOR).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = (
        f"Contact: {contact}",
        f"Expires: {ends.isoformat().replace('+00:00', 'Z')}",
        f"Preferred-Languages: {', '.join(LANGUAGES)}",
        f"Canonical: {settings().public_url}/.well-known/security.txt",
    )
    response = make_response("\n".join(lines) + "\n")
    response.headers["Content-Type"] = "text/plain; charset=utf-8"
    return response
