"""Pauses that wait for the authority: approved by an officer, and no reason is kept (chairs C1)."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.accounts import Organisation, Permission
from portal.errors import NotThere
from portal.registers.progress import approve_pause
from portal.registers.register import REGISTERS
from portal.registers.states import waiting_pauses
from portal.web.gate import allow, me
from portal.web.nav import organisation_names
from portal.web.pages import page
from portal.web.session import now, session

bp = Blueprint("pauses", __name__, url_prefix="/pauses")
TAKEDOWNS = REGISTERS["takedowns"]


@bp.get("")
@allow(Permission.PAUSE_APPROVE)
def index() -> Response:
    """What waits, the oldest first."""
    waiting = waiting_pauses(session())
    names = organisation_names({pause.isp_id for pause in waiting})
    rows = [(names[pause.isp_id], TAKEDOWNS.name(pause.key), pause) for pause in waiting]
    return page("pauses/index.html", rows=rows)


@bp.post("/<int:isp_id>/<int:key>/<int:no>/approval")
@allow(Permission.PAUSE_APPROVE)
def approve(isp_id: int, key: int, no: int) -> Response:
    """Let a pause stop the clock."""
    if session().get(Organisation, isp_id) is None:
        raise NotThere("isp")
    approve_pause(session(), isp_id, key, no, by=me(), at=now())
    session().commit()
    flash(_("Approved: %(entry)s.", entry=TAKEDOWNS.name(key)))
    return redirect(url_for(".index"), 303)
