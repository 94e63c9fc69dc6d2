"""What goes wrong at the door of programs is told as problems, never as a page."""

from __future__ import annotations

import psycopg
from flask import g, request
from sqlalchemy.exc import DBAPIError, TimeoutError  # noqa: A004 - the pool's own word
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Response

from portal.accounts.refusals import NotYourDesk
from portal.entries.refusals import ChangedMeanwhile
from portal.errors import NotThere, Refusal
from portal.web import strangers
from portal.web.api.door import bearer, bp
from portal.web.api.problems import OF_STATUS, NotTaken, faults_of, problem
from portal.web.errors import note_refused, note_slow
from portal.web.session import WRITES, session

_OUR_OWN = frozenset({"Content-Type", "Content-Length"})


@bp.errorhandler(NotTaken)
def not_taken(failure: NotTaken) -> Response:
    """The request was not taken."""
    session().rollback()
    g.said = failure.kind
    response = problem(failure.kind, failure.faults)
    response.headers.update(dict(failure.headers))
    return response


@bp.errorhandler(Refusal)
def refused(refusal: Refusal) -> Response:
    """A rule said no, and that it did is kept; not of what was only tried out."""
    session().rollback()
    g.said = refusal.code
    if request.method in WRITES and not bearer().key.sandbox:
        note_refused(refusal)
    if isinstance(refusal, ChangedMeanwhile) and request.if_match:
        return problem("changed-meanwhile", faults_of(refusal))
    kind = "out-of-reach" if isinstance(refusal, NotYourDesk) else "refused"
    return problem(kind, faults_of(refusal))


@bp.errorhandler(NotThere)
def not_there(refusal: NotThere) -> Response:
    """Nothing is there; a try at what is another's is kept."""
    g.said = refusal.code
    strangers.note()
    return problem("not-there")


@bp.errorhandler(HTTPException)
def by_status(error: HTTPException) -> Response:
    """What the framework says by a status."""
    response = problem(OF_STATUS.get(error.code or 400, "request-refused"))
    response.headers.extend([told for told in error.get_headers() if told[0] not in _OUR_OWN])
    return response


@bp.errorhandler(InternalServerError)
def broken(_error: InternalServerError) -> Response:
    """Something broke."""
    g.bare = True
    return problem("broken")


@bp.errorhandler(DBAPIError)
@bp.errorhandler(TimeoutError)
@bp.errorhandler(psycopg.Error)
def slow(failure: DBAPIError | TimeoutError | psycopg.Error) -> Response:
    """The database did not answer in time."""
    note_slow(failure)
    response = problem("slow")
    response.headers["Retry-After"] = "60"
    return response
