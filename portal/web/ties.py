"""What a provider's word is tied to: one's own account, or an invitation that is taken by it."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.accounts import Permission
from portal.web.gate import account, allow, public
from portal.web.pages import page
from portal.web.session import session
from portal.web.signin.entrances import Purpose
from portal.web.signin.errands import forget_proved, proved
from portal.web.signin.identities import tie, untie
from portal.web.signin.links import link_of, use_link
from portal.web.signin.model import Account
from portal.web.signin.outgoing import the_provider

bp = Blueprint("ties", __name__)


@bp.get("/account/provider")
@allow(Permission.ACCOUNT_USE)
def new() -> Response:
    """Whether what was proved at the provider is to be tied to one's account."""
    own = _own()
    if proved(account_id=own.id) is None:
        return redirect(url_for("account.index"), 303)
    return page("provider/new.html", own=own)


@bp.post("/account/provider")
@allow(Permission.ACCOUNT_USE, fresh=True)
def add() -> Response:
    """Tie it."""
    own = _own()
    tie(own, the_provider(), proved(account_id=own.id))
    forget_proved()
    session().commit()
    flash(_("From now on you can sign in by it, too."))
    return redirect(url_for("account.index"), 303)


@bp.post("/account/provider/removal")
@allow(Permission.ACCOUNT_USE, fresh=True)
def remove() -> Response:
    """Untie it."""
    untie(_own(), the_provider())
    session().commit()
    flash(_("The provider's word counts no more for your account."))
    return redirect(url_for("account.index"), 303)


@bp.get("/invitations/<string:token>/provider")
@public
def invited(token: str) -> Response:
    """Whether the invitation is to be taken as whom the provider named."""
    invitation = link_of(token, Purpose.INVITATION)
    if proved(token=token) is None:
        return redirect(url_for("passwords.invited", token=token), 303)
    own = session().get_one(Account, invitation.account_id)
    return page("provider/invited.html", token=token, address=own.email)


@bp.post("/invitations/<string:token>/provider")
@public
def accept(token: str) -> Response:
    """Take the invitation without choosing a password."""
    subject = proved(token=token)
    tie(use_link(link_of(token, Purpose.INVITATION)), the_provider(), subject)
    forget_proved()
    session().commit()
    flash(_("Welcome. Sign in by the provider from now on."))
    return redirect(url_for("security.login"), 303)


def _own() -> Account:
    return account() or abort(403)
