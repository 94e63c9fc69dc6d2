"""The audit office at work: one engagement of two officers, one sample, a finding on most lines."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from typing import Final

from portal.demo.agenda import Agenda
from portal.demo.chance import local
from portal.demo.world import Isp, World
from portal.period import Period
from portal.returns.queries import in_force
from portal.reviews.engagements.actions import confirm, propose
from portal.reviews.engagements.proposal import Proposal
from portal.reviews.samples.actions import draw_sample, find
from portal.reviews.samples.model import Difference, FindingOutcome

# Whom it looks at, which months, on which days; the story stops in the midst of it.
_ISPS: Final = ("kapok", "drum")
_FIRST, _LAST = Period(2026, 8), Period(2026, 10)
_FROM, _UNTIL = date(2026, 11, 16), date(2026, 12, 31)
_SAMPLED: Final = 12
# The last line is left to whoever tries it.
_FOUND: Final = {4: (FindingOutcome.DIFFERS, Difference.TIME), 9: (FindingOutcome.NOT_SHOWN, None)}


def audits(agenda: Agenda, world: World) -> None:
    """Plan the engagement and the sample, as far as its ISPs play in this build."""
    isps = [isp for slug in _ISPS if (isp := world.isp(slug))]
    if not isps:
        return
    asked = Proposal(
        organisation_id=world.auditor.organisation_id,
        people=[world.auditor.person_id],
        isps=[isp.id for isp in isps],
        instrument="Fictional mandate 4/2026",
        first=_FIRST,
        last=_LAST,
        from_on=_FROM,
        until_on=_UNTIL,
    )
    agenda.plan(local(date(2026, 11, 12), 10), partial(_propose, agenda, world, asked))
    agenda.plan(local(date(2026, 11, 13), 14), partial(_confirm, agenda, world))
    agenda.plan(local(date(2026, 11, 23), 15), partial(_sample, agenda, world, isps[0]))


def _propose(agenda: Agenda, world: World, asked: Proposal, at: datetime) -> None:
    propose(agenda.session, asked, by=world.policy_officer, at=at)


def _confirm(agenda: Agenda, world: World, at: datetime) -> None:
    confirm(agenda.session, 1, by=world.issuer, at=at)


def _sample(agenda: Agenda, world: World, isp: Isp, at: datetime) -> None:
    filing = in_force(agenda.session, isp.id, _LAST)
    if filing is None:
        return
    chance, by = "lottery of 23.11.: 40817", world.auditor
    sample = draw_sample(agenda.session, filing, "takedowns", _SAMPLED, chance=chance, by=by, at=at)
    for place in range(1, sample.chosen):
        outcome, difference = _FOUND.get(place, (FindingOutcome.AGREES, None))
        find(agenda.session, sample, place, outcome, difference, by=by, at=at)
