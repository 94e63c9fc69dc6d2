"""ISPs whose October was quiet: trained staff, nothing asked, everything nil; a reviewer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.accounts import Actor, Organisation, Role, SizeClass
from portal.entries.inputs import Input
from portal.period import Period
from portal.policy.codes import RoleGroup
from portal.registers.actions import admit
from portal.registers.register import REGISTERS
from portal.returns.actions import declare_opening, file, prepare
from portal.returns.model import AmendmentReason, DecisionOutcome, Filing
from portal.reviews import decide, open_review
from tests import build
from tests.reviews.build import FILED_AT, OCTOBER, QUIET, REVIEWED_AT

TRAINED_ON = "2026-09-01"


@dataclass
class Country:
    """The authority, its reviewer, and the ISPs with whoever prepares and approves there."""

    session: Session
    authority: Organisation
    reviewer: Actor
    people: dict[str, tuple[Organisation, Actor, Actor]] = field(default_factory=dict)

    @classmethod
    def of(cls, session: Session, *slugs: str) -> Country:
        authority = build.an_authority(session)
        reviewer = build.an_officer(session, authority, Role.REVIEWER, "Sok Reviewer")
        country = cls(session, authority, reviewer)
        for slug in slugs:
            country.settles(slug)
        return country

    def settles(self, slug: str, *, first: Period = OCTOBER, open_items: int = 0) -> Organisation:
        """A small ISP whose one manager knows all that policy asks for."""
        isp = build.an_isp(self.session, slug, size=SizeClass.SMALL, from_on=date(2026, 9, 1))
        preparer = build.an_officer(self.session, isp, Role.PREPARER, f"Preparer of {slug}")
        approver = build.an_officer(self.session, isp, Role.APPROVER, f"Approver of {slug}")
        self.people[slug] = isp, preparer, approver
        declare_opening(self.session, isp.id, first, open_items, by=preparer, at=FILED_AT)
        return isp

    def records(self, slug: str, register: str, value: Input) -> None:
        """Record one entry, whatever came."""
        isp, by, _ = self.people[slug]
        admit(self.session, isp.id, REGISTERS[register], [value], by=by, at=FILED_AT)

    def trains(self, slug: str) -> None:
        """Put its one manager on the roster, trained in September."""
        isp, by, _ = self.people[slug]
        manager: dict[str, Any] = {"role_group": "MANAGEMENT", "handles_notices": False}
        span = build.a_span(self.session, at=FILED_AT, **manager)
        admit(self.session, isp.id, REGISTERS["roster"], [span], by=by, at=FILED_AT)
        modules = build.policy(self.session).training.required[SizeClass.SMALL]
        rows = [
            build.a_completion(self.session, at=FILED_AT, module=module, held_on=TRAINED_ON)
            for module in modules[RoleGroup.MANAGEMENT]
        ]
        admit(self.session, isp.id, REGISTERS["training"], rows, by=by, at=FILED_AT)

    def files(
        self,
        slug: str,
        *,
        period: Period = OCTOBER,
        nils: frozenset[str] = QUIET,
        reason: AmendmentReason | None = None,
        trained: bool = True,
        at: datetime = FILED_AT,
    ) -> Filing:
        """File a month, nil unless said otherwise."""
        isp, preparer, approver = self.people[slug]
        if trained:
            self.trains(slug)
        made = prepare(self.session, isp.id, period, nils=nils, reason=reason, by=preparer, at=at)
        return file(self.session, isp.id, period, made.no, by=approver, at=at)

    def judges(self, filing: Filing, outcome: DecisionOutcome = DecisionOutcome.ACCEPT) -> None:
        """Review one filing by hand."""
        period = Period.parse(filing.period)
        by, at = self.reviewer, REVIEWED_AT
        open_review(self.session, filing.isp_id, period, filing.version, by=by, at=at)
        decide(self.session, filing, outcome, by=by, at=at)


def a_quiet_country(session: Session, isps: int) -> Country:
    """A country in which so many ISPs filed a nil October in time."""
    country = Country.of(session, *(f"quiet-{n:02d}" for n in range(isps)))
    for slug in country.people:
        country.files(slug)
    return country
