"""Two officers give an ISP an administrator, on its letter: the first, or when the last left."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from pydantic import BaseModel, Field
from sqlalchemy import select
from werkzeug.wrappers import Response

from portal.accounts import Permission, Person
from portal.accounts.bindings import ask_binding, confirm_binding
from portal.accounts.queries import all_isps, isp_named
from portal.accounts.staff import isps_without_administrator, open_bindings
from portal.entries.texts import Reference
from portal.web.forms import ModelForm, form_for
from portal.web.gate import allow, me
from portal.web.nav import organisation_names, spoken
from portal.web.pages import page
from portal.web.session import now, session, today
from portal.web.signin.addresses import Address
from portal.web.signin.invitations import account_for, let_know, tell_administrators
from portal.web.signin.model import Account

bp = Blueprint("administrators", __name__, url_prefix="/administrators")


class Proposal(BaseModel):
    """Whom a letter names as an ISP's administrator."""

    isp: str = Field(title="ISP", json_schema_extra={"x-widget": "select"})
    name: str = Field(title="Name, as the trail and papers show it", min_length=2, max_length=200)
    address: Address = Field(title="E-mail address")
    reference: Reference = Field(
        title="Number of the ISP's letter", description="A number, never an address."
    )


@bp.get("")
@allow(Permission.ADMINISTRATOR_BIND)
def index() -> Response:
    """ISPs without an administrator, what waits for a second officer, and the form."""
    return page("administrators/index.html", form=_form(), **_known())


@bp.post("")
@allow(Permission.ADMINISTRATOR_BIND, fresh=True)
def propose() -> Response:
    """Propose somebody; nothing holds until another officer confirms."""
    value = _form().checked("administrators/index.html", **_known())
    isp = isp_named(session(), value.isp)
    person = account_for(value.address, value.name, language=spoken()).person
    ask_binding(session(), person, isp, value.reference, by=me(), at=now())
    session().commit()
    flash(_("Proposed. Another officer confirms it."))
    return redirect(url_for(".index"), 303)


@bp.post("/<slug:slug>/<int:no>/confirmation")
@allow(Permission.ADMINISTRATOR_BIND, fresh=True)
def confirm(slug: str, no: int) -> Response:
    """Confirm another officer's proposal; the person is written to."""
    isp = isp_named(session(), slug)
    binding = confirm_binding(session(), isp, no, from_on=today(), by=me(), at=now())
    account = session().scalars(select(Account).where(Account.person_id == binding.person_id)).one()
    let_know(account, isp.id)
    tell_administrators(isp.id, but=account.person)
    session().commit()
    flash(_("Confirmed: %(name)s.", name=account.person.name))
    return redirect(url_for(".index"), 303)


def _form() -> ModelForm[Proposal]:
    isps = all_isps(session())
    names = organisation_names(isp.id for isp in isps)
    return form_for(Proposal, choices={"isp": [(i.slug, names[i.id]) for i in isps]})()


def _known() -> dict[str, Any]:
    waiting = open_bindings(session())
    isps = {isp.id: isp for isp in all_isps(session())}
    concerned = [each.person_id for each in waiting] + [each.asked_by for each in waiting]
    people = session().scalars(select(Person).where(Person.id.in_(concerned)))
    return {
        "waiting": waiting,
        "people": {person.id: person.name for person in people},
        "isps": isps,
        "names": organisation_names(isps),
        "without": isps_without_administrator(session(), today()),
    }
