"""What pages say of hearings and appeals beside everything else: of one paper, of one side."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from portal.accounts import Organisation, Permission
from portal.certificates.hearings import (
    Appealed,
    Hearing,
    appeal_about,
    appeals_of,
    hearing_about,
    hearings_of,
    open_appeals,
    open_hearings,
)
from portal.certificates.model import Certificate, Revocation
from portal.returns.model import Decision, Filing
from portal.reviews.appealing import adverse_decision, appeal_until
from portal.reviews.hearing import draft_number
from portal.web.gate import i_may, me
from portal.web.nav import organisation_names
from portal.web.session import now, session


def heard_and_appealed(filing: Filing, decision: Decision | None) -> dict[str, Any]:
    """The hearing on a filing and the appeal against its decision, or the way to one."""
    against = adverse_decision(session(), filing, now()) if decision else None
    found = appeal_about(session(), filing.isp_id, filing.receipt)
    mine = filing.isp_id == me().organisation_id and i_may(Permission.HEARING_ANSWER)
    before = found.appeal.decision_no if found else 0
    return {
        "heard": hearing_about(session(), filing.isp_id, filing.receipt),
        "appeal": found,
        "may_appeal": against is not None and mine and before < against.decision_no,
        "appeal_until": appeal_until(session(), against.at) if against else now(),
        "at": now(),
    }


def about_certificate(certificate: Certificate) -> dict[str, Any]:
    """The hearing on revoking a certificate, and the appeal against its revocation."""
    about = (session(), certificate.isp_id, certificate.number)
    return {"heard": hearing_about(*about), "appeal": appeal_about(*about), "at": now()}


def appeals_against(isp: Organisation) -> dict[str, Any]:
    """Until when each revocation of an ISP's certificates may be appealed against, by number."""
    rows = session().execute(
        select(Certificate.number, Revocation.revoked_at)
        .join(Revocation, Revocation.serial == Certificate.serial)
        .where(Certificate.isp_id == isp.id)
    )
    made = {one.appeal.subject: one for one in appeals_of(session(), isp.id)}
    until = {number: appeal_until(session(), at) for number, at in rows}
    may = i_may(Permission.HEARING_ANSWER)
    return {
        "until": {number: day for number, day in until.items() if day >= now() and may},
        "appeals": made,
        "slug": isp.slug,
        "at": now(),
    }


def waiting_for(isp: Organisation) -> dict[str, Any]:
    """What one ISP may reply to still, and the appeals that the authority is to answer."""
    hearings = [one for one in hearings_of(session(), isp.id) if one.may_reply(now())]
    appeals = [one for one in appeals_of(session(), isp.id) if one.ruling is None]
    return _waiting(hearings, appeals)


def waiting_here() -> dict[str, Any]:
    """What waits for an answer anywhere, for the authority."""
    return _waiting(open_hearings(session()), open_appeals(session()))


def _waiting(hearings: list[Hearing], appeals: Iterable[Appealed]) -> dict[str, Any]:
    appeals = list(appeals)
    ids = {one.draft.isp_id for one in hearings} | {one.appeal.isp_id for one in appeals}
    return {
        "hearings": hearings,
        "appeals": appeals,
        "slugs": _slugs(ids) if ids else {},
        "waiting_names": organisation_names(ids) if ids else {},
        "number_of": draft_number,
        "at": now(),
    }


def _slugs(ids: set[int]) -> dict[int, str]:
    rows = session().scalars(select(Organisation).where(Organisation.id.in_(ids)))
    return {isp.id: isp.slug for isp in rows}
