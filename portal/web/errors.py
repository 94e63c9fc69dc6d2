"""What goes wrong, in words: a refusal, a page that is not there, a form sent too late."""

from __future__ import annotations

from typing import NamedTuple

import psycopg
from flask import Flask, g, request
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, TimeoutError  # noqa: A004 - the pool's own word
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Response

from portal.accounts.refusals import NotYourDesk
from portal.db import begin_write
from portal.errors import NotThere, Refusal
from portal.patience import is_slow_or_away
from portal.reviews.engagements.refusals import OutsideEngagement
from portal.trail import note_refusal
from portal.web import strangers
from portal.web.api.problems import OF_STATUS, problem
from portal.web.gate import somebody
from portal.web.logs import UNNAMED, log
from portal.web.pages import page
from portal.web.session import WRITES, now, session
from portal.web.signin.links import LinkDead
from portal.web.words import problems_of


class Said(NamedTuple):
    """A heading and what the reader can do about it."""

    title: LazyString
    text: LazyString


SAID: dict[int, Said] = {
    400: Said(
        _("This request cannot be read"), _("Go back, load the page again and repeat what you did.")
    ),
    403: Said(
        _("This is not yours to see"),
        _(
            "Your role does not include it. If it should, ask whoever manages the people of your"
            " organisation."
        ),
    ),
    404: Said(
        _("There is nothing here"),
        _("The address may be mistyped, or what it named belongs to somebody else."),
    ),
    405: Said(_("This cannot be done here"), _("Go back and use the buttons of the page.")),
    413: Said(
        _("This is too large"),
        _(
            "The portal takes small files only, and never images, videos or archives. Send fewer"
            " rows at once."
        ),
    ),
    429: Said(_("Too many tries"), _("Wait a few minutes, then try again.")),
    500: Said(
        _("Something broke on our side"),
        _(
            "Nothing was saved. Try again in a minute; if it happens again, tell whoever runs the"
            " portal when it was."
        ),
    ),
    503: Said(
        _("The portal is not ready yet"),
        _("It is being set up. Try again later; whoever runs the portal finds why in its log."),
    ),
}
# What programs ask for is answered as they read it, also where no view is.
KEYED_PATHS = "/api/v1/"
_OUR_OWN = frozenset({"Content-Type", "Content-Length"})
SLOW = Said(
    _("The portal is slow just now"),
    _(
        "Its database did not answer in time. Nothing is half done. Wait a minute and go back:"
        " what you sent is either there whole or not at all; if it is not, send it again."
    ),
)
EXPIRED = Said(
    _("This page was open too long"),
    _(
        "To keep forged requests out, a form is good for a few hours. Go back, load the page"
        " again and send it anew."
    ),
)
DEAD = Said(
    _("This link is good no more"),
    _(
        "A link from a mail works once and for a limited time. Ask for another one: on the sign-in"
        " page if you forgot your password, else from whoever invited you."
    ),
)


def init_app(app: Flask) -> None:
    """Answer every error with a page of our own."""
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(NotThere, _not_there)
    app.register_error_handler(LinkDead, _dead)
    app.register_error_handler(CSRFError, _expired)
    # What breaks while a line is taken from the pool comes as the driver says it.
    for failure in (DBAPIError, TimeoutError, psycopg.Error):
        app.register_error_handler(failure, _slow)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(InternalServerError, _broken)


def _refused(refusal: Refusal) -> Response:
    session().rollback()
    g.said = refusal.code
    if request.method in WRITES:
        note_refused(refusal)
    if "asked" not in g:
        status = 403 if isinstance(refusal, NotYourDesk) else 409
        return page("errors/refused.html", status, problems=problems_of(refusal))
    template, context = g.asked
    form = context["form"]
    form.blame(problems_of(refusal, form.model))
    return page(template, 409, **context)


def note_refused(refusal: Refusal) -> None:
    """Keep that a rule said no to somebody."""
    # In a transaction of its own: what was refused left nothing behind, but that it was is kept.
    actor = somebody()
    if actor is None or request.blueprint in UNNAMED:
        return
    session().rollback()
    begin_write(session())
    note_refusal(session(), refusal.code, by=actor, at=now(), subject=request.endpoint or "")
    session().commit()


def _not_there(refusal: NotThere) -> Response:
    g.said = refusal.code
    if isinstance(refusal, OutsideEngagement):  # that an auditor reached beyond is kept
        note_refused(refusal)
    else:
        strangers.note()
    return _page(404, SAID[404])


def _dead(_refusal: LinkDead) -> Response:
    session().rollback()
    return _page(404, DEAD)


def _expired(_error: CSRFError) -> Response:
    g.said = "csrf"
    return _page(400, EXPIRED)


def _http(error: HTTPException) -> Response | HTTPException:
    code = error.code or 500
    if error.response is not None or code < 400:  # noqa: PLR2004 - a redirect or a finished answer
        return error
    if request.path.startswith(KEYED_PATHS):
        response = problem(OF_STATUS.get(code, "request-refused"))
    else:
        response = _page(code, SAID.get(code, SAID[400]))
    # What a machine is told beside the words: when to try again, what else may be done here.
    response.headers.extend([told for told in error.get_headers() if told[0] not in _OUR_OWN])
    return response


def _broken(_error: InternalServerError) -> Response:
    g.bare = True  # The page must not need what may just have broken: no reader, no database.
    return _page(500, SAID[500], request_id=g.get("request_id", ""))


def note_slow(failure: DBAPIError | TimeoutError | psycopg.Error) -> None:
    """Log that the database is slow or away; raises whatever else it says."""
    if not is_slow_or_away(failure):
        raise failure
    g.bare, g.said = True, "slow"
    log().error("database slow or away", exc_info=failure)


def _slow(failure: DBAPIError | TimeoutError | psycopg.Error) -> Response:
    note_slow(failure)
    response = _page(503, SLOW, request_id=g.get("request_id", ""))
    response.headers["Retry-After"] = "60"
    return response


def _page(status: int, said: Said, request_id: str = "") -> Response:
    return page("errors/error.html", status, said=said, request_id=request_id)
