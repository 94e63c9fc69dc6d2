"""An ISP's people: its administrators let them in, say what they may do, and end it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from pydantic import BaseModel, Field
from sqlalchemy import select
from werkzeug.wrappers import Response

from portal.accounts import Desk, Membership, Permission, Role
from portal.accounts.people import give, leave, limit
from portal.accounts.staff import memberships
from portal.errors import NotThere
from portal.web.forms import ModelForm, form_for
from portal.web.gate import allow, me, my_isp
from portal.web.labels import desk_names, label
from portal.web.nav import spoken
from portal.web.pages import page
from portal.web.session import now, session, today
from portal.web.signin import sessions
from portal.web.signin.addresses import Address
from portal.web.signin.invitations import account_for, let_know, tell_administrators
from portal.web.signin.model import Account
from portal.web.signin.notes import What, tell

bp = Blueprint("people", __name__, url_prefix="/people")

_ROLES = (Role.PREPARER, Role.APPROVER, Role.ADMINISTRATOR)


_Desks = Annotated[
    frozenset[Desk],
    Field(
        title="Desks",
        description="A preparer writes the registers of these alone, and reads all of them.",
    ),
]


class Reach(BaseModel):
    """For which desks a preparer acts."""

    desks: _Desks


class Invitation(BaseModel):
    """Who is let in, and as what."""

    name: str = Field(title="Name, as the trail and papers show it", min_length=2, max_length=200)
    address: Address = Field(title="E-mail address")
    role: Role = Field(title="Role", json_schema_extra={"x-widget": "radio"})
    desks: _Desks


@bp.get("")
@allow(Permission.PEOPLE_MANAGE)
def index() -> Response:
    """Everybody who acts for the ISP, and the form for another."""
    return page("people/index.html", form=_form(), **_known())


@bp.post("")
@allow(Permission.PEOPLE_MANAGE, fresh=True)
def invite() -> Response:
    """Let somebody in; who has an account already gets the role at once and is told so."""
    isp, value = my_isp(), _form().checked("people/index.html", **_known())
    account = account_for(value.address, value.name, language=spoken())
    act: dict[str, Any] = {"from_on": today(), "by": me(), "at": now()}
    give(session(), account.person, isp, value.role, desks=value.desks, **act)
    let_know(account, isp.id)
    if value.role == Role.ADMINISTRATOR:
        tell_administrators(isp.id, but=account.person)
    session().commit()
    flash(_("A mail is on its way to %(address)s.", address=value.address))
    return redirect(url_for(".index"), 303)


@bp.get("/<int:number>/desks")
@allow(Permission.PEOPLE_MANAGE)
def desks(number: int) -> Response:
    """Ask for which desks a preparer acts."""
    held, account = _preparer(number)
    return page("people/desks.html", form=_reach(held), held=held, account=account)


@bp.post("/<int:number>/desks")
@allow(Permission.PEOPLE_MANAGE, fresh=True)
def set_desks(number: int) -> Response:
    """Limit a preparer to some desks, or to none in particular; they are told."""
    held, account = _preparer(number)
    value = _reach(held).checked("people/desks.html", held=held, account=account)
    limit(session(), held, value.desks, by=me(), at=now())
    tell(account, What.RIGHTS, organisation_id=held.organisation_id)
    session().commit()
    flash(_("Changed: %(name)s.", name=account.person.name))
    return redirect(url_for(".index"), 303)


@bp.post("/<int:number>/ending")
@allow(Permission.PEOPLE_MANAGE, fresh=True)
def end(number: int) -> Response:
    """End what a membership allows; the name stays in the trail."""
    membership, account = _membership(number)
    leave(session(), membership, on=today(), by=me(), at=now())
    tell(account, What.RIGHTS, organisation_id=membership.organisation_id)
    session().commit()
    flash(_("Ended: %(name)s.", name=account.person.name))
    return redirect(url_for("home.index" if account.person_id == me().person_id else ".index"), 303)


@bp.post("/<int:number>/invitations")
@allow(Permission.PEOPLE_MANAGE, fresh=True)
def invite_again(number: int) -> Response:
    """Send another link to somebody who has not taken the first one."""
    membership, account = _membership(number)
    let_know(account, membership.organisation_id)
    session().commit()
    flash(_("A mail is on its way to %(address)s.", address=account.email))
    return redirect(url_for(".index"), 303)


@bp.post("/<int:number>/sessions/endings")
@allow(Permission.PEOPLE_MANAGE)
def sign_out(number: int) -> Response:
    """Sign somebody out of every browser, say when a telephone was lost."""
    _membership_of_mine, account = _membership(number)
    sessions.end_all(account.id)
    session().commit()
    flash(_("Signed out everywhere: %(name)s.", name=account.person.name))
    return redirect(url_for(".index"), 303)


def _form() -> ModelForm[Invitation]:
    offered = [(role.value, label(role)) for role in _ROLES]
    return form_for(Invitation, choices={"role": offered})(data={"desks": list(Desk)})


def _reach(held: Membership) -> ModelForm[Reach]:
    return form_for(Reach)(data={"desks": sorted(held.desks or Desk)})


def _preparer(number: int) -> tuple[Membership, Account]:
    held, account = _membership(number)
    if held.role != Role.PREPARER:
        raise NotThere("desks")
    return held, account


def _known() -> dict[str, Any]:
    return {"rows": _rows(), "desk_names": desk_names}


def _rows() -> Sequence[tuple[Membership, Account]]:
    held = memberships(session(), my_isp().id)
    accounts = session().scalars(
        select(Account).where(Account.person_id.in_([one.person_id for one in held]))
    )
    known = {account.person_id: account for account in accounts}
    return [(one, known[one.person_id]) for one in held if one.person_id in known]


def _membership(number: int) -> tuple[Membership, Account]:
    found = [(held, account) for held, account in _rows() if held.id == number]
    if not found:
        raise NotThere("person")
    return found[0]
