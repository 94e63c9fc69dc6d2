"""Who looked at our records: an ISP sees who may look from outside, and who opened what, when."""

from __future__ import annotations

import json

from flask import Blueprint
from werkzeug.wrappers import Response

from portal.accounts import Permission
from portal.ledger import reads_of
from portal.reviews.engagements.model import engagement_name
from portal.reviews.engagements.queries import engagements
from portal.trail import Event, events_of
from portal.web.gate import allow, my_isp
from portal.web.nav import organisation_names
from portal.web.pages import before_number, page, slice_of
from portal.web.reading import ENGAGEMENT
from portal.web.session import now, session
from portal.web.trail_words import subject_told

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
        about={event.seq: subject_told(event.subject) for event in reads},
        under={event.seq: _under(event) for event in reads},
        slice=slice_of(reads, SHOWN, lambda event: event.seq),
        names=organisation_names(bodies | {event.organisation_id for event in reads}),
    )


def _under(event: Event) -> str:
    """The engagement that an auditor read by; a dash for everybody else."""
    no = json.loads(event.facts).get(ENGAGEMENT)
    return engagement_name(no) if no else "–"
