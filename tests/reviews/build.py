"""A month that was filed, ready to be judged: people on both sides and a quiet return."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from portal.accounts import Actor, Organisation, Role
from portal.certificates.model import RevocationReason
from portal.certificates.revoking import revoke
from portal.entries.codes import CorrectionReason
from portal.period import Period
from portal.registers.actions import admit, correct
from portal.registers.register import REGISTERS
from portal.returns.actions import declare_opening, file, prepare
from portal.returns.model import AmendmentReason, DecisionOutcome, Filing
from portal.reviews import comment, decide, open_review
from tests import build
from tests.hearing import is_heard, is_heard_on_revoking

SEPTEMBER, OCTOBER = Period(2026, 9), Period(2026, 10)
FILED_AT = datetime(2026, 11, 6, 3, 0, tzinfo=UTC)
REVIEWED_AT = datetime(2026, 11, 12, 3, 0, tzinfo=UTC)
ISSUED_AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
QUIET = frozenset({"takedowns", "blocklists", "training"})


@dataclass
class Office:
    """The authority with its officers, and one ISP with its two."""

    session: Session
    authority: Organisation
    isp: Organisation
    preparer: Actor
    approver: Actor
    reviewer: Actor
    issuer: Actor

    def filed(
        self,
        *,
        period: Period = OCTOBER,
        reason: AmendmentReason | None = None,
        nils: frozenset[str] = QUIET,
        at: datetime = FILED_AT,
    ) -> Filing:
        """Prepare and file what the registers say now."""
        made = prepare(
            self.session, self.isp.id, period, nils=nils, reason=reason, by=self.preparer, at=at
        )
        return file(self.session, self.isp.id, period, made.no, by=self.approver, at=at)

    def begun(self, filing: Filing, *, at: datetime = REVIEWED_AT) -> Filing:
        """Begin its review."""
        period = Period.parse(filing.period)
        open_review(self.session, filing.isp_id, period, filing.version, by=self.reviewer, at=at)
        return filing

    def says(self, filing: Filing, obligation: str, text: str) -> None:
        """Comment as the reviewer."""
        comment(self.session, filing, obligation, text, by=self.reviewer, at=REVIEWED_AT)

    def decided(
        self,
        filing: Filing,
        outcome: DecisionOutcome = DecisionOutcome.ACCEPT,
        *,
        because: str = "",
        at: datetime = REVIEWED_AT,
    ) -> Filing:
        """Review and judge it."""
        self.begun(filing, at=at)
        if because:
            self.says(filing, "", because)
        self.heard(filing, outcome, at=at)
        decide(self.session, filing, outcome, by=self.reviewer, at=at)
        return filing

    def heard(
        self,
        filing: Filing,
        outcome: DecisionOutcome = DecisionOutcome.ACCEPT,
        *,
        at: datetime = REVIEWED_AT,
    ) -> None:
        """Send a draft where the outcome is adverse; the ISP has nothing to say."""
        officer, approver = self.reviewer, self.approver
        is_heard(self.session, filing, outcome, officer=officer, approver=approver, at=at)

    def revoked(self, serial: int, reason: RevocationReason) -> None:
        """Revoke a certificate after the ISP had nothing to say to the draft."""
        by, at = self.issuer, ISSUED_AT
        is_heard_on_revoking(
            self.session, serial, reason, officer=by, approver=self.approver, at=at
        )
        revoke(self.session, serial, reason, by=by, at=at)

    def entry(self, own_ref: str) -> None:
        """Record a takedown item of October, late."""
        given = build.a_takedown(self.session, at=REVIEWED_AT, own_ref=own_ref)
        takedowns = REGISTERS["takedowns"]
        admit(self.session, self.isp.id, takedowns, [given], by=self.preparer, at=REVIEWED_AT)

    def corrects_its_ticket(self, own_ref: str) -> None:
        """Correct the number of the first item's ticket: an entry moves, and no figure."""
        given = build.a_takedown(self.session, at=REVIEWED_AT, own_ref=own_ref)
        correct(
            self.session,
            self.isp.id,
            REGISTERS["takedowns"],
            1,
            expects=1,
            value=given,
            reason=CorrectionReason.TYPING_ERROR,
            by=self.preparer,
            at=REVIEWED_AT,
        )


def an_office(session: Session, slug: str = "mekong-net") -> Office:
    """An authority, an ISP whose first month is October 2026, and everybody who acts."""
    return an_office_for(session, build.an_authority(session), slug)


def an_office_for(session: Session, authority: Organisation, slug: str) -> Office:
    """A further ISP under the same authority."""
    isp = build.an_isp(session, slug)
    office = Office(
        session,
        authority,
        isp,
        preparer=build.an_officer(session, isp, Role.PREPARER, "Chea Preparer"),
        approver=build.an_officer(session, isp, Role.APPROVER, "Meas Approver"),
        reviewer=build.an_officer(session, authority, Role.REVIEWER, "Sok Reviewer"),
        issuer=build.an_officer(session, authority, Role.ISSUER, "Chan Issuer"),
    )
    declare_opening(session, isp.id, OCTOBER, 0, by=office.preparer, at=FILED_AT)
    return office
