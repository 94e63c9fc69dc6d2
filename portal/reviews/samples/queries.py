"""Questions about samples: what was found so far, what it projects to, whether they redraw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts.queries import as_of
from portal.errors import NotThere
from portal.returns.frozen import frozen_work
from portal.returns.model import Filing
from portal.reviews.drawing import digest_of_names
from portal.reviews.samples.choosing import choose
from portal.reviews.samples.model import Finding, FindingOutcome, LineFlag, Sample, SampledLine

THOUSAND = 1000


@dataclass(frozen=True)
class Outcome:
    """A sample and what was found: how many lines wait, how often each outcome, and what that
    projects to, in tenths of a per cent of the whole population (None while lines wait).
    """

    sample: Sample
    counts: Mapping[FindingOutcome, int]
    projected: Mapping[FindingOutcome, int | None]

    @property
    def waiting(self) -> int:
        """How many lines have no finding yet."""
        return self.sample.chosen - sum(self.counts.values())

    @property
    def agrees(self) -> bool:
        """Whether every line was looked at and agrees."""
        return self.counts.get(FindingOutcome.AGREES, 0) == self.sample.chosen


@dataclass(frozen=True)
class Redrawn:
    """A sample drawn again: whether population and sample are what was recorded."""

    same_population: bool
    same_sample: bool


def the_sample(session: Session, filing: Filing, slug: str, no: int) -> Sample:
    """A sample of a filing; raises NotThere."""
    named = {name: getattr(filing, name) for name in ("isp_id", "period", "version")}
    found = session.get(Sample, {**named, "register": slug, "no": no})
    if found is None:
        raise NotThere("sample")
    return found


def the_line(session: Session, sample: Sample, place: int) -> SampledLine:
    """A line of a sample; raises NotThere."""
    found = session.get(SampledLine, (*_key(sample), place))
    if found is None:
        raise NotThere("line")
    return found


def lines_of(session: Session, sample: Sample) -> Sequence[SampledLine]:
    """The lines of a sample, in the order in which they were drawn."""
    query = select(SampledLine).where(*_of(SampledLine, sample))
    return session.scalars(query.order_by(SampledLine.place)).all()


def findings(session: Session, sample: Sample) -> dict[int, Finding]:
    """What stands as found of a sample's lines, by place."""
    query = select(Finding).where(*_of(Finding, sample), Finding.closed_seq.is_(None))
    return {one.place: one for one in session.scalars(query)}


def samples(session: Session, filing: Filing, seq: int | None = None) -> list[Outcome]:
    """The samples drawn of a filing and what was found (as of a sequence number of the ISP), by
    register and draw.
    """
    key = (filing.isp_id, filing.period, filing.version)
    drawn = select(Sample).where(*_filed(Sample, key), as_of(Sample, seq))
    found = (
        select(Finding.register, Finding.sample, SampledLine.flag, Finding.outcome)
        .join(
            SampledLine,
            (SampledLine.isp_id == Finding.isp_id)
            & (SampledLine.period == Finding.period)
            & (SampledLine.version == Finding.version)
            & (SampledLine.register == Finding.register)
            & (SampledLine.sample == Finding.sample)
            & (SampledLine.place == Finding.place),
        )
        .where(*_filed(Finding, key), as_of(Finding, seq))
    )
    known = session.scalars(drawn.order_by(Sample.register, Sample.no)).all()
    rows = session.execute(found).all() if known else ()
    told: dict[tuple[str, int], list[Any]] = {(one.register, one.no): [] for one in known}
    for register, no, flag, outcome in rows:
        told[register, no].append((flag, outcome))
    return [_outcome(one, told[one.register, one.no]) for one in known]


def sampled_registers(session: Session, filing: Filing, seq: int) -> frozenset[str]:
    """The registers of a filing whose entries were compared with their evidence before an act: at
    least one sample was drawn by then, and every line of every sample drawn by then agreed (chairs
    B4). One that differs, could not be shown or waits leaves the result computed: the word must
    not say more than the sample did, and a second draw does not cover up the first.
    """
    judged: dict[str, bool] = {}
    for one in samples(session, filing, seq):
        slug = one.sample.register
        judged[slug] = judged.get(slug, True) and one.agrees
    return frozenset(slug for slug, agrees in judged.items() if agrees)


def redraw(session: Session, filing: Filing, sample: Sample) -> Redrawn:
    """Draw a sample again from the frozen entries by the recorded seed."""
    work = frozen_work(session, filing)
    again = choose(session, work, sample.register, sample.seed, sample.chosen)
    lines = digest_of_names(one.line.hex() for one in lines_of(session, sample))
    return Redrawn(
        (again.population, again.flagged, again.population_digest)
        == (sample.population, sample.flagged, sample.population_digest),
        again.sample_digest == sample.sample_digest == lines,
    )


def projected(sample: Sample, flagged_found: int, others_found: int) -> int:
    """How many tenths of a per cent of the population a count on each side projects to, rounded
    half up: each side's share stands for that side.
    """
    whole = Fraction(0)
    sides = (
        (sample.flagged, sample.first, flagged_found),
        (sample.population - sample.flagged, sample.chosen - sample.first, others_found),
    )
    for size, chosen, count in sides:
        whole += Fraction(size * count, chosen) if chosen else 0
    return int(whole * THOUSAND / sample.population + Fraction(1, 2))


def _outcome(sample: Sample, rows: Iterable[Any]) -> Outcome:
    sides: Counter[tuple[FindingOutcome, bool]] = Counter()
    for flag, outcome in rows:
        sides[outcome, flag is not LineFlag.NONE] += 1
    counts = {one: sides[one, True] + sides[one, False] for one in FindingOutcome}
    whole = sum(counts.values()) == sample.chosen
    share = {
        one: projected(sample, sides[one, True], sides[one, False]) if whole else None
        for one in FindingOutcome
    }
    return Outcome(sample, counts, share)


def _filed(table: Any, key: tuple[int, str, int]) -> list[Any]:
    columns = (table.isp_id, table.period, table.version)
    return [column == value for column, value in zip(columns, key, strict=True)]


def _key(sample: Sample) -> tuple[int, str, int, str, int]:
    return (sample.isp_id, sample.period, sample.version, sample.register, sample.no)


def _of(table: Any, sample: Sample) -> list[Any]:
    columns = (table.isp_id, table.period, table.version, table.register, table.sample)
    return [column == value for column, value in zip(columns, _key(sample), strict=True)]
