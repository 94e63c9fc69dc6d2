"""One's own account: how one signs in, the browsers one is signed in with, the address for mail."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, url_for
from flask_babel import gettext as _
from pydantic import BaseModel, Field
from werkzeug.wrappers import Response

from portal.accounts import Permission
from portal.web.forms import form_for
from portal.web.gate import account, allow, me, public
from portal.web.labels import desk_names
from portal.web.pages import page
from portal.web.session import session
from portal.web.signin import sessions
from portal.web.signin.addresses import Address, ask_for_address, confirm_address
from portal.web.signin.configuration import LONGEST_PASSWORD, SHORTEST_PASSWORD
from portal.web.signin.entrances import Purpose
from portal.web.signin.identities import tied_here
from portal.web.signin.links import link_of
from portal.web.signin.model import Account
from portal.web.signin.passwords import PasswordWrong, set_password
from portal.web.signin.proof import is_password

bp = Blueprint("account", __name__)


class Change(BaseModel):
    """Another password."""

    present: str = Field(
        title="Present password", json_schema_extra={"x-widget": "current-password"}
    )
    password: str = Field(
        title="New password",
        description="12 characters or more, of any kind. Four words are good, and easy to keep.",
        min_length=SHORTEST_PASSWORD,
        max_length=LONGEST_PASSWORD,
        json_schema_extra={"x-widget": "new-password"},
    )


class Move(BaseModel):
    """Another address."""

    address: Address = Field(title="New e-mail address")


@bp.get("/account")
@allow(Permission.ACCOUNT_USE)
def index() -> Response:
    """How one signs in, and where one is signed in."""
    own = _own()
    running = sessions.running(own)
    return page(
        "account/index.html",
        own=own,
        running=running,
        here_id=next((one.id for one in running if sessions.is_this(one)), None),
        codes_left=len(own.mf_recovery_codes),
        duty=own.check_tf_required_setup(),
        desks=desk_names(me().desks or ()),
        tied=tied_here(own),
    )


@bp.post("/account/sessions/<int:number>/ending")
@allow(Permission.ACCOUNT_USE)
def end_session(number: int) -> Response:
    """Sign another of one's browsers out."""
    sessions.end_one(_own(), number)
    session().commit()
    flash(_("Signed out there."))
    return redirect(url_for(".index"), 303)


@bp.post("/account/sessions/endings")
@allow(Permission.ACCOUNT_USE)
def end_sessions() -> Response:
    """Sign every other of one's browsers out."""
    sessions.end_others(_own())
    session().commit()
    flash(_("Signed out everywhere else."))
    return redirect(url_for(".index"), 303)


@bp.get("/account/password")
@allow(Permission.ACCOUNT_USE)
def password() -> Response:
    """The form for another password."""
    return page("account/password.html", form=form_for(Change)())


@bp.post("/account/password")
@allow(Permission.ACCOUNT_USE)
def change_password() -> Response:
    """Set another password; the present one is asked for, whatever was proved before."""
    value = form_for(Change)().checked("account/password.html")
    if not is_password(_own(), value.present):
        raise PasswordWrong("present")
    set_password(_own(), value.password)
    sessions.renew()
    session().commit()
    flash(_("Your password is changed. Every other browser was signed out."))
    return redirect(url_for(".index"), 303)


@bp.get("/account/address")
@allow(Permission.ACCOUNT_USE)
def address() -> Response:
    """The form for another address."""
    return page("account/address.html", form=form_for(Move)())


@bp.post("/account/address")
@allow(Permission.ACCOUNT_USE, fresh=True)
def ask_address() -> Response:
    """Send a link to the new address; until it is opened the old one stands."""
    value = form_for(Move)().checked("account/address.html")
    ask_for_address(_own(), value.address)
    session().commit()
    flash(_("If the address can be used, a link is on its way to it. Open it within a day."))
    return redirect(url_for(".index"), 303)


@bp.get("/account/addresses/<string:token>")
@public
def new_address(token: str) -> Response:
    """What the link in the mail opens: nothing changes until the button is pressed."""
    link = link_of(token, Purpose.ADDRESS)
    return page("account/new_address.html", token=token, address=link.address)


@bp.post("/account/addresses/<string:token>")
@public
def confirm(token: str) -> Response:
    """Sign in with the new address from now on."""
    confirm_address(link_of(token, Purpose.ADDRESS))
    session().commit()
    flash(_("The new address is confirmed. Sign in with it from now on."))
    return redirect(url_for("home.index"), 303)


def _own() -> Account:
    return account() or abort(403)
