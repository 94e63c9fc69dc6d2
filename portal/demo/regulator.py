"""The regulator: reviews what was filed, decides, issues papers for some, revokes one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from portal.accounts import Actor
from portal.certificates.actions import issue
from portal.certificates.model import Certificate, RevocationReason
from portal.certificates.revoking import revoke
from portal.demo.agenda import Agenda
from portal.demo.chance import ZONE, Chance, local
from portal.demo.secretary import Secretary
from portal.demo.world import World
from portal.period import Period
from portal.returns.model import AmendmentReason, DecisionOutcome, Filing
from portal.returns.queries import in_force, read
from portal.reviews.actions import comment, decide, open_review

_DAY: Final = timedelta(days=1)
NEWEST: Final = Period(2026, 10)
# Of the newest month these are decided, and these begun; the others wait for whoever tries it.
_DECIDED: Final = {
    *("kapok", "gecko", "drum", "peacock", "bamboo", "teak", "mango", "pepper"),
    *("lemongrass", "meadow", "butterfly"),
}
_BEGUN: Final = {"sandstone", "rattan", "pangolin"}
# Papers: of the newest month for these, of earlier months for the hard cases alone.
_PAPERS: Final = {
    *((slug, NEWEST) for slug in ("kapok", "gecko", "drum", "peacock", "pepper", "meadow")),
    ("kapok", Period(2025, 11)),
    ("kapok", Period(2026, 9)),
    ("lotuspond", Period(2026, 7)),
    ("beehive", Period(2026, 6)),
    ("drum", Period(2026, 9)),
    ("orchard", Period(2026, 5)),
}
_REVOKED: Final = {("beehive", Period(2026, 6)): date(2026, 9, 8)}
# Sent back or declared void, and what the officer wrote.
_SENT_BACK: Final = {
    ("butterfly", NEWEST): {
        "": "Please go through the October entries again before you file a second version.",
        "SP5-07": "Two issues of the national list are missing in the second half of the month.",
        "SP5-12": "The refresher of the deputy was reported, but no completion is recorded.",
    },
    ("rattan", Period(2026, 5)): {
        "SP5-12": "One completion seems to be missing; please add it and file again."
    },
}
_VOID: Final = {
    ("lantern", Period(2026, 4)): {
        "": "Filed for the wrong month by mistake, as the ISP says itself; please file anew."
    }
}
_BELOW: Final = "Below the minimum; the ISP is asked to say what it changes."
_AMENDS: Final = 45


@dataclass
class Regulator:
    """The officers at work. ``issued`` are the serials whose papers are to be made."""

    agenda: Agenda
    world: World
    secretaries: dict[int, Secretary] = field(default_factory=dict)
    issued: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = Chance("regulator")

    def received(self, filing: Filing) -> None:
        """Plan the review of a filing that came in."""
        place = self._place(filing)
        reviewer = self.world.reviewers[filing.isp_id % len(self.world.reviewers)]
        day = filing.filed_at.astimezone(ZONE).date() + self.chance.randint(2, 7) * _DAY
        at = self.chance.moment(_office_day(day), 8, 15)
        if filing.period == str(NEWEST) and place[0] not in _DECIDED | _BEGUN:
            return
        key = (filing.isp_id, place[1], filing.version)
        self.agenda.plan(at, lambda now: self._open(key, reviewer, now))
        if filing.period != str(NEWEST) or place[0] in _DECIDED:
            later = at + self.chance.minutes(20, 300)
            self.agenda.plan(later, lambda now: self._decide(key, reviewer, now))

    def _open(self, key: tuple[int, Period, int], by: Actor, at: datetime) -> None:
        """Begin, unless the ISP has taken the version back or filed a newer one."""
        filing = in_force(self.agenda.session, *key[:2])
        if filing is not None and filing.version == key[2]:
            open_review(self.agenda.session, *key, by=by, at=at)

    def _decide(self, key: tuple[int, Period, int], by: Actor, at: datetime) -> None:
        filing = in_force(self.agenda.session, *key[:2])
        if filing is None or filing.version != key[2]:
            return
        place = self._place(filing)
        outcome, words = self._judgement(filing, place)
        for obligation, text in words.items():
            comment(self.agenda.session, filing, obligation, text, by=by, at=at)
        decide(self.agenda.session, filing, outcome, by=by, at=at)
        self._follow(filing, outcome, at)

    def _judgement(
        self, filing: Filing, place: tuple[str, Period]
    ) -> tuple[DecisionOutcome, dict[str, str]]:
        if filing.version == 1 and place in _SENT_BACK:
            return DecisionOutcome.RETURN_FOR_CORRECTION, _SENT_BACK[place]
        if filing.version == 1 and place in _VOID:
            return DecisionOutcome.REJECT_VOID, _VOID[place]
        results = read(filing.statement)["results"]
        below = {r["code"]: _BELOW for r in results if r["result"] == "NOT_MET"}
        if below:
            return DecisionOutcome.ACCEPT_WITH_OBSERVATIONS, below
        return DecisionOutcome.ACCEPT, {}

    def _follow(self, filing: Filing, outcome: DecisionOutcome, at: datetime) -> None:
        """What a decision sets in motion: papers, or a further version."""
        place, secretary = self._place(filing), self.secretaries[filing.isp_id]
        sent_back = outcome in (DecisionOutcome.RETURN_FOR_CORRECTION, DecisionOutcome.REJECT_VOID)
        if sent_back and place[1] != NEWEST:
            secretary.add_forgotten(place[1], AmendmentReason.RETURNED_BY_AUTHORITY, at + 2 * _DAY)
        elif not sent_back and place in _PAPERS:
            self._issue(filing, at + self.chance.randint(1, 2) * _DAY)
        elif not sent_back and filing.version == 1 and self.chance.happens(_AMENDS):
            days = self.chance.randint(3, 20)
            secretary.add_forgotten(place[1], AmendmentReason.LATE_ENTRY, at + days * _DAY)

    def _issue(self, filing: Filing, at: datetime) -> None:
        place, key = self._place(filing), (filing.isp_id, Period.parse(filing.period))

        def act(now: datetime) -> None:
            made = issue(self.agenda.session, *key, by=self.world.issuer, at=now)
            self.issued.append(made.serial)
            if place in _REVOKED:
                self.agenda.plan(local(_REVOKED[place], 10), lambda then: self._revoke(made, then))

        self.agenda.plan(at, act)

    def _revoke(self, certificate: Certificate, at: datetime) -> None:
        revoke(
            self.agenda.session,
            certificate.serial,
            RevocationReason.FALSE_STATEMENT,
            by=self.world.issuer,
            at=at,
        )

    def _place(self, filing: Filing) -> tuple[str, Period]:
        return self.secretaries[filing.isp_id].isp.slug, Period.parse(filing.period)


def _office_day(day: date) -> date:
    return day + (7 - day.weekday()) * _DAY if day.weekday() > 4 else day  # noqa: PLR2004
