"""The regulator: reviews what was filed, hears, decides, issues papers for some."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final

from portal.accounts import Actor
from portal.certificates.actions import issue
from portal.demo.agenda import Agenda
from portal.demo.chance import ZONE, Chance, local
from portal.demo.hearings import REVOKED, UNANSWERED, Hearings
from portal.demo.secretary import Secretary
from portal.demo.world import Isp, World
from portal.period import Period
from portal.returns.estimate import EstimateReason
from portal.returns.hearing import Adverse
from portal.returns.model import ACCEPTED, AmendmentReason, DecisionOutcome, Filing
from portal.returns.queries import in_force, read
from portal.returns.standing import StandingCode, standing
from portal.reviews.actions import comment, decide, open_review
from portal.reviews.adverse import findings_of
from portal.reviews.estimating import estimate

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
    ("kapok", Period(2026, 2)),
    ("kapok", Period(2026, 9)),
    ("lotuspond", Period(2026, 7)),
    ("beehive", Period(2026, 6)),
    ("drum", Period(2026, 9)),
    ("orchard", Period(2026, 5)),
}
# Silent for so long that the regulator counts a placeholder.
_ESTIMATED: Final = {("cloudlet", Period(2026, 8)): date(2026, 11, 20)}
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
        self.hearings = Hearings(self.agenda, self.world, self.secretaries)

    def waits_for(self, isp: Isp) -> None:
        """Plan what the regulator does about months on which this ISP is silent."""
        for (slug, period), day in _ESTIMATED.items():
            if slug == isp.slug:
                self.agenda.plan(local(day, 10), partial(self._estimate, isp.id, period))

    def _estimate(self, isp_id: int, period: Period, at: datetime) -> None:
        by, why = self.world.reviewers[0], EstimateReason.NO_ANSWER
        if standing(self.agenda.session, isp_id, period, at).code == StandingCode.DELINQUENT:
            estimate(self.agenda.session, isp_id, period, why, by=by, at=at)

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
        if filing.period != str(NEWEST) or place[0] in _DECIDED or place in UNANSWERED:
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
        kind = self._adverse(filing, outcome, at)
        if kind is None:
            self._conclude(key, outcome, by, at)
        else:
            self.hearings.hear(filing, kind, by, at, partial(self._conclude, key, outcome, by))

    def _adverse(self, filing: Filing, outcome: DecisionOutcome, at: datetime) -> Adverse | None:
        """What the ISP is to be heard on first, if anything."""
        if outcome == DecisionOutcome.REJECT_VOID:
            return Adverse.VOID
        found = outcome in ACCEPTED and findings_of(self.agenda.session, filing, at)
        return Adverse.FINDING if found else None

    def _conclude(
        self, key: tuple[int, Period, int], outcome: DecisionOutcome, by: Actor, at: datetime
    ) -> None:
        """Decide, unless the ISP has answered with a later version."""
        filing = in_force(self.agenda.session, *key[:2])
        if filing is not None and filing.version == key[2]:
            decide(self.agenda.session, filing, outcome, by=by, at=at)
            self.hearings.found(filing, at)
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
            if place in REVOKED:
                self.hearings.revoke(made, REVOKED[place])

        self.agenda.plan(at, act)

    def _place(self, filing: Filing) -> tuple[str, Period]:
        return self.secretaries[filing.isp_id].isp.slug, Period.parse(filing.period)


def _office_day(day: date) -> date:
    return day + (7 - day.weekday()) * _DAY if day.weekday() > 4 else day  # noqa: PLR2004
