"""What the bodies of a country are called: the policy pack says it, the code knows offices only."""

from __future__ import annotations

from flask import g, has_app_context
from flask_babel import get_locale

from portal.policy import queries
from portal.web.session import session

# Offices that exist once in a country. A hotline is not among them: an item may name one abroad.
OFFICES = frozenset({"REGULATOR", "MINISTRY", "POLICE_CYBERCRIME", "POLICE_CHILD_PROTECTION"})


def name_of_office(code: str) -> str | None:
    """Who holds an office here, in the reader's language; None where no pack was loaded."""
    if code not in OFFICES or not has_app_context():
        return None
    if "offices" not in g:
        g.offices = {body.code: body for body in queries.bodies(session())}
    body = g.offices.get(code)
    if body is None:
        return None
    return str(body.name_km if str(get_locale()) == "km" else body.name_en)
