"""The right of reply on screen: what an ISP was told is intended, and what it says to it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from pydantic import BaseModel, Field
from werkzeug.wrappers import Response

from portal.accounts import Permission
from portal.certificates.hearings import appeals_of, hearing, hearings_of
from portal.entries.texts import LongNote
from portal.errors import NotThere
from portal.period import Period
from portal.returns import queries as returns
from portal.reviews.hearing import draft_number, reply
from portal.reviews.queries import comments_for_isp
from portal.web.forms import form_for
from portal.web.gate import allow, i_may, isp_or_404, me, my_isp
from portal.web.nav import organisation_names
from portal.web.pages import page
from portal.web.reading import opens
from portal.web.session import now, session

bp = Blueprint("hearings", __name__, url_prefix="/hearings")


class Replying(BaseModel):
    """What the ISP says to a draft."""

    text: LongNote | None = Field(
        default=None,
        title="Your reply",
        description=(
            "In your own words, at most 2,000 signs. It is printed in the compliance report. Left"
            " empty, it says that you have nothing to say. Name entries by their reference."
        ),
        json_schema_extra={"x-widget": "textarea"},
    )
    expects: int = Field(default=0, ge=0, json_schema_extra={"x-widget": "hidden"})


ReplyingForm = form_for(Replying)


@bp.get("")
@allow(Permission.RETURN_READ)
def index() -> Response:
    """What the asker's ISP was told is intended, and what it appealed against."""
    isp = my_isp()
    return page(
        "hearings/index.html",
        slugs={isp.id: isp.slug},
        hearings=hearings_of(session(), isp.id),
        appeals=appeals_of(session(), isp.id),
        number_of=draft_number,
        at=now(),
    )


@bp.get("/<slug:slug>/<int:no>")
@allow(Permission.ACCOUNT_USE)
def show(slug: str, no: int) -> Response:
    """One draft: for the ISP it went to, and for officers who may read of any ISP."""
    shown = _hearing(slug, no)
    opens(shown["isp"].id, "read.hearing", shown["number"])
    said = shown["heard"].reply
    form = ReplyingForm(text=said.text if said else None, expects=said.version if said else 0)
    return page("hearings/show.html", form=form, **shown)


@bp.post("/<slug:slug>/<int:no>/replies")
@allow(Permission.HEARING_ANSWER)
def answer(slug: str, no: int) -> Response:
    """Reply, or correct the reply until its day is over."""
    shown = _hearing(slug, no)
    value = ReplyingForm().checked("hearings/show.html", **shown)
    draft = shown["heard"].draft
    reply(session(), draft, value.text, expects=value.expects, by=me(), at=now())
    session().commit()
    flash(_("The authority has your reply. You may correct it until the day that is named here."))
    return redirect(url_for(".show", slug=slug, no=no), 303)


def _hearing(slug: str, no: int) -> dict[str, Any]:
    isp = isp_or_404(slug)
    heard = hearing(session(), isp.id, no)
    if heard is None:
        raise NotThere("draft")
    period = Period.parse(heard.draft.period)
    filing = returns.filing(session(), isp.id, period, heard.draft.version)
    return {
        "isp": isp,
        "name": organisation_names([isp.id])[isp.id],
        "heard": heard,
        "number": draft_number(heard.draft),
        "state": heard.code(now()),
        "period": period,
        "comments": comments_for_isp(session(), filing) if filing else [],
        "mine": (mine := isp.id == me().organisation_id),
        "may_reply": mine and heard.may_reply(now()) and i_may(Permission.HEARING_ANSWER),
    }
