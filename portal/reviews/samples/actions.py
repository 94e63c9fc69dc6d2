"""The verbs of sampling: draw, and record what was found of each line."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from portal.accounts import Actor, Permission, may
from portal.entries.entry import close, line_digest, stamp
from portal.ledger import take
from portal.period import Period
from portal.policy.queries import policy_at
from portal.registers.register import register_named
from portal.returns.frozen import frozen_work
from portal.returns.model import Filing
from portal.reviews.drawing import made_seed
from portal.reviews.engagements.covering import covering, holding, running
from portal.reviews.engagements.model import Engagement
from portal.reviews.engagements.refusals import OutsideEngagement
from portal.reviews.samples.choosing import Choice, choose
from portal.reviews.samples.model import Difference, Finding, FindingOutcome, Sample, SampledLine
from portal.reviews.samples.queries import findings, samples, the_line, the_sample
from portal.reviews.samples.refusals import (
    DifferenceNotNamed,
    FoundAlready,
    NothingToSample,
    SampleTooLarge,
    SampleUnfinished,
)
from portal.trail import append
from portal.wall import Step, stepping

_SAMPLES: Any = Sample.__table__
_LINES: Any = SampledLine.__table__
_FINDINGS: Any = Finding.__table__
_OF_LINE = ("isp_id", "period", "version", "register", "sample", "place")
_OF_CHOICE = ("population", "flagged", "first", "population_digest", "sample_digest")


def draw_sample(
    session: Session,
    filing: Filing,
    slug: str,
    wanted: int,
    *,
    chance: str | None = None,
    by: Actor,
    at: datetime,
) -> Sample:
    """Draw a sample of the entries of a register behind a filing.

    The seed is made at the draw, so nobody tries seeds at home; ``chance`` (the numbers of a public
    lottery, say) goes before it, so that it is not the portal's alone either. A further draw waits
    until the one before was looked at, and is named as such. Raises OutsideEngagement, NotThere,
    SampleTooLarge, NothingToSample, SampleUnfinished.
    """
    engagement = _engaged(session, filing, by, at)
    most = policy_at(session, at).policy.audit.sample_most
    if not 1 <= wanted <= most:
        raise SampleTooLarge("wanted", most=most)
    slug, made = register_named(slug).slug, made_seed(session)
    seed = f"{chance} {made}" if chance else made
    choice = choose(session, frozen_work(session, filing), slug, seed, wanted)
    if not choice.chosen:
        raise NothingToSample("slug", register=slug)
    sample: dict[str, Any] = {"engagement": engagement.no, "seed": seed, "chance": chance}
    with stepping(session, Step.SAMPLE):
        return _record_draw(session, filing, slug, sample, choice, by=by, at=at)


def _record_draw(
    session: Session,
    filing: Filing,
    slug: str,
    drawn: dict[str, Any],
    choice: Choice,
    *,
    by: Actor,
    at: datetime,
) -> Sample:
    book = take(session, filing.isp_id)
    # Ended meanwhile, perhaps: that act holds the same ledger.
    _engaged(session, filing, by, at)
    before = [one for one in samples(session, filing) if one.sample.register == slug]
    left = {one.sample.engagement for one in before if one.waiting}
    # Whose engagement is over looks no more: what they left counts, and keeps nobody out.
    if running(session, left, at):
        raise SampleUnfinished("slug", no=len(before), register=slug)
    row = _named(filing, slug) | drawn | {"no": len(before) + 1, "chosen": len(choice.chosen)}
    row |= {name: getattr(choice, name) for name in _OF_CHOICE}
    row["digest"] = line_digest(Sample, row)
    facts = {"register": slug, "no": row["no"], "chosen": row["chosen"]}
    facts |= {"engagement": row["engagement"], "line": row["digest"].hex()}
    seq = append(session, book, "sample.drawn", by=by, at=at, subject=filing.receipt, **facts)
    stamp(row, seq, by=by.person_id, at=at)
    session.execute(insert(_SAMPLES), [row])
    session.execute(insert(_LINES), _rows(filing, slug, row["no"], choice))
    return the_sample(session, filing, slug, row["no"])


def find(
    session: Session,
    sample: Sample,
    place: int,
    outcome: FindingOutcome,
    difference: Difference | None = None,
    *,
    by: Actor,
    at: datetime,
) -> Finding:
    """Record what the evidence said of one sampled line; a later finding replaces it.

    Raises OutsideEngagement, NotThere, DifferenceNotNamed, FoundAlready.
    """
    filing = session.get_one(Filing, (sample.isp_id, sample.period, sample.version))
    if sample.engagement not in {one.no for one in holding(session, by, at)}:
        raise OutsideEngagement("isp")
    _engaged(session, filing, by, at)
    line = the_line(session, sample, place)
    if (outcome is FindingOutcome.DIFFERS) != (difference is not None):
        raise DifferenceNotNamed("difference")
    with stepping(session, Step.FINDING):
        return _record_finding(session, filing, line, outcome, difference, by=by, at=at)


def _record_finding(
    session: Session,
    filing: Filing,
    line: SampledLine,
    outcome: FindingOutcome,
    difference: Difference | None,
    *,
    by: Actor,
    at: datetime,
) -> Finding:
    book = take(session, filing.isp_id)
    _engaged(session, filing, by, at)
    sample = the_sample(session, filing, line.register, line.sample)
    known = findings(session, sample).get(line.place)
    if known is not None and (known.outcome, known.difference) == (outcome, difference):
        raise FoundAlready("outcome")
    row = {name: getattr(line, name) for name in _OF_LINE}
    row |= {"no": known.no + 1 if known else 1, "outcome": outcome, "difference": difference}
    row["digest"] = line_digest(Finding, row)
    facts = {name: row[name] for name in ("register", "sample", "place")}
    facts |= {"outcome": str(outcome), "line": row["digest"].hex()}
    seq = append(session, book, "sample.found", by=by, at=at, subject=filing.receipt, **facts)
    stamp(row, seq, by=by.person_id, at=at)
    close(session, Finding, seq, **{name: row[name] for name in _OF_LINE})
    session.execute(insert(_FINDINGS), [row])
    return findings(session, sample)[line.place]


def _engaged(session: Session, filing: Filing, by: Actor, at: datetime) -> Engagement:
    if not may(by.role, Permission.SAMPLE_DRAW):
        raise OutsideEngagement("isp")
    return covering(session, by, filing.isp_id, Period.parse(filing.period), at)


def _named(filing: Filing, slug: str) -> dict[str, Any]:
    named = {name: getattr(filing, name) for name in ("isp_id", "period", "version")}
    return named | {"register": slug}


def _rows(filing: Filing, slug: str, no: int, choice: Choice) -> list[dict[str, Any]]:
    return [
        _named(filing, slug) | {"sample": no, "place": place} | vars(one)
        for place, one in enumerate(choice.chosen, start=1)
    ]
