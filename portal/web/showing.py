"""What a filing or a certificate says, ready for a template."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from portal.certificates.model import Certificate
from portal.period import Period
from portal.policy.document import Policy
from portal.policy.queries import policy_of
from portal.returns import queries as returns
from portal.returns.model import Filing
from portal.web import statements


def filed(session: Session, filing: Filing) -> dict[str, Any]:
    """The frozen statement of a filing with the titles of the policy that it names as its judge,
    whatever was adopted since; no links, for readers outside the ISP.
    """
    statement = returns.read(filing.statement)
    policy = judging(session, statement)
    return {
        "period": Period.parse(filing.period),
        "statement": statement,
        "rows": statements.rows(policy, statement["results"]),
        "flow": statements.flow(statement),
        "behind": {},
        "policy": policy,
    }


def judging(session: Session, statement: Mapping[str, Any]) -> Policy:
    """The policy that a statement names as the newest that judged its month."""
    return policy_of(session, statement["policy"][-1]["version"])


def attested(certificate: Certificate) -> dict[str, Any]:
    """What a certificate's attestation says."""
    return {"said": json.loads(certificate.attestation)}
