"""What comes before and after an adverse act: drafts, replies, appeals, and their answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from portal.accounts import Actor
from portal.certificates.model import Certificate, RevocationReason
from portal.certificates.revoking import appeal_revocation, draft_revocation, revoke
from portal.demo.agenda import Agenda
from portal.demo.chance import ZONE, local
from portal.demo.secretary import Secretary
from portal.demo.world import World
from portal.period import Period
from portal.returns.hearing import Adverse, draft_about
from portal.returns.model import Filing
from portal.reviews.appeal import Appeal
from portal.reviews.appealing import appeal_decision, rule
from portal.reviews.hearing import draft_finding, reply

_DAY: Final = timedelta(days=1)
_FRIDAY: Final = 5
# A revoked certificate: when it was said, when it was done, when the ISP appealed, when answered.
REVOKED: Final = {
    ("beehive", Period(2026, 6)): (
        date(2026, 8, 24),
        date(2026, 9, 8),
        date(2026, 10, 5),
        date(2026, 10, 29),
    )
}
# Three weeks after these the ISP appeals; the authority has not answered yet.
_APPEALS: Final = {("drum", Period(2026, 9))}
# A draft that nobody has replied to yet.
UNANSWERED: Final = {("rattan", Period(2026, 10))}
_FOUND: Final = (
    "Core requirements of this month are below their minimum, as our comments say. We intend to"
    " find so; please say what you have to say first."
)
_VOID: Final = "We intend to declare this filing void, for the reason in our comment."
_FALSE: Final = (
    "The letters of two senders show items that the return left out. We intend to revoke the"
    " certificate."
)
_SAID: Final = (
    "We know that we were late. Two people left in that month; their places are filled, and the"
    " work is divided anew."
)
_NOT_FALSE: Final = "Nothing was left out on purpose: the letters had gone to a closed mailbox."
_GROUNDS: Final = (
    "The items in question came by a letter that reached us a week after its date. Please count"
    " from the day on which it was received."
)
_STANDS: Final = "The letters were sent to the address that the ISP itself had named. It stands."


@dataclass
class Hearings:
    """The two sides of everything adverse; by whom, and when."""

    agenda: Agenda
    world: World
    secretaries: dict[int, Secretary] = field(default_factory=dict)

    def hear(
        self, filing: Filing, kind: Adverse, by: Actor, at: datetime, then: Callable[..., object]
    ) -> None:
        """Send a draft; the ISP replies the next day, and ``then`` follows on the day after."""
        text = _VOID if kind is Adverse.VOID else _FOUND
        draft_finding(self.agenda.session, filing, kind, text, by=by, at=at)
        isp_id, receipt, words = filing.isp_id, filing.receipt, _SAID
        place = (self.secretaries[isp_id].isp.slug, Period.parse(filing.period))
        if place in UNANSWERED:
            return
        said = None if kind is Adverse.VOID else words
        self.agenda.plan(at + _DAY, lambda now: self._reply(isp_id, receipt, said, now))
        decided = at + 2 * _DAY
        while decided.astimezone(ZONE).isoweekday() > _FRIDAY:
            decided += _DAY
        self.agenda.plan(decided, then)

    def found(self, filing: Filing, at: datetime) -> None:
        """Plan the appeal against a finding, where there is one."""
        place = (self.secretaries[filing.isp_id].isp.slug, Period.parse(filing.period))
        if place in _APPEALS:
            key = (filing.isp_id, filing.period, filing.version)
            self.agenda.plan(at + 21 * _DAY, lambda now: self._appeal(key, now))

    def revoke(self, made: Certificate, days: tuple[date, date, date, date]) -> None:
        """Plan a revocation: said first, replied to, done, appealed against, upheld."""
        serial, isp_id, number = made.serial, made.isp_id, made.number
        told, done, appealed, ruled = (local(day, 10) for day in days)
        reason = RevocationReason.FALSE_STATEMENT

        def say(now: datetime) -> None:
            by = self.world.issuer
            draft_revocation(self.agenda.session, serial, reason, _FALSE, by=by, at=now)

        def act(now: datetime) -> None:
            revoke(self.agenda.session, serial, reason, by=self.world.issuer, at=now)

        def appeal(now: datetime) -> None:
            by = self.secretaries[isp_id].isp.approver
            found = appeal_revocation(self.agenda.session, serial, _GROUNDS, by=by, at=now)
            key = {"isp_id": isp_id, "no": found.no}
            self.agenda.plan(ruled, lambda then: self._uphold(key, then))

        self.agenda.plan(told, say)
        self.agenda.plan(told + 7 * _DAY, lambda now: self._reply(isp_id, number, _NOT_FALSE, now))
        self.agenda.plan(done, act)
        self.agenda.plan(appealed, appeal)

    def _reply(self, isp_id: int, subject: str, text: str | None, at: datetime) -> None:
        draft = draft_about(self.agenda.session, isp_id, subject)
        if draft is not None:
            by = self.secretaries[isp_id].isp.approver
            reply(self.agenda.session, draft, text, by=by, at=at)

    def _appeal(self, key: tuple[int, str, int], at: datetime) -> None:
        filing = self.agenda.session.get_one(Filing, key)
        by = self.secretaries[filing.isp_id].isp.approver
        appeal_decision(self.agenda.session, filing, _GROUNDS, by=by, at=at)

    def _uphold(self, key: dict[str, int], at: datetime) -> None:
        made = self.agenda.session.get_one(Appeal, key)
        by = self.world.reviewers[0]
        rule(self.agenda.session, made, _STANDS, allowed=False, by=by, at=at)
