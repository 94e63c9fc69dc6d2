"""The people of a predecessor: its successor takes them over, one by one, by pseudonym."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from pydantic import BaseModel, Field
from werkzeug.wrappers import Response

from portal.accounts import Permission
from portal.accounts.queries import isp_named
from portal.accounts.successions import succession_of
from portal.entries.texts import Pseudonym
from portal.errors import NotThere
from portal.registers.adopting import adopt, adopted
from portal.web.forms import ModelForm, form_for
from portal.web.gate import allow, me, my_isp
from portal.web.nav import organisation_names
from portal.web.pages import page
from portal.web.session import now, session

bp = Blueprint("predecessors", __name__, url_prefix="/predecessors")


class TakingOver(BaseModel):
    """Who is taken over, and what they are called here."""

    there: Pseudonym = Field(
        title="Pseudonym at the predecessor", description="Such as S-0421, never a name."
    )
    here: Pseudonym = Field(title="Pseudonym with you", description="One that nobody of yours has.")


TakingOverForm = form_for(TakingOver)


@bp.get("/<slug:slug>/people")
@allow(Permission.TRAINING_WRITE)
def people(slug: str) -> Response:
    """Who was taken over from a predecessor, and the form for another."""
    return page("predecessors/people.html", form=TakingOverForm(), **_known(slug))


@bp.post("/<slug:slug>/people")
@allow(Permission.TRAINING_WRITE)
def take_over(slug: str) -> Response:
    """Take one person over, with roles and training."""
    isp, known = my_isp(), _known(slug)
    form: ModelForm[TakingOver] = TakingOverForm()
    value = form.checked("predecessors/people.html", **known)
    names = (value.there, value.here)
    came = adopt(session(), isp.id, known["old"].id, names, by=me(), at=now())
    session().commit()
    flash(
        _(
            "%(name)s was taken over. Roles: %(spans)d; results of training: %(completions)d.",
            name=value.here, spans=came.spans, completions=came.completions,
        )
    )  # fmt: skip
    return redirect(url_for(".people", slug=slug), 303)


def _known(slug: str) -> dict[str, Any]:
    """What the page needs; 404 for everybody but the successor."""
    isp, old = my_isp(), isp_named(session(), slug)
    succession = succession_of(session(), old.id)
    if succession is None or succession.successor_id != isp.id:
        raise NotThere("isp")
    name = organisation_names([old.id])[old.id]
    rows = adopted(session(), isp.id, old.id)
    return {"old": old, "name": name, "since": succession.first_day, "rows": rows}
