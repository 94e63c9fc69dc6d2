"""Auditors at work: people of a firm, an engagement by two officers, a month with entries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.accounts import Actor, OrganisationKind, Role
from portal.accounts.actions import Naming, found
from portal.period import Period
from portal.registers.actions import admit
from portal.registers.register import REGISTERS
from portal.returns.model import Filing
from portal.reviews.engagements.actions import confirm, propose
from portal.reviews.engagements.model import Engagement
from portal.reviews.engagements.proposal import Proposal
from tests import build
from tests.reviews.build import FILED_AT, OCTOBER, Office

NILS = frozenset({"blocklists", "training"})
ASKED_AT = datetime(2026, 11, 9, 3, 0, tzinfo=UTC)
LOOKS_AT = datetime(2026, 11, 13, 3, 0, tzinfo=UTC)
FIRST_DAY, LAST_DAY = date(2026, 11, 10), date(2026, 11, 30)


@dataclass
class Audit:
    """An office, and two auditors of one firm who may look at nothing yet."""

    office: Office
    ly: Actor
    oun: Actor
    policy_officer: Actor

    @property
    def session(self) -> Session:
        return self.office.session

    def proposal(self, **over: Any) -> Proposal:
        asked = {
            "organisation_id": self.ly.organisation_id, "people": [self.ly.person_id],
            "isps": [self.office.isp.id], "instrument": "Mandate 7/2026", "first": OCTOBER,
            "last": OCTOBER, "from_on": FIRST_DAY, "until_on": LAST_DAY,
        }  # fmt: skip
        return Proposal(**{**asked, **over})

    def engaged(self, **over: Any) -> Engagement:
        """An engagement that two officers made."""
        asked = self.proposal(**over)
        made = propose(self.session, asked, by=self.policy_officer, at=ASKED_AT)
        confirm(self.session, made.no, by=self.office.issuer, at=ASKED_AT)
        return made

    def filed(self, items: int = 12, *, urgent: int = 0, period: Period = OCTOBER) -> Filing:
        """A filing with so many takedown items behind it, some of them of priority 1."""
        rows = [
            build.a_takedown(
                self.session, at=FILED_AT, source_ref=f"IHC-2026-{1000 + n}", own_ref=f"T-{n:04d}",
                priority="P1_CHILD_IN_DANGER" if n < urgent else "P2_STANDARD",
            )
            for n in range(items)
        ]  # fmt: skip
        if rows:
            takedowns, by = REGISTERS["takedowns"], self.office.preparer
            admit(self.session, self.office.isp.id, takedowns, rows, by=by, at=FILED_AT)
        nils = NILS if items else NILS | {"takedowns"}
        return self.office.filed(period=period, nils=nils)


def an_audit(office: Office) -> Audit:
    """Two auditors beside an office, and the officer who proposes."""
    session, at = office.session, build.START
    naming = Naming("Fictional Audit Firm", "ក្រុមហ៊ុន​សវនកម្ម​សាកល្បង", "A-2")
    firm = found(session, OrganisationKind.AUDITOR, "audit", naming, by=build.FOUNDER, at=at)
    return Audit(
        office,
        build.an_officer(session, firm, Role.AUDITOR, "Ly Auditor"),
        build.an_officer(session, firm, Role.AUDITOR, "Oun Auditor"),
        build.an_officer(session, office.authority, Role.POLICY_OFFICER, "Pich Policy"),
    )
