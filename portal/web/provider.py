"""Sign-in by a provider (OpenID Connect): the way there, and the way back.

Off, and every address here unknown, unless the settings name a provider.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, current_app, g, redirect, request, url_for
from flask import session as cookie
from flask_security import login_user
from werkzeug.wrappers import Response

from portal.accounts import Permission
from portal.db import begin_write
from portal.web.gate import account, allow, public
from portal.web.logs import log
from portal.web.pages import is_ours, page
from portal.web.session import session
from portal.web.signin import sessions
from portal.web.signin.entrances import Purpose as LinkPurpose
from portal.web.signin.errands import Errand, Purpose, keep_proved, lead, taken
from portal.web.signin.identities import account_known_as, held
from portal.web.signin.links import link_of
from portal.web.signin.model import Account
from portal.web.signin.outgoing import ProviderAway
from portal.web.signin.tokens import NotProved, Told, heard

bp = Blueprint("provider", __name__)


@bp.post("/provider/sign-ins")
@public
def begin_sign_in() -> Response:
    """Go to the provider to sign in."""
    return _led(Purpose.SIGN_IN, next=_next())


@bp.post("/provider/proofs")
@allow(Permission.ACCOUNT_USE)
def begin_proof() -> Response:
    """Go to the provider to prove once more who one is."""
    return _led(Purpose.PROOF, next=_next(), account_id=_own().id)


@bp.post("/provider/ties")
@allow(Permission.ACCOUNT_USE)
def begin_tie() -> Response:
    """Go to the provider to be known by it from now on."""
    return _led(Purpose.TIE, account_id=_own().id)


@bp.post("/provider/invitations/<string:token>")
@public
def begin_invitation(token: str) -> Response:
    """Go to the provider instead of choosing a password."""
    link_of(token, LinkPurpose.INVITATION)
    return _led(Purpose.INVITATION, token=token)


@bp.get("/provider/answer")
@public
def answer() -> Response:
    """Where the provider leads back to; one answer an errand, whatever it says."""
    errand = taken()
    own = account()
    if errand is None or (errand.account_id is not None and (own and own.id) != errand.account_id):
        raise NotProved
    # Nothing is held while the provider is asked, and what comes after is written, though a browser
    # comes here by reading.
    session().commit()
    told = heard(errand, request.args)
    begin_write(session())
    return _GO_ON[errand.purpose](errand, told)


@bp.get("/provider/proof")
@allow(Permission.ACCOUNT_USE)
def proof() -> Response:
    """One proved anew who one is: in this tab, so the other one goes on."""
    return page("provider/proof.html")


@bp.errorhandler(NotProved)
def not_proved(failure: NotProved) -> Response:
    """One sentence, whatever it was that did not hold."""
    session().rollback()
    g.said = "provider-not-proved"
    why = type(failure.__cause__).__name__ if failure.__cause__ else None
    log().warning("what a provider said proves nothing", error=why)
    return page("provider/failed.html", 403)


@bp.errorhandler(ProviderAway)
def away(failure: ProviderAway) -> Response:
    """The provider cannot be reached; every other way in still stands."""
    session().rollback()
    g.said = "provider-away"
    why = type(failure.__cause__).__name__ if failure.__cause__ else None
    log().warning("the provider of sign-in is away", error=why)
    return page("provider/away.html", 503)


def _signs_in(errand: Errand, told: Told) -> Response:
    found = account_known_as(told.subject)
    if found is None or not found.active or found.is_locked():
        raise NotProved
    if account() is None:
        asked = None if told.has_second_factor else _asks_second(found, errand.next)
        if asked is not None:
            session().commit()
            return asked
        login_user(found, authn_via=["oidc"])
        # As young as the proof there: a sign-in that nobody was asked for is none.
        cookie["fs_paa"] = min(told.at, time.time())
        session().commit()
    return redirect(errand.next or url_for("home.index"), 303)


def _asks_second(found: Account, onward: str) -> Response | None:
    security: Any = current_app.extensions["security"]
    asked: Response | None = security.two_factor_plugins.tf_enter(
        found, None, "oidc", next_loc=onward or None
    )
    return asked


def _proves(errand: Errand, told: Told) -> Response:
    own, found = held(_own()), account_known_as(told.subject)
    if found is None or found.id != own.id or own.is_locked():
        own.track_failed_authn("oidc")
        raise NotProved
    own.welcome()
    cookie["fs_paa"] = min(told.at, time.time())
    sessions.renew()
    session().commit()
    return redirect(errand.next or url_for(".proof"), 303)


def _names(errand: Errand, told: Told) -> Response:
    keep_proved(errand, told.subject)
    invitation = errand.purpose is Purpose.INVITATION
    onward = url_for("ties.invited", token=errand.token) if invitation else url_for("ties.new")
    return redirect(onward, 303)


_GO_ON: dict[Purpose, Callable[[Errand, Told], Response]] = {
    Purpose.SIGN_IN: _signs_in,
    Purpose.PROOF: _proves,
    Purpose.TIE: _names,
    Purpose.INVITATION: _names,
}


def _led(purpose: Purpose, **about: Any) -> Response:
    # A page and no redirect: what forms may lead to is our own pages alone (the content policy).
    return page("provider/leading.html", address=lead(purpose, **about))


def _next() -> str:
    asked = request.form.get("next", "")
    return asked if is_ours(asked) else ""


def _own() -> Account:
    return account() or abort(403)
