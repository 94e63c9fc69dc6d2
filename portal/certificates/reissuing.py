"""Issue a certificate anew because it names the ISP wrongly: same filing, next number."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy.orm import Session

from portal.accounts import Actor
from portal.accounts.queries import licences, particulars
from portal.certificates import queries
from portal.certificates.actions import Ground, give_number, must_be_another
from portal.certificates.attestation import subject_of
from portal.certificates.model import Certificate
from portal.certificates.refusals import AlreadyIssued, HoldsGood, NotAccepted
from portal.certificates.revoking import must_hold
from portal.ledger import SYSTEM, take
from portal.period import Period
from portal.returns import queries as returns
from portal.returns.subject import subject


def correct_particulars(session: Session, serial: int, *, by: Actor, at: datetime) -> Certificate:
    """The next number for the same filing, with the ISP's name and licences as they are recorded
    now; it supersedes the certificate. What was filed and decided stays as it was.

    Raises AlreadyRevoked, AlreadyIssued where a later certificate holds, SameOfficer, NotAccepted,
    and HoldsGood where nothing differs.
    """
    wrong = session.get_one(Certificate, serial)
    period = Period.parse(wrong.period)
    book, system = take(session, wrong.isp_id), take(session, SYSTEM)
    must_hold(session, wrong)
    newest = queries.newest(session, wrong.isp_id, period)
    if newest is not None and newest.serial != serial:
        raise AlreadyIssued("period", number=newest.number)
    filing = queries.filing_of(session, wrong)
    decision = returns.decision_of(session, filing)
    if decision is None or returns.in_force(session, wrong.isp_id, period) is not filing:
        raise NotAccepted("period", period=period)
    must_be_another(filing, decision, by)
    right = subject(particulars(session, wrong.isp_id), licences(session, wrong.isp_id, period))
    if json.loads(wrong.attestation)["subject"] == subject_of(right):
        raise HoldsGood(number=wrong.number)
    ground = Ground(filing, decision, wrong, corrected=right)
    return give_number(session, (system, book), ground, by=by, at=at)
