"""*I saw or pasted something I should not have* (chairs C6): no question, help, one officer told.

Who presses is named in no log line, no event of the trail and no list but the officer's own.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, redirect, request, url_for
from pydantic import BaseModel, Field
from werkzeug.wrappers import Response

from portal.accounts import Permission
from portal.redactions.actions import is_somebody_told, saw
from portal.redactions.places import PLACES, Target
from portal.registers.register import REGISTERS
from portal.web.forms import ModelForm, form_for
from portal.web.gate import allow, i_may, me
from portal.web.pages import page
from portal.web.session import now, session, settings

bp = Blueprint("seen", __name__, url_prefix="/seen")


class Seen(BaseModel):
    """Nothing is asked but whether the entry's texts are hidden."""

    hide: bool = Field(False, title="Hide the texts of this entry at once")


SeenForm = form_for(Seen)
SeenAnywhere = form_for(Seen, leave_out=("hide",))


@bp.get("")
@allow(Permission.ACCOUNT_USE)
def ask() -> Response:
    """Words of care, and one button."""
    return page("seen/ask.html", form=_form(), **_about())


@bp.post("")
@allow(Permission.ACCOUNT_USE)
def press() -> Response:
    """Hide the entry's texts if that was ticked, and tell one safeguarding officer."""
    value = _form().checked("seen/ask.html", **_about())
    saw(session(), _target() if value.hide else None, by=me(), at=now())
    session().commit()
    return redirect(url_for(".care"), 303)


@bp.get("/care")
@allow(Permission.ACCOUNT_USE)
def care() -> Response:
    """Where help is, after it was said."""
    return page("seen/care.html", portal=settings(), told=is_somebody_told(session(), now()))


def init_app(app: Flask) -> None:
    """Let every page lead to care."""
    app.jinja_env.globals["way_to_care"] = way_here


def way_here() -> str:
    """The address of the page from the one that is shown: it knows which entry was open."""
    seen = request.view_args or {}
    slug, key = seen.get("slug"), seen.get("key")
    if slug in REGISTERS and isinstance(key, int):
        return url_for("seen.ask", place=slug, key=key)
    if request.blueprint == "steps" and isinstance(key, int):
        return url_for("seen.ask", place="takedowns", key=key)
    return url_for("seen.ask")


def _target() -> Target | None:
    place, key = request.args.get("place", ""), request.args.get("key", "")
    known = place in REGISTERS and place in PLACES and key.isascii() and key.isdigit()
    if not known or not i_may(Permission.ENTRY_READ):
        return None
    return Target(place, me().organisation_id, (key,))


def _form() -> ModelForm[Seen]:
    return SeenForm(data={"hide": True}) if _target() else SeenAnywhere()


def _about() -> dict[str, Any]:
    target = _target()
    name = REGISTERS[target.place].name(int(target.name[0])) if target else None
    back = url_for("home.index")
    if target:
        back = url_for("entries.show", slug=target.place, key=target.name[0])
    return {
        "name": name,
        "back": back,
        "here": request.full_path.rstrip("?"),
        "portal": settings(),
        "told": is_somebody_told(session(), now()),
    }
