"""On which acts mail is written: in the act's own transaction, and with nothing of its contents."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.certificates.actions import issue
from portal.certificates.model import RevocationReason
from portal.db import begin_write
from portal.mail import Mail, MailKind
from portal.returns.model import DecisionOutcome
from tests.reviews.build import ISSUED_AT, OCTOBER, Office, an_office

COMMENT = "The ticket IHC-2026-0417 says 11:00."


@pytest.fixture
def office(session: Session) -> Office:
    """An ISP with a preparer and an approver, and the authority's officers."""
    begin_write(session)
    return an_office(session)


def written(session: Session) -> dict[str, list[int]]:
    """Who was written to, by kind."""
    found: dict[str, list[int]] = {}
    for mail in session.scalars(select(Mail).order_by(Mail.id)):
        found.setdefault(str(mail.kind), []).append(mail.person_id)
    return found


def told(session: Session, kind: MailKind) -> dict[str, object]:
    """What the mails of a kind carry: the same for everybody."""
    [params] = {mail.params for mail in session.scalars(select(Mail).filter_by(kind=kind))}
    return dict(json.loads(params))


def both(office: Office) -> list[int]:
    return [office.preparer.person_id, office.approver.person_id]


def test_filing_sends_its_receipt_to_who_prepares_and_who_approves(office: Office) -> None:
    office.filed()

    assert written(office.session) == {"RETURN_FILED": both(office)}
    assert told(office.session, MailKind.RETURN_FILED) == {"period": "2026-10", "version": 1}


def test_an_act_that_is_not_committed_writes_to_nobody(office: Office) -> None:
    office.session.commit()
    begin_write(office.session)
    office.filed()
    office.session.rollback()

    assert written(office.session) == {}


@pytest.mark.parametrize(
    ("outcome", "kind", "further"),
    [
        (DecisionOutcome.ACCEPT, MailKind.RETURN_ACCEPTED, {}),
        (DecisionOutcome.ACCEPT_WITH_OBSERVATIONS, MailKind.RETURN_ACCEPTED, {}),
        # Five working days from Thursday the 12th.
        (
            DecisionOutcome.RETURN_FOR_CORRECTION,
            MailKind.RETURN_SENT_BACK,
            {"due_on": "2026-11-19"},
        ),
        (DecisionOutcome.REJECT_VOID, MailKind.RETURN_VOIDED, {}),
    ],
)
def test_a_decision_is_told_and_its_reasons_are_not(
    office: Office, outcome: DecisionOutcome, kind: MailKind, further: dict[str, str]
) -> None:
    because = "" if outcome == DecisionOutcome.ACCEPT else COMMENT
    office.decided(office.filed(), outcome, because=because)

    assert written(office.session)[kind] == both(office)
    assert told(office.session, kind) == {"period": "2026-10", "version": 1, **further}


def test_a_certificate_is_told_when_it_is_issued_and_when_it_is_revoked(office: Office) -> None:
    office.decided(office.filed())
    by, session = office.issuer, office.session
    made = issue(session, office.isp.id, OCTOBER, by=by, at=ISSUED_AT)
    office.revoked(made.serial, RevocationReason.ISSUED_IN_ERROR)

    for kind in (MailKind.CERTIFICATE_ISSUED, MailKind.CERTIFICATE_REVOKED):
        assert written(session)[kind] == both(office)
        assert told(session, kind) == {"period": "2026-10"}
