"""What a filing or a certificate says, ready for a template."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy.orm import Session

from portal.certificates.model import Certificate
from portal.period import Period
from portal.policy.queries import policy_on
from portal.returns import queries as returns
from portal.returns.model import Filing
from portal.web import statements


def filed(session: Session, filing: Filing) -> dict[str, Any]:
    """The frozen statement of a filing with its titles; no links, for readers outside the ISP."""
    statement = returns.read(filing.statement)
    period = Period.parse(filing.period)
    policy = policy_on(session, period.last_day).policy
    return {
        "period": period,
        "statement": statement,
        "rows": statements.rows(policy, statement["results"]),
        "flow": statements.flow(statement),
        "behind": {},
        "policy": policy,
    }


def attested(certificate: Certificate) -> dict[str, Any]:
    """What a certificate's attestation says."""
    return {"said": json.loads(certificate.attestation)}
