"""An ISP's programs: administrators name and end them, approvers make their keys."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from pydantic import BaseModel, Field
from werkzeug.wrappers import Response

from portal.accounts import Desk, Permission
from portal.accounts.desks import OF_PROGRAMS
from portal.accounts.keys import LONGEST, end_program, make_key, name_program, revoke_key
from portal.accounts.programs import ProgramStanding, programs
from portal.accounts.reach import Reach, Scope
from portal.entries.texts import ShortReference
from portal.errors import NotThere
from portal.mail import MailKind, post
from portal.web.forms import ModelForm, form_for
from portal.web.gate import allow, me, my_isp
from portal.web.labels import desk_names, label
from portal.web.pages import page
from portal.web.session import now, session, today

bp = Blueprint("programs", __name__, url_prefix="/programs")
_USUALLY = timedelta(days=180)


class Naming(BaseModel):
    """What a program is called, and how far it reaches."""

    name: ShortReference = Field(title="Name, as entries and the trail show it")
    desks: frozenset[Desk] = Field(
        title="Desks",
        description="It writes the registers of these and reads none. What it may do is fixed: for"
        " more, name another program.",
    )


class KeyUntil(BaseModel):
    """How long a key is good, and how far it reaches."""

    until_on: date = Field(title="Good until")
    writes: bool = Field(False, title="It writes the registers of the program's desks")
    reads: frozenset[Scope] = Field(
        frozenset(), title="What it reads", description="Tick nothing more than the program needs."
    )
    sandbox: bool = Field(
        False,
        title="For trying out alone",
        description="Everything is checked and answered as if; nothing is recorded.",
    )


@bp.get("")
@allow(Permission.PROGRAM_READ)
def index() -> Response:
    """Every program, its keys and when they were last used."""
    return page("programs/index.html", form=_form(), **_known())


@bp.post("")
@allow(Permission.PROGRAM_MANAGE, fresh=True)
def add() -> Response:
    """Name a program; an approver makes its first key."""
    isp, value = my_isp(), _form().checked("programs/index.html", **_known())
    made = name_program(session(), isp, value.name, value.desks, by=me(), at=now())
    _tell(isp.id, made.admitted_seq)
    session().commit()
    flash(_("Named. An approver makes its key."))
    return redirect(url_for(".index"), 303)


@bp.post("/<int:number>/ending")
@allow(Permission.PROGRAM_MANAGE, fresh=True)
def end(number: int) -> Response:
    """End a program; its keys are good no more."""
    ended = end_program(session(), my_isp().id, number, by=me(), at=now())
    _tell(ended.isp_id, ended.closed_seq)
    session().commit()
    flash(_("Ended. Its keys are good no more; what it entered stays."))
    return redirect(url_for(".index"), 303)


@bp.get("/<int:number>/keys/new")
@allow(Permission.KEY_MAKE)
def new_key(number: int) -> Response:
    """Ask how long a key shall be good."""
    found, form = _found(number), _key_form(until_on=today() + _USUALLY, writes=True)
    return page("programs/new_key.html", form=form, program=found, longest=today() + LONGEST)


@bp.post("/<int:number>/keys")
@allow(Permission.KEY_MAKE, fresh=True)
def add_key(number: int) -> Response:
    """Make a key, and show it this once."""
    isp, found = my_isp(), _found(number)
    context = {"program": found, "longest": today() + LONGEST}
    value = _key_form().checked("programs/new_key.html", **context)
    reach = Reach(value.writes, value.reads, value.sandbox)
    made, key = make_key(
        session(), isp.id, number, value.until_on, reach, on=today(), by=me(), at=now()
    )
    _tell(isp.id, made.admitted_seq)
    session().commit()
    return page("programs/made.html", program=found, made=made, key=key)


@bp.post("/<int:number>/keys/<int:no>/revocation")
@allow(Permission.KEY_REVOKE, fresh=True)
def revoke(number: int, no: int) -> Response:
    """Take a key back at once."""
    gone = revoke_key(session(), my_isp().id, number, no, by=me(), at=now())
    _tell(my_isp().id, gone.closed_seq)
    session().commit()
    flash(_("Revoked: the key %(mark)s is good no more.", mark=gone.mark))
    return redirect(url_for(".index"), 303)


def _form() -> ModelForm[Naming]:
    offered = [(desk.value, label(desk)) for desk in OF_PROGRAMS]
    return form_for(Naming, choices={"desks": offered})()


def _key_form(**begins: Any) -> ModelForm[KeyUntil]:
    offered = [(scope.value, label(scope)) for scope in Scope]
    return form_for(KeyUntil, choices={"reads": offered})(data=begins)


def _known() -> dict[str, Any]:
    rows = programs(session(), my_isp().id, today())
    return {"rows": rows, "desk_names": desk_names, "scopes": Scope}


def _found(number: int) -> ProgramStanding:
    """A program of the ISP that acts still; raises NotThere for another one's."""
    for one in programs(session(), my_isp().id, today()):
        if one.program.person_id == number and one.program.ended_at is None:
            return one
    raise NotThere("program")


def _tell(isp_id: int, seq: int | None) -> None:
    """Write to whoever keeps the ISP's programs, once an act."""
    post(session(), MailKind.PROGRAM_CHANGED, isp_id, str(seq), at=now())
