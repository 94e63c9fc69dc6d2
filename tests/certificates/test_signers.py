"""Which key signed which paper: named, rolled over, compromised; by two officers present."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.accounts import Actor, Role
from portal.certificates.actions import finish, issue
from portal.certificates.model import PaperKind
from portal.certificates.signers import EndReason, Signer, SignerFact, SignerStanding, standing_of
from portal.certificates.signers.actions import (
    end_signer,
    hold_ceremony,
    must_sign_now,
    name_signer,
)
from portal.certificates.signers.queries import anchors, facts, papers_of
from portal.certificates.signers.refusals import (
    OneOfficerAlone,
    SignerEnded,
    SignerKnown,
    SignerNotYours,
    SignerUnfit,
)
from portal.certificates.verify import verify
from portal.errors import NotThere
from portal.ledger import SYSTEM
from portal.trail import events_of
from tests import build
from tests.certificates.authority import Authority
from tests.reviews.build import ISSUED_AT, OCTOBER, Office, an_office

HERE, HOUR = "https://portal.example/verify", timedelta(hours=1)


def a_policy_officer(office: Office) -> Actor:
    return build.an_officer(office.session, office.authority, Role.POLICY_OFFICER, "Nary Officer")


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_key_is_followed_through_its_life(session: Session, authority: Authority) -> None:
    office, now = an_office(session), datetime.now(UTC)
    by, witness = office.issuer, a_policy_officer(office)
    present = {"by": by, "witness": witness, "at": now}
    old, new = authority.key("signer"), authority.key("next")
    must_sign_now(session, old, now)  # nobody has named any
    hold_ceremony(session, old.fingerprint, bytes(32), **present)
    named = [
        name_signer(session, key.certificate, key.issuers, from_at=since, **present)
        for key, since in ((old, now - HOUR), (new, now + HOUR))
    ]
    assert [one.no for one in named] == [1, 2]
    must_sign_now(session, old, now)
    with pytest.raises(SignerUnfit):
        must_sign_now(session, new, now)

    office.decided(office.filed())
    made = issue(session, office.isp.id, OCTOBER, by=office.issuer, at=ISSUED_AT)
    [paper, _report] = finish(session, made.serial, old, verify_at=HERE, at=now)
    said = verify(paper.pdf, anchors(session), [authority.anchor])
    assert said.fingerprint == named[0].fingerprint.hex()

    def standings() -> list[SignerStanding]:
        found = list(papers_of(session, named[0], [authority.anchor]))
        assert [(one.number, one.kind) for one in found] == [(made.number, k) for k in PaperKind]
        assert list(papers_of(session, named[1], [])) == []
        return [one.standing for one in found]

    assert standings() == [SignerStanding.GOOD] * 2
    end_signer(session, 1, EndReason.ROLLED_OVER, since_at=now + HOUR, **present)
    with pytest.raises(SignerUnfit):
        must_sign_now(session, old, now + 2 * HOUR)
    must_sign_now(session, new, now + 2 * HOUR)
    assert verify(paper.pdf, anchors(session), [authority.anchor]).is_genuine
    # Found out too late; what was stamped before is as good as ever, what nobody stamped is not.
    end_signer(session, 1, EndReason.COMPROMISED, since_at=now + HOUR, **present)
    assert standings() == [SignerStanding.GOOD] * 2
    unstamped = [one.standing for one in papers_of(session, named[0], [])]
    assert unstamped == [SignerStanding.COMPROMISED] * 2
    told = [event.kind for event in events_of(session, SYSTEM, before=None, limit=50)]
    assert [kind for kind in reversed(told) if kind.startswith("signer")] == [
        "signer.made", *["signer.named"] * 2, *["signer.ended"] * 2,
    ]  # fmt: skip


def test_two_officers_keep_keys_and_nobody_else(session: Session, authority: Authority) -> None:
    office, at, key = an_office(session), datetime.now(UTC), authority.key()
    issuer, officer = office.issuer, a_policy_officer(office)
    own = (session, key.certificate, key.issuers)
    with pytest.raises(OneOfficerAlone):
        name_signer(*own, by=issuer, witness=issuer, at=at)
    with pytest.raises(SignerNotYours):
        name_signer(*own, by=issuer, witness=office.reviewer, at=at)
    name_signer(*own, by=issuer, witness=officer, at=at)
    with pytest.raises(SignerKnown):
        name_signer(*own, by=officer, witness=issuer, at=at)
    with pytest.raises(NotThere):
        end_signer(session, 2, EndReason.ROLLED_OVER, by=issuer, witness=officer, at=at)
    end_signer(session, 1, EndReason.ROLLED_OVER, by=issuer, witness=officer, at=at)
    with pytest.raises(SignerEnded):
        end_signer(session, 1, EndReason.ROLLED_OVER, by=issuer, witness=officer, at=at)
    assert [fact.until_at for fact in facts(session)] == [at]
    alone = session.scalars(select(Signer)).one()
    columns = {column.name: getattr(alone, column.name) for column in Signer.__table__.columns}
    more = {"no": 2, "fingerprint": bytes(32), "witnessed_by": alone.named_by}
    with pytest.raises(IntegrityError):
        session.execute(Signer.__table__.insert(), [{**columns, **more}])


NOW = datetime(2026, 11, 20, tzinfo=UTC)
MOMENTS = st.integers(-5, 5).map(lambda days: NOW + timedelta(days=days))


@given(MOMENTS, st.none() | MOMENTS, st.none() | MOMENTS, MOMENTS, st.booleans())
def test_only_a_trusted_time_before_saves_what_a_stolen_key_signed(
    begun: datetime,
    ended: datetime | None,
    stolen: datetime | None,
    signed: datetime,
    stamped: bool,
) -> None:
    fact = SignerFact("ab", begun, ended, stolen)
    standing = standing_of([fact], "ab", signed, stamped=stamped)
    believed = stolen is None or (stamped and signed < stolen)
    assert (standing != SignerStanding.COMPROMISED) == believed
    inside = begun <= signed and (ended is None or signed < ended)
    assert (standing == SignerStanding.GOOD) == (believed and inside)
    assert standing_of([fact], "cd", signed, stamped=stamped) == SignerStanding.UNNAMED
