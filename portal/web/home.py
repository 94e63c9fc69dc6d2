"""Home: where a role starts, the language, the capacity one acts in, the house's own health."""

from __future__ import annotations

from flask import Blueprint, abort, make_response, redirect, request, url_for
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response

from portal.accounts import Permission
from portal.jobs.queries import Standing, standing
from portal.ledger import Ledger
from portal.mail.queries import Outbox, outbox
from portal.wall import Step, stepping
from portal.web.gate import act_as, allow, me, public
from portal.web.language import COOKIE, LANGUAGES
from portal.web.logs import log
from portal.web.nav import home_of
from portal.web.pages import is_ours, page
from portal.web.session import now, session, settings

bp = Blueprint("home", __name__)
_YEAR = 365 * 24 * 3600


@bp.get("/")
@public
def index() -> Response:
    """The first page of the asker's role; the sign-in for everybody else."""
    if not current_user.is_authenticated:
        return redirect(url_for("security.login"))
    start = home_of(me())
    return redirect(start) if start else page("home/index.html")


@bp.post("/language")
@public
def language() -> Response:
    """Remember the reader's language and go back to where they were."""
    chosen = request.form.get("language", "")
    if chosen not in LANGUAGES:
        abort(400)
    response = make_response(redirect(_back(), 303))
    response.set_cookie(
        settings().cookie(COOKIE),
        chosen,
        max_age=_YEAR,
        samesite="Lax",
        httponly=True,
        secure=settings().https,
    )
    return response


@bp.post("/capacity")
@allow(Permission.ACCOUNT_USE)
def capacity() -> Response:
    """Act in another of one's capacities."""
    act_as(request.form.get("capacity", ""))
    return redirect(url_for(".index"), 303)


@bp.get("/health/live")
@public
def live() -> Response:
    """The process answers."""
    return make_response({"live": True})


@bp.get("/health/ready")
@public
def ready() -> Response:
    """The database answers, too, and has its tables; and how mail and jobs stand (a word each).

    What does not go on there is for the operator: readers are served all the same.
    """
    try:
        with stepping(session(), Step.HEALTH):
            session().execute(select(Ledger.isp_id).limit(1))
            mail = _mail_stands(outbox(session()))
            jobs = _jobs_stand(standing(session(), now()))
    except Exception:  # noqa: BLE001 - whatever it was is in the log
        log().error("not ready", exc_info=True)
        return make_response({"ready": False}, 503)
    return make_response({"ready": True, "mail": mail, "jobs": jobs})


def _mail_stands(found: Outbox) -> str:
    if found.given_up:
        return "given up"
    if not settings().mail_server:
        return "no server"
    return "late" if found.is_late(now()) else "well"


def _jobs_stand(found: Standing) -> str:
    if found.is_late(now()):
        return "late"
    return "failed" if found.failed else "well"


def _back() -> str:
    here = request.form.get("here", "")
    return here if is_ours(here) else url_for(".index")
