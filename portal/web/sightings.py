"""Who said that they saw or pasted something: for the safeguarding officer, and nobody else."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from portal.accounts import Permission, Person
from portal.redactions.actions import forget
from portal.redactions.queries import sightings
from portal.web.gate import allow
from portal.web.nav import organisation_names
from portal.web.pages import page
from portal.web.session import session

bp = Blueprint("sightings", __name__, url_prefix="/sightings")


@bp.get("")
@allow(Permission.SIGHTING_READ)
def index() -> Response:
    """Whom to talk to, the newest first."""
    rows = sightings(session())
    people = session().scalars(select(Person).where(Person.id.in_({r.person_id for r in rows})))
    return page(
        "sightings/index.html",
        rows=rows,
        people={person.id: person.name for person in people},
        names=organisation_names(row.organisation_id for row in rows),
    )


@bp.post("/<int:number>/forgetting")
@allow(Permission.SIGHTING_READ)
def end(number: int) -> Response:
    """Forget who it was: the officer has talked to them."""
    forget(session(), number)
    session().commit()
    flash(_("Forgotten. Nothing here says any more who it was."))
    return redirect(url_for(".index"), 303)
