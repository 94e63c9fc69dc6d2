"""The trail: an ISP reads its own chain; the authority and auditors any, and the system's."""

from __future__ import annotations

from flask import Blueprint, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal.accounts import Organisation, OrganisationKind, Permission
from portal.accounts.queries import isp_named
from portal.errors import NotThere
from portal.ledger import SYSTEM
from portal.trail import events_of, first_break
from portal.web.gate import allow, me
from portal.web.pages import before_number, page, slice_of
from portal.web.session import session

bp = Blueprint("trail", __name__, url_prefix="/trail")
SHOWN = 50
THE_SYSTEM = "system"
# What a reviewer drafts reaches the ISP with the decision; that it happened is in its chain all
# the same, for a chain with a hole would hold nothing.
_KEPT = frozenset({"review.commented"})


@bp.get("")
@allow(Permission.TRAIL_READ)
def index() -> Response:
    """One chain, newest first; with ``?verify`` whether it holds from its beginning."""
    mine = session().get_one(Organisation, me().organisation_id)
    asked = request.args.get("chain") or (mine.slug if _is_isp(mine) else THE_SYSTEM)
    chain = _chain(session(), mine, asked)
    events = events_of(session(), chain, before=before_number(), limit=SHOWN + 1)
    return page(
        "trail/index.html",
        chain=asked,
        mine=_is_isp(mine),
        kept=_KEPT if _is_isp(mine) else frozenset(),
        slice=slice_of(events, SHOWN, lambda event: event.seq),
        asked="verify" in request.args,
        broken=first_break(session(), chain) if "verify" in request.args else None,
    )


def _chain(db: Session, mine: Organisation, asked: str) -> int:
    if _is_isp(mine):
        if asked != mine.slug:
            raise NotThere("chain")
        return mine.id
    return SYSTEM if asked == THE_SYSTEM else isp_named(db, asked).id


def _is_isp(organisation: Organisation) -> bool:
    return organisation.kind == OrganisationKind.ISP
