"""What an attestation is made of, gathered from filing, decision, policy, plan and issuer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.accounts import Actor, Person, Waiver
from portal.accounts.queries import particulars
from portal.certificates.attestation import Filed, Issue, Judged
from portal.certificates.hearing import appealed, heard
from portal.certificates.model import Certificate
from portal.certificates.refusals import PolicyNotAdopted
from portal.period import Period
from portal.policy.queries import InForce, framework_on, policies_in_force
from portal.returns import queries as returns
from portal.returns.model import Decision, Filing
from portal.returns.standing import standing
from portal.returns.statement import instant
from portal.reviews.queries import comments
from portal.reviews.samples.queries import sampled_registers
from portal.trail import newest_checkpoint


def policies_of(
    session: Session, statement: Mapping[str, Any], period: Period
) -> tuple[InForce, ...]:
    """The adopted policies that judged a month, oldest first: those that its statement names, also
    one that ended before and judges what was carried in, and none that was adopted since; raises
    PolicyNotAdopted where one is not adopted.
    """
    named = {one["version"] for one in statement["policy"]}
    known = policies_in_force(session, date.min, period.last_day)
    force = tuple(one for one in known if one.version in named)
    if not force or len(force) < len(named):
        raise PolicyNotAdopted("period", period=period)
    return force


def filed(session: Session, filing: Filing, at: datetime) -> Filed:
    """What an attestation says of the filing."""
    stands = standing(session, filing.isp_id, Period.parse(filing.period), at)
    waiver = session.get(Waiver, (filing.isp_id, filing.waiver_key)) if filing.waiver_key else None
    return Filed(
        receipt=filing.receipt,
        version=filing.version,
        amends=returns.read(filing.statement)["amends"],
        filed_at=filing.filed_at,
        cut_off_at=filing.cut_off_at,
        due_at=stands.due_at,
        days_late=stands.days_late,
        statement_digest=filing.statement_digest.hex(),
        waiver=waiver.reference if waiver else None,
        moves=[{"kind": str(x.kind), "days": x.days, "number": x.number} for x in stands.moves],
    )


def judged(
    session: Session, filing: Filing, decision: Decision, before: Certificate | None
) -> Judged:
    """What an attestation says of the decision; ``before`` is the certificate that it follows."""
    return Judged(
        str(decision.outcome),
        decision.decided_at,
        excused=frozenset(decision.excused.split()),
        comments={one.obligation: one.text for one in comments(session, filing)},
        set_aside=frozenset(decision.set_aside.split()),
        hearing=heard(session, filing),
        appeals=appealed(session, filing, before),
        sampled=sampled_registers(session, filing, decision.seq),
    )


def issued(
    session: Session,
    number: str,
    period: Period,
    force: tuple[InForce, ...],
    before: Certificate | None,
    *,
    by: Actor,
    at: datetime,
) -> Issue:
    """What an attestation says of its own issuing."""
    person, body = session.get_one(Person, by.person_id), particulars(session, by.organisation_id)
    return Issue(
        number=number,
        issued_at=at,
        issuer={
            "body_en": body.name_en,
            "body_km": body.name_km,
            "name_en": person.name,
            "name_km": person.name,
            "title_en": person.title_en,
            "title_km": person.title_km,
        },
        framework=_framework(session, period),
        policy=[_policy(one) for one in force],
        supersedes=before.number if before else None,
        demo=any(one.demo for one in force),
        checkpoint=_checkpoint(session),
    )


def _checkpoint(session: Session) -> dict[str, Any] | None:
    newest = newest_checkpoint(session)
    if newest is None:
        return None
    return {"size": newest.size, "root": newest.root.hex(), "at": instant(newest.at)}


def _framework(session: Session, period: Period) -> dict[str, Any]:
    plan = framework_on(session, period.last_day)
    [owing] = [priority for priority in plan.priorities if priority.owes]
    return {
        "code": plan.code,
        "title_en": plan.title_en,
        "title_km": plan.title_km,
        "priority_en": owing.title_en,
        "priority_km": owing.title_km,
        "valid_from": plan.valid_from.isoformat(),
        "valid_to": plan.valid_to.isoformat() if plan.valid_to else None,
    }


def _policy(force: InForce) -> dict[str, Any]:
    return {
        "version": force.version,
        "digest": force.digest,
        "instrument": force.instrument,
        "adopted_on": force.adopted_on.isoformat(),
        "effective_from": force.from_on.isoformat(),
        "signatory": force.signatory,
    }
