"""Who looked at our records: an ISP sees who may look from outside, and who opened what, when."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

from portal.accounts import Permission
from portal.ledger import reads_of
from portal.reviews.engagements.queries import engagements
from portal.trail import events_of
from portal.web.gate import allow, my_isp
from portal.web.nav import organisation_names
from portal.web.pages import before_number, page, slice_of
from portal.web.session import now, session

bp = Blueprint("readers", __name__, url_prefix="/trail/readers")
SHOWN = 50


@bp.get("")
@allow(Permission.RETURN_READ)
def index() -> Response:
    """The engagements that name the ISP, and everything that anybody opened or took out."""
    isp = my_isp()
    found = engagements(session(), now(), isp_id=isp.id)
    reads = events_of(session(), reads_of(isp.id), before=before_number(), limit=SHOWN + 1)
    bodies = {one.engagement.organisation_id for one in found}
    return page(
        "readers/index.html",
        engagements=found,
        slice=slice_of(reads, SHOWN, lambda event: event.seq),
        names=organisation_names(bodies | {event.organisation_id for event in reads}),
    )
