"""What a filing or a certificate says, ready for a template."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.certificates.model import Certificate
from portal.certificates.witnesses import sealed_then
from portal.period import Period
from portal.policy.calendar import corrections_due
from portal.policy.document import Policy
from portal.policy.queries import policy_of
from portal.returns import queries as returns
from portal.returns.model import Decision, DecisionOutcome, Filing
from portal.returns.standing import Standing, standing
from portal.reviews.adverse import stands_on
from portal.reviews.samples.queries import sampled_registers
from portal.web import statements


def filed(
    session: Session, filing: Filing, now: datetime, decision: Decision | None = None
) -> dict[str, Any]:
    """The frozen statement of a filing with the titles of the policy that it names as its judge,
    whatever was adopted since, the filing itself judged by when it came, and what a decision on it
    stands on; no links, for readers outside the ISP.
    """
    statement = returns.read(filing.statement)
    period = Period.parse(filing.period)
    policy = judging(session, statement)
    stands = standing(session, filing.isp_id, period, now)
    sampled = sampled_registers(session, filing, decision.seq) if decision else frozenset()
    results = [
        {**said, "basis": stands_on(policy.obligation(said["code"]), said, sampled)}
        for said in judged(filing, policy, stands)
    ]
    return {
        "due_at": max(filing.due_at, stands.due_at),
        "moves": stands.moves,
        "practice": stands.practice,
        "period": period,
        "statement": statement,
        "rows": statements.rows(policy, results),
        "flow": statements.flow(statement),
        "behind": {},
        "policy": policy,
    }


def judged(filing: Filing, policy: Policy, stands: Standing) -> Sequence[Mapping[str, Any]]:
    """The results of a filing, its own timeliness among them, as its attestation will say it."""
    # A version that was recalled or voided stands no more: it is judged by its own time.
    first = stands.first_filed_at or filing.filed_at
    results = returns.read(filing.statement)["results"]
    late = first > max(filing.due_at, stands.due_at) and not stands.practice
    return statements.with_timeliness(policy, results, late=late)


def rows(session: Session, filing: Filing) -> list[statements.Row]:
    """The results of a filing as they were frozen, with their titles."""
    statement = returns.read(filing.statement)
    return statements.rows(judging(session, statement), statement["results"])


def correct_by(session: Session, decision: Decision | None) -> datetime | None:
    """Until when a filing that was sent back is to be corrected; None for every other decision."""
    if decision is None or decision.outcome != DecisionOutcome.RETURN_FOR_CORRECTION:
        return None
    return corrections_due(session, [decision.decided_at])[decision.decided_at]


def judging(session: Session, statement: Mapping[str, Any]) -> Policy:
    """The policy that a statement names as the newest that judged its month."""
    return policy_of(session, statement["policy"][-1]["version"])


def attested(certificate: Certificate) -> dict[str, Any]:
    """What a certificate's attestation says, and the checkpoint of the trail that it names."""
    said = json.loads(certificate.attestation)
    return {"said": said, "sealed": sealed_then(said)}
