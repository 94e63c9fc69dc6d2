"""A certificate is revoked after the ISP was heard, or by a court; an appeal may bring one back."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.accounts import Actor, Role
from portal.certificates.actions import issue
from portal.certificates.model import Certificate, CertificateKind, Revocation, RevocationReason
from portal.certificates.queries import StatusCode, status
from portal.certificates.refusals import AlreadyRevoked, CourtNeedsReason
from portal.certificates.revoking import appeal_revocation, draft_revocation, revoke
from portal.certificates.waiting import waiting
from portal.entries.entry import commitment
from portal.returns.hearing import Adverse
from portal.returns.model import DecisionOutcome
from portal.reviews import decide
from portal.reviews.appealing import appeal_decision, rule
from portal.reviews.hearing import draft_finding, reply
from portal.reviews.refusals import (
    AlreadyAppealed,
    AlreadyDrafted,
    LooksLikeLocator,
    NotAppealable,
    NotYetHeard,
    OwnDecision,
    ReplyOpen,
)
from portal.trail import verify
from tests import build
from tests.reviews.build import ISSUED_AT, OCTOBER, REVIEWED_AT, Office, an_office
from tests.reviews.test_reply import MEANT, SAID, late

ERROR, COURT = RevocationReason.ISSUED_IN_ERROR, RevocationReason.COURT_OR_AUTHORITY
FALSE = RevocationReason.FALSE_STATEMENT
GROUNDS, REASONS = "Nothing in it was false.", "The files of the ISP bear that out."


@pytest.fixture
def office(session: Session) -> Office:
    return an_office(session)


@pytest.fixture
def other(session: Session, office: Office) -> Actor:
    """A second reviewer at the authority."""
    return build.an_officer(session, office.authority, Role.REVIEWER, "Keo Reviewer")


def issued(office: Office) -> Certificate:
    return issue(office.session, office.isp.id, OCTOBER, by=office.issuer, at=ISSUED_AT)


@pytest.fixture
def certificate(office: Office) -> Certificate:
    office.decided(office.filed())
    return issued(office)


def test_nothing_is_revoked_before_a_draft_and_its_reply(
    session: Session, office: Office, certificate: Certificate
) -> None:
    by = office.issuer
    with pytest.raises(NotYetHeard):
        revoke(session, 1, ERROR, by=by, at=ISSUED_AT)
    draft = draft_revocation(session, 1, ERROR, MEANT, by=by, at=ISSUED_AT)
    with pytest.raises(AlreadyDrafted):
        draft_revocation(session, 1, ERROR, MEANT, by=by, at=ISSUED_AT)
    with pytest.raises(ReplyOpen) as refused:
        revoke(session, 1, ERROR, by=by, at=ISSUED_AT)
    assert refused.value.params == {"due": draft.due_at}
    assert session.get(Revocation, 1) is None
    reply(session, draft, SAID, by=office.approver, at=ISSUED_AT)
    # Heard on one reason is not heard on another.
    with pytest.raises(NotYetHeard):
        revoke(session, 1, FALSE, by=by, at=ISSUED_AT)
    revoke(session, 1, ERROR, by=by, at=ISSUED_AT)
    assert status(session, certificate).code == StatusCode.REVOKED
    with pytest.raises(AlreadyRevoked):
        draft_revocation(session, 1, ERROR, MEANT, by=by, at=ISSUED_AT)
    assert verify(session) == []


def test_silence_until_the_day_is_over_is_no_bar(
    session: Session, office: Office, certificate: Certificate
) -> None:
    draft = draft_revocation(session, 1, ERROR, MEANT, by=office.issuer, at=ISSUED_AT)
    with pytest.raises(ReplyOpen):
        revoke(session, 1, ERROR, by=office.issuer, at=draft.due_at)
    revoke(session, 1, ERROR, by=office.issuer, at=draft.due_at + timedelta(seconds=1))
    assert status(session, certificate).code == StatusCode.REVOKED


def test_what_a_court_decided_needs_no_hearing_but_its_reference(
    session: Session, office: Office, certificate: Certificate
) -> None:
    by = office.issuer
    with pytest.raises(NotYetHeard):
        revoke(session, 1, COURT, court_reference="  ", by=by, at=ISSUED_AT)
    with pytest.raises(CourtNeedsReason):
        revoke(session, 1, ERROR, court_reference="C-12/2026", by=by, at=ISSUED_AT)
    with pytest.raises(LooksLikeLocator):
        revoke(session, 1, COURT, court_reference="www.isp.example", by=by, at=ISSUED_AT)
    made = revoke(session, 1, COURT, court_reference="C-12/2026", by=by, at=ISSUED_AT)
    assert made.court_reference == "C-12/2026"
    assert status(session, certificate).code == StatusCode.REVOKED


def test_the_database_too_keeps_a_courts_reference_to_its_reason(
    session: Session, office: Office, certificate: Certificate
) -> None:
    session.add(
        Revocation(
            serial=certificate.serial, reason=ERROR, revoked_by=office.issuer.person_id,
            revoked_at=ISSUED_AT, court_reference="C-12/2026",
        )
    )  # fmt: skip
    with pytest.raises(IntegrityError, match="court_fits"):
        session.flush()


def test_an_appeal_against_a_revocation_brings_a_new_certificate_that_cites_the_old_one(
    session: Session, office: Office, certificate: Certificate, other: Actor
) -> None:
    with pytest.raises(NotAppealable):
        appeal_revocation(session, 1, GROUNDS, by=office.approver, at=ISSUED_AT)
    office.revoked(1, FALSE)
    made = appeal_revocation(session, 1, GROUNDS, by=office.approver, at=ISSUED_AT)
    with pytest.raises(AlreadyAppealed):
        appeal_revocation(session, 1, GROUNDS, by=office.approver, at=ISSUED_AT)
    assert waiting(session, OCTOBER) == []
    with pytest.raises(OwnDecision):
        rule(session, made, REASONS, allowed=True, by=office.issuer, at=ISSUED_AT)
    rule(session, made, REASONS, allowed=True, by=other, at=ISSUED_AT)
    assert [one.key for one in waiting(session, OCTOBER)] == ["mekong-net 2026-10"]
    second = issued(office)
    said = json.loads(second.attestation)
    assert said["supersedes"] == certificate.number
    assert [(one["number"], one["against"], one["outcome"]) for one in said["appeals"]] == [
        (made.number, "REVOCATION", "ALLOWED")
    ]
    stands = status(session, certificate)
    assert (stands.code, stands.successor) == (StatusCode.REVOKED, second.number)
    assert waiting(session, OCTOBER) == []


def test_an_appeal_that_is_refused_brings_nothing(
    session: Session, office: Office, certificate: Certificate, other: Actor
) -> None:
    office.revoked(certificate.serial, FALSE)
    made = appeal_revocation(session, 1, GROUNDS, by=office.approver, at=ISSUED_AT)
    rule(session, made, REASONS, allowed=False, by=other, at=ISSUED_AT)
    assert waiting(session, OCTOBER) == []


def test_a_statement_of_findings_says_when_the_isp_was_heard_and_commits_to_its_words(
    session: Session, office: Office
) -> None:
    filing = late(office)
    by, at = office.reviewer, REVIEWED_AT
    draft = draft_finding(session, filing, Adverse.FINDING, MEANT, by=by, at=at)
    said = reply(session, draft, SAID, by=office.approver, at=at)
    decide(session, filing, DecisionOutcome.ACCEPT, by=by, at=at)
    made = issued(office)
    assert made.kind == CertificateKind.FINDINGS
    hearing = json.loads(made.attestation)["hearing"]
    assert hearing["draft"] == f"D-{office.isp.id:04d}-1"
    assert said.text_salt is not None
    assert hearing["reply"] == commitment(said.text_salt, SAID)
    assert SAID.encode() not in made.attestation
    assert b"mail server" not in made.attestation


def test_findings_set_aside_on_appeal_supersede_the_statement_with_a_certificate(
    session: Session, office: Office, other: Actor
) -> None:
    filing = office.decided(late(office))
    first = issued(office)
    made = appeal_decision(session, filing, GROUNDS, by=office.approver, at=ISSUED_AT)
    assert status(session, first).code == StatusCode.BEING_PREPARED
    codes = ("SP5-03", "SP5-05")
    rule(session, made, REASONS, allowed=True, set_aside=codes, by=other, at=ISSUED_AT)
    stands = status(session, first)
    assert (stands.code, stands.successor) == (StatusCode.SUPERSEDED, None)
    assert [one.key for one in waiting(session, OCTOBER)] == ["mekong-net 2026-10"]
    second = issued(office)
    said = json.loads(second.attestation)
    assert (second.kind, said["supersedes"]) == (CertificateKind.CERTIFICATE, first.number)
    words = {one["code"]: (one["result"], one["reason"]) for one in said["results"]}
    assert {words[code] for code in codes} == {("NOT_ASSESSED", "set-aside-on-appeal")}
    assert said["appeals"][0]["outcome"] == "ALLOWED"
    assert status(session, first).successor == second.number
    assert waiting(session, OCTOBER) == []


def test_a_good_months_certificate_does_not_speak_of_hearings(certificate: Certificate) -> None:
    said = json.loads(certificate.attestation)
    assert not {"hearing", "appeals"} & set(said)
