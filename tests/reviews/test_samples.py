"""A sample is drawn by a rule that anybody can follow by hand, and never until it pleases."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from portal.entries.codes import CorrectionReason
from portal.registers.actions import admit, correct
from portal.registers.codes import Progress
from portal.registers.progress import progress
from portal.registers.register import REGISTERS
from portal.returns.frozen import frozen_digests, frozen_work
from portal.returns.model import Filing
from portal.returns.queries import read
from portal.reviews.engagements.actions import end
from portal.reviews.engagements.model import EndReason
from portal.reviews.engagements.refusals import OutsideEngagement
from portal.reviews.samples.actions import draw_sample, find
from portal.reviews.samples.choosing import Drawn, Side, shared
from portal.reviews.samples.model import Difference, FindingOutcome, LineFlag, Sample
from portal.reviews.samples.queries import (
    findings,
    lines_of,
    projected,
    redraw,
    sampled_registers,
    samples,
)
from portal.reviews.samples.refusals import (
    DifferenceNotNamed,
    FoundAlready,
    NothingToSample,
    SampleTooLarge,
    SampleUnfinished,
)
from portal.trail import events_of, verify
from tests import build
from tests.reviews.auditing import LOOKS_AT, Audit
from tests.reviews.build import FILED_AT, REVIEWED_AT

AGREES, DIFFERS, NOT_SHOWN = FindingOutcome


def draws(audit: Audit, filing: Filing, wanted: int = 5, register: str = "takedowns") -> Sample:
    return draw_sample(audit.session, filing, register, wanted, by=audit.ly, at=LOOKS_AT)


def finds_all(audit: Audit, sample: Sample, *outcomes: FindingOutcome) -> None:
    """Find the lines of a sample, the last outcome for all that are left."""
    for place in range(1, sample.chosen + 1):
        outcome = outcomes[min(place, len(outcomes)) - 1]
        why = Difference.TIME if outcome is DIFFERS else None
        find(audit.session, sample, place, outcome, why, by=audit.ly, at=LOOKS_AT)


def by_hand(seed: str, digests: list[str], wanted: int) -> list[str]:
    """As somebody does it with sha256sum, sort and head."""
    hashed = [f"{hashlib.sha256((seed + d).encode()).hexdigest()} {d}" for d in digests]
    return [line.split()[1] for line in sorted(hashed)[:wanted]]


def test_the_sample_is_what_its_seed_chooses_by_hand(audit: Audit) -> None:
    audit.engaged()
    filing = audit.filed(12)
    sample = draws(audit, filing)

    work = frozen_work(audit.session, filing)
    _names, rows = frozen_digests(audit.session, work.frame, "takedowns")
    digests = [row["digest"] for row in rows]
    chosen = [one.line.hex() for one in lines_of(audit.session, sample)]
    assert (sample.population, sample.chosen, sample.flagged) == (12, 5, 0)
    assert chosen == by_hand(sample.seed, digests, 5)
    assert len(sample.seed) == 32
    # Nothing happened to these items: so the population is all that the statement's digest covers.
    assert read(filing.statement)["registers"]["takedowns"]["digest"] == (
        sample.population_digest.hex()
    )
    again = redraw(audit.session, filing, sample)
    assert again.same_population
    assert again.same_sample


def test_public_chance_goes_before_the_seed_and_is_never_all_of_it(audit: Audit) -> None:
    audit.engaged()
    by, filing = audit.ly, audit.filed(6)
    words = "lottery of 12.11.: 071834"

    sample = draw_sample(
        audit.session, filing, "takedowns", 2, chance=words, by=by, at=LOOKS_AT
    )  # fmt: skip

    assert sample.seed.startswith(f"{words} ")
    assert len(sample.seed) == len(words) + 33
    assert redraw(audit.session, filing, sample).same_sample


def test_case_19_what_was_entered_after_its_limit_is_sampled_first(audit: Audit) -> None:
    """Domain §7, case 19: flag, sample first."""
    session, office = audit.session, audit.office
    audit.engaged()
    rows = [build.a_takedown(session, at=FILED_AT, source_ref=f"S-{n}") for n in range(30)]
    takedowns = REGISTERS["takedowns"]
    by, at = office.preparer, FILED_AT
    done = admit(session, office.isp.id, takedowns, rows, by=by, at=at)
    late = done.keys[7]
    step = build.a_step(
        session, Progress.ACTIONED, "2026-10-12 10:00", at=at, action="REMOVED",
        time_source="OPERATOR_ENTRY",
    )  # fmt: skip
    progress(session, office.isp.id, late, Progress.ACTIONED, step, expects_no=0, by=by, at=at)
    filing = office.filed(nils=frozenset({"blocklists", "training"}))

    sample = draws(audit, filing, 4)

    first = lines_of(session, sample)[0]
    assert (first.key, first.flag) == (late, LineFlag.BACK_DATED)
    assert (sample.flagged, sample.first, sample.chosen) == (1, 1, 4)


def test_priority_1_and_what_was_corrected_are_looked_at_first(audit: Audit) -> None:
    session, office = audit.session, audit.office
    audit.engaged()
    spans = [build.a_span(session, at=FILED_AT, staff_ref=f"S-{1000 + n}") for n in range(9)]
    roster, by = REGISTERS["roster"], office.preparer
    key = admit(session, office.isp.id, roster, spans, by=by, at=FILED_AT).keys[4]
    correct(
        session, office.isp.id, roster, key, expects=1,
        value=build.a_span(session, at=FILED_AT, staff_ref="S-1004", handles_notices=True,
                           joined_on="2025-08-01"),
        reason=CorrectionReason.TYPING_ERROR, by=by, at=FILED_AT,
    )  # fmt: skip
    filing = audit.filed(20, urgent=3)

    urgent = lines_of(session, draws(audit, filing, 4))
    assert [one.flag for one in urgent] == [LineFlag.URGENT] * 2 + [LineFlag.NONE] * 2
    people = lines_of(session, draws(audit, filing, 3, "roster"))
    assert [one.flag for one in people] == [LineFlag.CORRECTED, LineFlag.NONE, LineFlag.NONE]
    assert people[0].key == key


@given(flagged=st.integers(0, 60), others=st.integers(0, 60), wanted=st.integers(1, 100))
def test_half_is_taken_from_what_is_looked_at_first_and_nothing_is_left_short(
    flagged: int, others: int, wanted: int
) -> None:
    first = shared(flagged, others, wanted)
    rest = min(others, wanted - first)

    assert 0 <= first <= min(flagged, wanted)
    assert first + rest == min(wanted, flagged + others)
    assert first >= min(flagged, -(-wanted // 2))
    assert first <= -(-wanted // 2) or rest == others


def test_what_was_entered_since_changes_no_sample(audit: Audit) -> None:
    audit.engaged()
    filing = audit.filed(8)
    sample = draws(audit, filing, 3)
    audit.office.corrects_its_ticket("T-9999")
    audit.office.entry("T-10000")

    again = redraw(audit.session, filing, sample)
    assert again.same_population
    assert again.same_sample


def test_nobody_draws_again_before_the_first_draw_was_looked_at(audit: Audit) -> None:
    audit.engaged()
    filing = audit.filed(8)
    first = draws(audit, filing, 2)
    with pytest.raises(SampleUnfinished):
        draws(audit, filing, 2)

    finds_all(audit, first, DIFFERS, AGREES)
    second = draws(audit, filing, 2)

    assert (second.no, second.seed == first.seed) == (2, False)
    told = events_of(audit.session, filing.isp_id, before=None, limit=9)
    assert [e.kind for e in told if e.kind == "sample.drawn"] == ["sample.drawn"] * 2
    assert verify(audit.session) == []


def test_what_an_auditor_left_keeps_the_next_one_from_nothing_and_still_counts(
    audit: Audit,
) -> None:
    first = audit.engaged()
    filing = audit.filed(12)
    draws(audit, filing)
    end(audit.session, first.no, EndReason.AUDITOR_CHANGED, by=audit.policy_officer, at=LOOKS_AT)
    audit.engaged(people=[audit.oun.person_id])

    second = draw_sample(audit.session, filing, "takedowns", 5, by=audit.oun, at=LOOKS_AT)
    for place in range(1, second.chosen + 1):
        find(audit.session, second, place, AGREES, by=audit.oun, at=LOOKS_AT)

    assert second.no == 2
    assert sampled_registers(audit.session, filing, 10**6) == frozenset()


def test_a_sample_is_of_something_and_no_larger_than_the_policy_says(audit: Audit) -> None:
    audit.engaged()
    filing = audit.filed(3)
    for wanted in (0, 101):
        with pytest.raises(SampleTooLarge):
            draws(audit, filing, wanted)
    with pytest.raises(NothingToSample):
        draws(audit, filing, 5, "complaints")
    assert draws(audit, filing, 100).chosen == 3


def test_only_who_is_engaged_draws_and_finds(audit: Audit) -> None:
    made = audit.engaged()
    filing, session = audit.filed(4), audit.session
    for by in (audit.oun, audit.office.reviewer, audit.office.preparer):
        with pytest.raises(OutsideEngagement):
            draw_sample(session, filing, "takedowns", 2, by=by, at=LOOKS_AT)
    sample = draws(audit, filing, 2)
    audit.engaged(people=[audit.oun.person_id])
    with pytest.raises(OutsideEngagement):
        find(session, sample, 1, AGREES, by=audit.oun, at=LOOKS_AT)
    with pytest.raises(OutsideEngagement):
        find(session, sample, 1, AGREES, by=audit.ly, at=LOOKS_AT + timedelta(days=30))
    end(session, made.no, EndReason.WORK_DONE, by=audit.office.issuer, at=LOOKS_AT)
    with pytest.raises(OutsideEngagement):
        find(session, sample, 1, AGREES, by=audit.ly, at=LOOKS_AT)


def test_a_finding_is_coded_and_a_later_one_replaces_it(audit: Audit) -> None:
    audit.engaged()
    sample = draws(audit, audit.filed(4), 2)
    session, by, at = audit.session, audit.ly, LOOKS_AT
    with pytest.raises(DifferenceNotNamed):
        find(session, sample, 1, DIFFERS, by=by, at=at)
    with pytest.raises(DifferenceNotNamed):
        find(session, sample, 1, AGREES, Difference.TIME, by=by, at=at)

    find(session, sample, 1, NOT_SHOWN, by=by, at=at)
    with pytest.raises(FoundAlready):
        find(session, sample, 1, NOT_SHOWN, by=by, at=at)
    find(session, sample, 1, DIFFERS, Difference.NUMBER, by=by, at=at)

    [(place, one)] = findings(session, sample).items()
    assert (place, one.no, one.outcome, one.difference) == (1, 2, DIFFERS, Difference.NUMBER)
    assert session.scalar(text("SELECT count(*) FROM sample_finding")) == 2
    session.flush()
    with pytest.raises(DatabaseError, match="append-only"):
        session.execute(text("UPDATE sample_finding SET outcome = 'AGREES'"))


def test_what_was_found_is_projected_by_sides_in_whole_numbers(audit: Audit) -> None:
    """Each side stands for itself: 1 of 2 of 3 flagged, and 1 of 2 of 17 others, of 20."""
    audit.engaged()
    filing = audit.filed(20, urgent=3)
    sample = draws(audit, filing, 4)
    finds_all(audit, sample, DIFFERS, AGREES, NOT_SHOWN)

    [told] = samples(audit.session, filing)
    assert (told.waiting, told.agrees) == (0, False)
    assert told.counts == {AGREES: 1, DIFFERS: 1, NOT_SHOWN: 2}
    # 3/2 of 20 are 7.5 %; all 17 of 20 are 85 %; they agree together to the whole.
    assert told.projected == {DIFFERS: 75, NOT_SHOWN: 850, AGREES: 75}
    assert projected(sample, 0, 1) == 425


def test_nothing_is_projected_while_lines_wait(audit: Audit) -> None:
    audit.engaged()
    filing = audit.filed(4)
    find(audit.session, draws(audit, filing, 2), 1, AGREES, by=audit.ly, at=LOOKS_AT)

    [told] = samples(audit.session, filing)
    assert told.waiting == 1
    assert set(told.projected.values()) == {None}


@pytest.mark.parametrize(
    ("first", "second", "stands"),
    [
        ((AGREES,), (), True),
        ((AGREES, DIFFERS), (), False),
        ((NOT_SHOWN,), (), False),
        ((AGREES, DIFFERS), (AGREES,), False),
        ((AGREES,), (AGREES,), True),
    ],
)
def test_a_result_stands_on_a_sample_only_if_every_line_of_every_draw_agreed(
    audit: Audit,
    first: tuple[FindingOutcome, ...],
    second: tuple[FindingOutcome, ...],
    stands: bool,
) -> None:
    """chairs B4: the word must not say more than the sample did."""
    audit.engaged()
    filing = audit.filed(9)
    finds_all(audit, draws(audit, filing, 2), *first)
    if second:
        finds_all(audit, draws(audit, filing, 2), *second)
    audit.office.decided(filing, at=REVIEWED_AT)

    seq = audit.session.scalar(text("SELECT max(seq) FROM decision"))
    assert sampled_registers(audit.session, filing, seq) == ({"takedowns"} if stands else set())


def test_a_sample_finished_after_the_decision_is_not_what_it_stands_on(audit: Audit) -> None:
    """chairs B4"""
    audit.engaged()
    filing = audit.filed(5)
    sample = draws(audit, filing, 2)
    find(audit.session, sample, 1, AGREES, by=audit.ly, at=LOOKS_AT)
    audit.office.decided(filing, at=REVIEWED_AT)
    seq = audit.session.scalar(text("SELECT max(seq) FROM decision"))
    find(audit.session, sample, 2, AGREES, by=audit.ly, at=LOOKS_AT)

    assert sampled_registers(audit.session, filing, seq) == frozenset()


def test_a_long_register_is_drawn_from_in_a_little_memory() -> None:
    lines = [Drawn(n, LineFlag.NONE, hashlib.sha256(str(n).encode()).digest()) for n in range(9000)]
    side = Side("a seed", 6)
    most = 0
    for one in lines:
        side.meets(one)
        most = max(most, len(side.kept))

    assert [one.line.hex() for one in side.best(6)] == by_hand(
        "a seed", [one.line.hex() for one in lines], 6
    )
    assert (side.count, most < 2100) == (9000, True)
