"""Numbers are given once, to accepted filings, by somebody who did not decide."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from portal.accounts import Actor, Role
from portal.canonical import canonical, sha256
from portal.certificates.actions import issue
from portal.certificates.gathering import policies_of
from portal.certificates.model import Certificate, CertificateKind, RevocationReason
from portal.certificates.queries import StatusCode, newest, number_in, status
from portal.certificates.refusals import (
    AlreadyIssued,
    AlreadyRevoked,
    NotAccepted,
    PolicyNotAdopted,
    SameOfficer,
)
from portal.certificates.revoking import revoke
from portal.db import begin_write, sessions
from portal.period import Period
from portal.policy import load, shipped_pack
from portal.policy.actions import adopt
from portal.policy.queries import policy_on
from portal.returns.model import AmendmentReason, DecisionOutcome, Filing, Preparation
from portal.returns.queries import read
from portal.trail import verify
from portal.web.showing import judging
from tests import build
from tests.reviews.build import ISSUED_AT, OCTOBER, REVIEWED_AT, Office, an_office, an_office_for

AMENDED = AmendmentReason.LATE_ENTRY
NOBODY = frozenset({"blocklists", "training"})


@pytest.fixture
def office(session: Session) -> Office:
    return an_office(session)


def issued(office: Office) -> Certificate:
    return issue(office.session, office.isp.id, OCTOBER, by=office.issuer, at=ISSUED_AT)


def accepted(office: Office) -> Filing:
    return office.decided(office.filed())


def test_an_accepted_month_gets_the_next_number_and_says_what_was_accepted(
    session: Session, office: Office
) -> None:
    filing = accepted(office)
    certificate = issued(office)
    attestation = json.loads(certificate.attestation)
    assert certificate.serial == 1
    assert (
        str(number_in(session, certificate.number)) == attestation["number"] == certificate.number
    )
    assert attestation["filing"]["statement_digest"] == filing.statement_digest.hex()
    assert attestation["issuer"]["name_en"] == "Chan Issuer"
    assert attestation["demo"]
    assert certificate.attestation_digest == sha256(certificate.attestation)
    assert canonical(attestation) == certificate.attestation
    assert status(session, certificate).code == StatusCode.BEING_PREPARED
    assert verify(session) == []


@pytest.mark.parametrize(
    "outcome", [DecisionOutcome.RETURN_FOR_CORRECTION, DecisionOutcome.REJECT_VOID]
)
def test_what_was_not_accepted_gets_no_number(
    session: Session, office: Office, outcome: DecisionOutcome
) -> None:
    office.decided(office.filed(), outcome, because="Please see the resolvers.")
    with pytest.raises(NotAccepted):
        issued(office)
    assert session.scalar(select(Certificate)) is None


def test_what_was_not_decided_or_not_filed_gets_no_number(session: Session, office: Office) -> None:
    with pytest.raises(NotAccepted):
        issued(office)
    office.begun(office.filed())
    with pytest.raises(NotAccepted):
        issued(office)
    assert session.scalar(select(Certificate)) is None


def test_who_decided_does_not_issue_in_whatever_role(session: Session, office: Office) -> None:
    accepted(office)
    decider = office.reviewer
    both = Actor(decider.person_id, decider.name, Role.ISSUER, decider.organisation_id)
    with pytest.raises(SameOfficer):
        issue(session, office.isp.id, OCTOBER, by=both, at=ISSUED_AT)


def test_the_database_too_wants_two_officers(session: Session, office: Office) -> None:
    filing = accepted(office)
    session.add(
        Certificate(
            serial=1, number="KH-SP5-2026-000001-1", isp_id=filing.isp_id, period=filing.period,
            version=1, kind=CertificateKind.CERTIFICATE, attestation=b"{}",
            attestation_digest=bytes(32), decided_by=office.issuer.person_id,
            issued_by=office.issuer.person_id, issued_at=ISSUED_AT, supersedes=None, seq=1,
        )
    )  # fmt: skip
    with pytest.raises(IntegrityError, match="four_eyes"):
        session.flush()


def test_the_same_filing_is_attested_once(session: Session, office: Office) -> None:
    accepted(office)
    first = issued(office)
    with pytest.raises(AlreadyIssued) as refused:
        issued(office)
    assert refused.value.params == {"number": first.number}
    assert len(session.scalars(select(Certificate)).all()) == 1


def test_after_a_revocation_a_new_certificate_cites_the_old_one(
    session: Session, office: Office
) -> None:
    accepted(office)
    first = issued(office)
    office.revoked(1, RevocationReason.ISSUED_IN_ERROR)
    with pytest.raises(AlreadyRevoked):
        revoke(session, 1, RevocationReason.ISSUED_IN_ERROR, by=office.issuer, at=ISSUED_AT)
    second = issued(office)
    assert json.loads(second.attestation)["supersedes"] == first.number
    stands = status(session, first)
    assert (stands.code, stands.reason, stands.successor) == (
        StatusCode.REVOKED,
        "ISSUED_IN_ERROR",
        second.number,
    )


def test_a_policy_that_nobody_adopted_attests_nothing(session: Session, office: Office) -> None:
    """chairs B1: the month was judged by a version that no instrument put in force."""
    made = accepted(office)
    statement = read(made.statement)
    statement["policy"] = [{**statement["policy"][0], "version": "2099.9"}]
    frozen = canonical(statement)
    own = {column.name: getattr(made, column.name) for column in Filing.__table__.columns}
    prepared = session.get_one(Preparation, (made.isp_id, made.period, 1))
    kept = {column.name: getattr(prepared, column.name) for column in Preparation.__table__.columns}
    session.add(Preparation(**kept | {"no": 2, "statement": frozen}))
    session.flush()
    forged = own | {"version": 2, "preparation_no": 2, "receipt": "R-x", "statement": frozen}
    session.add(Filing(**forged))
    session.flush()
    office.decided(session.get_one(Filing, (made.isp_id, made.period, 2)))
    with pytest.raises(PolicyNotAdopted):
        issued(office)


def test_a_core_obligation_not_met_gives_a_statement_of_findings(office: Office) -> None:
    """A month filed late: to file on time is a core obligation (chairs B4)."""
    late = office.filed(at=ISSUED_AT)
    office.decided(late, at=ISSUED_AT)
    certificate = issued(office)
    [filed] = [r for r in json.loads(certificate.attestation)["results"] if r["code"] == "SP5-15"]
    assert filed["result"] == "NOT_MET"
    assert (certificate.kind == CertificateKind.FINDINGS) == filed["core"]


def test_case_16_a_month_in_which_policy_changed_cites_both_versions(
    session: Session, office: Office
) -> None:
    accepted(office)
    november, at = Period(2026, 11), datetime(2026, 12, 4, 3, 0, tzinfo=UTC)
    office.decided(office.filed(period=november, at=at), at=at)
    certificate = issue(session, office.isp.id, november, by=office.issuer, at=at)
    cited = json.loads(certificate.attestation)["policy"]
    assert [policy["version"] for policy in cited] == ["2026.1", "2026.2"]


def test_what_is_adopted_after_a_month_was_filed_neither_judges_nor_titles_it(
    session: Session, office: Office, tmp_path: Path
) -> None:
    november, at = Period(2026, 11), datetime(2026, 12, 4, 3, 0, tzinfo=UTC)
    accepted(office)
    filing = office.decided(office.filed(period=november, at=at), at=at)
    officer = build.an_officer(session, office.authority, Role.POLICY_OFFICER, "Chan Dara")
    folder = Path(shutil.copytree(str(shipped_pack("kh")), tmp_path / "kh"))
    (folder / "policy-2026.3.toml").write_text(
        'base = "policy-2026.1.toml"\nversion = "2026.3"\n[limits]\nlist_add_s = 60\n'
    )
    load(session, folder, by=officer, at=at)
    adopt(
        session, "2026.3", instrument="Late", adopted_on=date(2026, 11, 20),
        effective_from=date(2026, 11, 20), signatory="A minister", demo=True, by=officer, at=at,
    )  # fmt: skip

    made = issue(session, office.isp.id, november, by=office.issuer, at=at)
    said = json.loads(made.attestation)
    asked = [row for one in said["results"] for row in one["thresholds"]]
    assert [policy["version"] for policy in said["policy"]] == ["2026.1", "2026.2"]
    assert {row["policy"] for row in asked} == {"2026.1", "2026.2"}
    assert policy_on(session, november.last_day).version == "2026.3"
    assert judging(session, read(filing.statement)).version == "2026.2"


def test_a_policy_that_ended_before_may_judge_what_was_carried_in(session: Session) -> None:
    build.an_authority(session)
    named = {"policy": [{"version": "2026.1"}, {"version": "2026.2"}]}
    force = policies_of(session, named, Period(2026, 12))
    assert [one.version for one in force] == ["2026.1", "2026.2"]


class TestAnAmendment:
    """It supersedes when it is accepted and changes what is attested, not before."""

    def test_case_15_supersedes_only_when_it_is_accepted(
        self, session: Session, office: Office
    ) -> None:
        accepted(office)
        first = issued(office)
        office.entry("LATE-1")
        later = office.filed(reason=AMENDED, nils=NOBODY, at=REVIEWED_AT)
        assert later.certified_digest != office_filing(office, 1).certified_digest
        assert status(session, first).code == StatusCode.BEING_PREPARED
        office.decided(later)
        stands = status(session, first)
        assert (stands.code, stands.successor) == (StatusCode.SUPERSEDED, None)
        second = issued(office)
        assert json.loads(second.attestation)["supersedes"] == first.number
        assert second.supersedes == first.serial
        assert status(session, first).successor == second.number
        assert newest(session, office.isp.id, OCTOBER) is second

    def test_case_15_that_is_sent_back_leaves_the_certificate_as_it_is(
        self, session: Session, office: Office
    ) -> None:
        accepted(office)
        first = issued(office)
        office.entry("LATE-1")
        later = office.filed(reason=AMENDED, nils=NOBODY, at=REVIEWED_AT)
        office.decided(later, DecisionOutcome.RETURN_FOR_CORRECTION, because="Which notice?")
        assert status(session, first).code == StatusCode.BEING_PREPARED

    def test_case_15_that_changes_a_figure_and_no_result_supersedes_it_too(
        self, session: Session, office: Office
    ) -> None:
        office.entry("EARLY-1")
        office.decided(office.filed(nils=NOBODY, at=REVIEWED_AT))
        first = issued(office)
        office.entry("LATE-1")
        again = office.filed(reason=AMENDED, nils=NOBODY, at=ISSUED_AT)
        office.decided(again, at=ISSUED_AT)
        results = [json.loads(f.statement)["results"] for f in (office_filing(office, 1), again)]
        assert results[0] == results[1]
        assert status(session, first).code == StatusCode.SUPERSEDED

    def test_that_changes_no_figure_leaves_the_certificate_as_it_is(
        self, session: Session, office: Office
    ) -> None:
        office.entry("EARLY-1")
        office.decided(office.filed(nils=NOBODY, at=REVIEWED_AT))
        first = issued(office)
        office.corrects_its_ticket("EARLY-2")
        again = office.filed(reason=AMENDED, nils=NOBODY, at=ISSUED_AT)
        office.decided(again, at=ISSUED_AT)
        assert again.statement_digest != office_filing(office, 1).statement_digest
        assert again.certified_digest == office_filing(office, 1).certified_digest
        assert status(session, first).code == StatusCode.BEING_PREPARED


def office_filing(office: Office, version: int) -> Filing:
    return office.session.get_one(Filing, (office.isp.id, str(OCTOBER), version))


def test_numbers_have_no_gap_and_no_twin_when_many_issue_at_once(
    session: Session, engine: Engine, office: Office
) -> None:
    others = [an_office_for(session, office.authority, f"isp-{no}") for no in range(5)]
    for each in (office, *others):
        accepted(each)
    session.commit()

    def one(each: Office) -> str:
        with sessions(engine)() as own:
            begin_write(own)
            made = issue(own, each.isp.id, Period(2026, 10), by=each.issuer, at=ISSUED_AT)
            own.commit()
            return made.number

    with ThreadPoolExecutor(6) as pool:
        numbers = list(pool.map(one, [office, *others]))
    with sessions(engine)() as after:
        rows = after.scalars(select(Certificate).order_by(Certificate.serial)).all()
        assert [row.serial for row in rows] == [1, 2, 3, 4, 5, 6]
        assert {row.number for row in rows} == set(numbers)
        assert verify(after) == []


def test_two_who_issue_the_same_month_at_once_make_one_certificate(
    session: Session, engine: Engine, office: Office
) -> None:
    accepted(office)
    session.commit()

    def one(_: int) -> str:
        with sessions(engine)() as own:
            begin_write(own)
            try:
                made = issue(own, office.isp.id, OCTOBER, by=office.issuer, at=ISSUED_AT)
            except AlreadyIssued:
                return "refused"
            own.commit()
            return made.number

    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(one, range(3)))
    assert sorted(answers)[1:] == ["refused", "refused"]


def test_a_certificate_can_be_neither_changed_nor_deleted(session: Session, office: Office) -> None:
    accepted(office)
    issued(office)
    session.commit()
    for statement in ("UPDATE certificate SET version = 2", "DELETE FROM certificate"):
        with pytest.raises(DBAPIError, match="append-only"):
            session.execute(text(statement))
        session.rollback()
