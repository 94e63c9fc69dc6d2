"""The trail: an ISP reads its own chains, auditors those they are engaged for, officers all."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal.accounts import Organisation, OrganisationKind, Permission, may
from portal.accounts.queries import isp_named
from portal.errors import NotThere
from portal.ledger import SYSTEM, reads_of
from portal.reviews.engagements.covering import holding
from portal.reviews.engagements.queries import isps_of
from portal.reviews.engagements.refusals import OutsideEngagement
from portal.trail import events_of, first_break, newest_checkpoint
from portal.trail.leaves import sealed_up_to
from portal.web.gate import allow, me
from portal.web.pages import before_number, page, slice_of
from portal.web.passes import must_be_open_to_me
from portal.web.reading import opens
from portal.web.session import now, session
from portal.web.trail_words import break_told, subject_told

bp = Blueprint("trail", __name__, url_prefix="/trail")
SHOWN = 50
THE_SYSTEM = "system"
# What a reviewer drafts reaches the ISP with the decision; that it happened is in its chain all
# the same, for a chain with a hole would hold nothing.
_KEPT = frozenset({"review.commented"})


@dataclass(frozen=True)
class Asked:
    """One chain: by its name on pages, whose it is, and whether of acts or of reads."""

    name: str
    isp_id: int
    reads: bool

    @property
    def chain(self) -> int:
        """The number of its ledger."""
        return reads_of(self.isp_id) if self.reads else self.isp_id


@bp.get("")
@allow(Permission.TRAIL_READ)
def index() -> Response:
    """One chain, newest first; with ``?verify`` whether it holds from its beginning, with
    ``?reads`` who read what of the ISP instead of its acts.
    """
    mine = session().get_one(Organisation, me().organisation_id)
    asked = _asked(session(), mine)
    if asked.isp_id != SYSTEM:
        opens(asked.isp_id, "read.trail", "")
    events = events_of(session(), asked.chain, before=before_number(), limit=SHOWN + 1)
    broken = first_break(session(), asked.chain) if "verify" in request.args else None
    return page(
        "trail/index.html",
        chain=asked.name,
        of_isp=asked.isp_id != SYSTEM,
        reads=asked.reads,
        mine=_is_isp(mine),
        kept=_KEPT if _is_isp(mine) else frozenset(),
        slice=slice_of(events, SHOWN, lambda event: event.seq),
        about={event.seq: subject_told(event.subject) for event in events},
        asked="verify" in request.args,
        broken=break_told(broken) if broken else None,
        newest=newest_checkpoint(session()),
        sealed=sealed_up_to(session(), asked.chain),
    )


def _asked(db: Session, mine: Organisation) -> Asked:
    name = request.args.get("chain") or _first_name(db, mine)
    if _is_isp(mine) and name != mine.slug:
        raise NotThere("chain")
    chain = chain_to_read(db, name)
    return Asked(name, chain, reads="reads" in request.args and chain != SYSTEM)


def chain_to_read(db: Session, name: str) -> int:
    """The chain of a name, if the asker may read it: an auditor those of the ISPs engaged for, and
    the system's only who reads every ISP.
    """
    auditor = may(me().role, Permission.AUDIT_READ)
    if name == THE_SYSTEM:
        if auditor:
            raise OutsideEngagement("chain")
        return SYSTEM
    isp = isp_named(db, name)
    if auditor:
        must_be_open_to_me(isp.id)
    return isp.id


def _first_name(db: Session, mine: Organisation) -> str:
    if _is_isp(mine):
        return mine.slug
    if not may(me().role, Permission.AUDIT_READ):
        return THE_SYSTEM
    found = holding(db, me(), now())
    if not found:
        abort(redirect(url_for("audits.index"), 303))
    return db.get_one(Organisation, isps_of(db, [found[0].no])[found[0].no][0]).slug


def _is_isp(organisation: Organisation) -> bool:
    return organisation.kind == OrganisationKind.ISP
