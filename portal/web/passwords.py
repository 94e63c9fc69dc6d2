"""Ways in without a password: an invitation, and the day it was forgotten."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from pydantic import BaseModel, Field
from werkzeug.wrappers import Response

from portal.accounts.queries import actors
from portal.mail import MailKind
from portal.web.forms import form_for
from portal.web.gate import public
from portal.web.limits import Limit, limited
from portal.web.nav import organisation_names
from portal.web.pages import page
from portal.web.session import session, today
from portal.web.signin.addresses import Address, account_of
from portal.web.signin.configuration import LONGEST_PASSWORD, SHORTEST_PASSWORD
from portal.web.signin.entrances import Purpose
from portal.web.signin.links import has_young_link, link_of, make_link, use_link
from portal.web.signin.model import Account
from portal.web.signin.notes import send_link
from portal.web.signin.passwords import hashed, set_password

bp = Blueprint("passwords", __name__)

_AGAIN_AFTER = timedelta(minutes=5)
"""Within that while a second request sends no second mail."""


class Forgotten(BaseModel):
    """Whose password was forgotten."""

    address: Address = Field(title="E-mail address")


class Choice(BaseModel):
    """A password of one's own."""

    password: str = Field(
        title="New password",
        description="12 characters or more, of any kind. Four words are good, and easy to keep.",
        min_length=SHORTEST_PASSWORD,
        max_length=LONGEST_PASSWORD,
        json_schema_extra={"x-widget": "new-password"},
    )


@bp.get("/password-resets")
@public
def forgotten() -> Response:
    """Ask for a link."""
    return page("passwords/forgotten.html", form=form_for(Forgotten)())


@bp.post("/password-resets")
@public
@limited(Limit.SIGN_IN)
def ask() -> Response:
    """Send a link to a known address; the answer and its time are the same for any other."""
    value = form_for(Forgotten)().checked("passwords/forgotten.html")
    # Takes far longer than everything below, for whoever asks.
    hashed("nobody's password, for the time it takes")
    known = account_of(value.address)
    if known and known.active:
        _send(known)
    session().commit()
    flash(_("If this address is known here, a link is on its way to it. It is good for an hour."))
    return redirect(url_for("security.login"), 303)


@bp.get("/password-resets/<string:token>")
@public
def reset(token: str) -> Response:
    """The form behind the link."""
    link_of(token, Purpose.RESET)
    return page("passwords/reset.html", form=form_for(Choice)(), token=token)


@bp.post("/password-resets/<string:token>")
@public
def set_anew(token: str) -> Response:
    """Set the password; a second factor stays what it was, and nobody is signed in by this."""
    link = link_of(token, Purpose.RESET)
    value = form_for(Choice)().checked("passwords/reset.html", token=token)
    set_password(use_link(link), value.password)
    session().commit()
    flash(_("Your password is changed. Sign in with it."))
    return redirect(url_for("security.login"), 303)


@bp.get("/invitations/<string:token>")
@public
def invited(token: str) -> Response:
    """The form behind an invitation, which says for whom one is to act."""
    link_of(token, Purpose.INVITATION)
    return page("passwords/invited.html", form=form_for(Choice)(), **_invitation(token))


@bp.post("/invitations/<string:token>")
@public
def accept(token: str) -> Response:
    """Take the invitation by setting a password."""
    link = link_of(token, Purpose.INVITATION)
    value = form_for(Choice)().checked("passwords/invited.html", **_invitation(token))
    set_password(use_link(link), value.password)
    session().commit()
    flash(_("Welcome. Sign in with your address and the password you chose."))
    return redirect(url_for("security.login"), 303)


def _send(account: Account) -> None:
    # Who never took the invitation gets it again: there is no way in yet to be opened anew.
    invited = not account.has_way_in
    purpose = Purpose.INVITATION if invited else Purpose.RESET
    if not has_young_link(account, purpose, _AGAIN_AFTER):
        kind = MailKind.ACCOUNT_INVITED if invited else MailKind.ACCOUNT_RESET
        send_link(account, kind, make_link(account, purpose))


def _invitation(token: str) -> dict[str, object]:
    link = link_of(token, Purpose.INVITATION)
    account = session().get_one(Account, link.account_id)
    mine = actors(session(), account.person_id, today())
    names = organisation_names({each.organisation_id for each in mine}) if mine else {}
    return {
        "token": token,
        "address": account.email,
        "capacities": [(names[each.organisation_id], each.role) for each in mine],
    }
