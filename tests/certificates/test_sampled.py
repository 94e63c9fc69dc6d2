"""A paper says that a result stands on a sample only where one was finished before the decision."""

from __future__ import annotations

import json

import pytest
from sqlalchemy.orm import Session

from portal.certificates.actions import issue
from portal.returns.queries import decision_of, read
from portal.reviews.samples.actions import draw_sample, find
from portal.reviews.samples.model import Difference, FindingOutcome
from portal.web.showing import filed
from tests.reviews.auditing import LOOKS_AT, an_audit
from tests.reviews.build import ISSUED_AT, OCTOBER, an_office


@pytest.mark.parametrize("outcome", [FindingOutcome.AGREES, FindingOutcome.DIFFERS])
def test_a_result_on_entries_that_were_sampled_says_so(
    session: Session, outcome: FindingOutcome
) -> None:
    """chairs B4: the statement stays as it was frozen; the attestation names the sample."""
    audit = an_audit(an_office(session))
    audit.engaged()
    filing = audit.filed(4)
    sample = draw_sample(session, filing, "takedowns", 3, by=audit.ly, at=LOOKS_AT)
    for place in range(1, 4):
        last = outcome if place == 3 else FindingOutcome.AGREES
        why = Difference.TIME if last is FindingOutcome.DIFFERS else None
        find(session, sample, place, last, why, by=audit.ly, at=LOOKS_AT)
    audit.office.decided(filing, at=LOOKS_AT)

    paper = issue(session, audit.office.isp.id, OCTOBER, by=audit.office.issuer, at=ISSUED_AT)

    on_items = {"SP5-02", "SP5-03"}
    expected = "SAMPLED" if outcome is FindingOutcome.AGREES else "COMPUTED"
    said = {one["code"]: one["basis"] for one in json.loads(paper.attestation)["results"]}
    assert {said[code] for code in on_items} == {expected}
    assert said["SP5-15"] == "COMPUTED"
    decided = decision_of(session, filing)
    shown = filed(session, filing, ISSUED_AT, decided)["rows"]
    assert {row.result["basis"] for row in shown if row.code in on_items} == {expected}
    frozen = {one["code"]: one["basis"] for one in read(filing.statement)["results"]}
    assert {frozen[code] for code in on_items} == {"COMPUTED"}
