"""Unflagged nils are accepted together, one decision each, after a sample is drawn (chairs B7)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, event, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.accounts import OrganisationKind, Role
from portal.accounts.actions import Naming, found
from portal.entries.entry import line_digest
from portal.errors import NotThere
from portal.mail import Mail
from portal.notices.actions import send
from portal.notices.codes import SourceType
from portal.notices.inputs import NoticeIn
from portal.notices.notifiers import admit_notifier
from portal.registers.declaring import declare
from portal.returns.filing import recall
from portal.returns.model import AmendmentReason, Decision, DecisionOutcome, ReviewStart
from portal.reviews import comment, open_review
from portal.reviews.model import DrawnFiling, NilDraw
from portal.reviews.nil_draws import (
    Sitting,
    accept_others,
    chosen_of,
    digest_of_names,
    draw,
    drawable,
    drawn_from,
    redraw,
)
from portal.reviews.nil_flags import NilFlag, nils
from portal.reviews.refusals import NothingToAccept, NothingToDraw, SampleWaits
from portal.trail import Event, verify
from tests import build
from tests.build import (
    FOUNDER,
    NOW,
    START,
    a_complaint,
    a_declaration,
    a_takedown,
    an_officer,
    an_update,
    made,
)
from tests.notices.street import NOTICE
from tests.reviews.build import OCTOBER, REVIEWED_AT, SEPTEMBER
from tests.reviews.quiet import Country, a_quiet_country

LATER = REVIEWED_AT + timedelta(hours=1)


def flags(country: Country, slug: str) -> list[NilFlag]:
    [nil] = [one for one in nils(country.session, OCTOBER, REVIEWED_AT) if one.isp.slug == slug]
    return list(nil.flags)


def drawn(country: Country, seed: str = "7") -> NilDraw:
    return draw(country.session, OCTOBER, seed=seed, by=country.reviewer, at=REVIEWED_AT)


def sample(country: Country) -> list[str]:
    rows = drawn_from(country.session, OCTOBER, 1)
    return [row.receipt for row in rows if row.by_hand]


def judges_the_sample(country: Country, outcome: DecisionOutcome = DecisionOutcome.ACCEPT) -> None:
    wanted = sample(country)
    for nil in nils(country.session, OCTOBER, REVIEWED_AT):
        if nil.filing.receipt in wanted:
            country.judges(nil.filing, outcome)


def accepted(country: Country, at: datetime = LATER) -> Sitting:
    return accept_others(country.session, OCTOBER, 1, by=country.reviewer, at=at)


# The rule of the draw.


def plain(seed: str, receipts: set[str], tenths: int) -> list[str]:
    """The sample as somebody without the portal would draw it, one receipt after the other."""
    left = {hashlib.sha256(f"{seed}{one}".encode()).hexdigest(): one for one in receipts}
    wanted = max(1, ceil(Fraction(len(receipts) * tenths, 1000)))
    return sorted(left.pop(min(left)) for _ in range(min(wanted, len(receipts))))


RECEIPTS = st.sets(st.from_regex(r"R-2026-1[0-2]-\d{4}-[1-3]", fullmatch=True), min_size=1)


@given(RECEIPTS, st.text("0123456789abcdef", min_size=1, max_size=64), st.integers(1, 1000))
def test_the_draw_is_what_a_plain_redraw_gives(receipts: set[str], seed: str, tenths: int) -> None:
    assert chosen_of(seed, receipts, tenths) == plain(seed, receipts, tenths)


@given(RECEIPTS.flatmap(lambda some: st.permutations(sorted(some))), st.integers(1, 1000))
def test_the_order_of_the_list_does_not_matter(receipts: list[str], tenths: int) -> None:
    assert chosen_of("7", receipts, tenths) == chosen_of("7", sorted(receipts), tenths)
    assert digest_of_names(receipts) == digest_of_names(reversed(receipts))


def test_one_at_least_is_drawn_and_never_more_than_there_are() -> None:
    assert len(chosen_of("7", ["a"], 1)) == 1
    assert len(chosen_of("7", ["a", "b", "c"], 1000)) == 3
    assert len(chosen_of("7", [str(n) for n in range(11)], 100)) == 2


# What stands out.


def test_a_nil_return_on_which_nothing_stands_out_has_no_flag(session: Session) -> None:
    country = a_quiet_country(session, 1)

    assert flags(country, "quiet-00") == []


def test_what_is_not_nil_is_not_listed(session: Session) -> None:
    country = Country.of(session, "quiet-00")
    assert nils(session, OCTOBER, REVIEWED_AT) == []
    country.trains("quiet-00")
    assert nils(session, SEPTEMBER.previous(), REVIEWED_AT) == []


def test_a_late_one_is_flagged(session: Session) -> None:
    country = Country.of(session, "quiet-00")
    country.files("quiet-00", at=REVIEWED_AT - timedelta(hours=20))

    assert flags(country, "quiet-00") == [NilFlag.LATE]


def test_a_later_version_is_flagged(session: Session) -> None:
    country = a_quiet_country(session, 1)
    isp, preparer, approver = country.people["quiet-00"]
    recall(session, isp.id, OCTOBER, 1, by=approver, at=NOW + timedelta(days=2))
    country.files(
        "quiet-00", reason=AmendmentReason.RECALLED, trained=False, at=NOW + timedelta(days=2)
    )

    assert preparer.organisation_id == isp.id
    assert flags(country, "quiet-00") == [NilFlag.LATER_VERSION]


def test_one_that_is_looked_at_by_hand_is_flagged(session: Session) -> None:
    country = a_quiet_country(session, 1)
    [nil] = nils(session, OCTOBER, REVIEWED_AT)
    by = country.reviewer
    open_review(session, nil.isp.id, OCTOBER, 1, by=by, at=REVIEWED_AT)
    comment(session, nil.filing, "", "Why so quiet?", by=by, at=REVIEWED_AT)

    assert flags(country, "quiet-00") == [NilFlag.BEGUN, NilFlag.COMMENTED]


def test_a_declaration_that_says_no_is_flagged_and_so_is_the_duty_not_met(session: Session) -> None:
    country = Country.of(session, "quiet-00")
    isp, preparer, _ = country.people["quiet-00"]
    value = a_declaration(session, answer="NO")
    declare(session, isp.id, value, expects=0, by=preparer, at=NOW)
    country.files("quiet-00")

    assert flags(country, "quiet-00") == [NilFlag.SAID_NO, NilFlag.ADVERSE]


def test_an_isp_without_a_roster_is_flagged(session: Session) -> None:
    country = Country.of(session, "quiet-00")
    country.files("quiet-00", trained=False)

    assert flags(country, "quiet-00") == [NilFlag.NO_ROSTER]


def test_an_opening_that_does_not_tie_is_flagged(session: Session) -> None:
    country = Country.of(session)
    country.settles("quiet-00", open_items=3)
    country.files("quiet-00")

    assert NilFlag.ADJUSTED in flags(country, "quiet-00")


def test_who_updated_lists_the_month_before_and_none_now_is_flagged(session: Session) -> None:
    country = Country.of(session)
    country.settles("quiet-00", first=SEPTEMBER)
    in_september = {
        name: "2026-09" + build.UPDATE[name][7:]
        for name in ("published_at", "fetched_at", "applied_at", "tested_at")
    }
    country.records("quiet-00", "blocklists", an_update(session, **in_september))
    country.files("quiet-00", period=SEPTEMBER, nils=frozenset({"takedowns"}))
    country.files("quiet-00", trained=False)

    assert NilFlag.FELL_SILENT in flags(country, "quiet-00")


@pytest.mark.parametrize(
    ("over", "wanted"),
    [
        ({}, []),
        ({"test_result": "FAIL"}, [NilFlag.ADVERSE, NilFlag.UNTESTED]),
        ({"applied_at": "2026-10-19 15:00"}, [NilFlag.ADVERSE, NilFlag.SOMETHING_LATE]),
    ],
)
def test_lists_may_be_updated_if_all_of_it_was_in_time_and_tested_case_17(
    session: Session, over: dict[str, str | None], wanted: list[NilFlag]
) -> None:
    """Case 17: a return with list updates and no notices is nil in what was asked."""
    country = Country.of(session, "quiet-00")
    country.records("quiet-00", "blocklists", an_update(session, **over))
    country.files("quiet-00", nils=frozenset({"takedowns", "training"}))

    assert flags(country, "quiet-00") == wanted


def test_who_had_an_item_or_a_complaint_is_not_listed_at_all(session: Session) -> None:
    country = Country.of(session, "asked-00", "asked-01")
    country.records("asked-00", "takedowns", a_takedown(session, item_no=1))
    country.files("asked-00", nils=frozenset({"blocklists", "training"}))
    country.records("asked-01", "complaints", a_complaint(session))
    country.files("asked-01")

    assert nils(session, OCTOBER, REVIEWED_AT) == []


def a_notice(country: Country, slug: str) -> None:
    """A hotline sent items in October, whenever it says so."""
    session = country.session
    naming = Naming("Fictional hotline", "hotline", "N-1")
    body = found(session, OrganisationKind.NOTIFIER, "hotline", naming, by=FOUNDER, at=START)
    admit_notifier(
        session, body.id, SourceType.HOTLINE_NATIONAL, from_on=date(2025, 9, 1), sole=True,
        by=FOUNDER, at=datetime.combine(date(2025, 9, 1), START.timetz()),
    )  # fmt: skip
    value = made(session, NoticeIn, NOTICE, REVIEWED_AT)
    officer = an_officer(session, body, Role.NOTIFIER, "Rith Hotline")
    send(session, value, [country.people[slug][0].id], by=officer, at=REVIEWED_AT)


def test_what_a_notifier_sent_and_nobody_logged_is_flagged(session: Session) -> None:
    country = a_quiet_country(session, 2)
    a_notice(country, "quiet-01")

    assert flags(country, "quiet-01") == [NilFlag.SENT_NOT_LOGGED]
    assert flags(country, "quiet-00") == []


# The draw and the sitting.


def test_a_draw_is_recorded_so_that_an_auditor_can_draw_again(session: Session) -> None:
    country = a_quiet_country(session, 4)
    row = drawn(country, "lottery 7 of 12 November")

    assert (row.listed, row.chosen, row.tenths, row.seed_given) == (4, 1, 100, True)
    again = redraw(session, OCTOBER, 1)
    assert (again.same_list, again.same_sample) == (True, True)
    assert list(again.chosen) == sample(country)
    columns = {c.name: getattr(row, c.name) for c in NilDraw.__table__.columns}
    assert line_digest(NilDraw, columns) == row.digest
    told = session.scalars(select(Event).where(Event.kind == "nils.drawn")).one()
    assert row.digest.hex() in told.facts
    assert verify(session) == []


def test_a_seed_is_made_where_nobody_brings_one(session: Session) -> None:
    country = a_quiet_country(session, 1)
    row = draw(session, OCTOBER, by=country.reviewer, at=REVIEWED_AT)

    assert (len(row.seed), row.seed_given) == (32, False)


def test_nobody_draws_until_the_sample_pleases(session: Session) -> None:
    country = a_quiet_country(session, 2)
    drawn(country)

    with pytest.raises(NothingToDraw):
        drawn(country, "8")
    country.settles("quiet-09")
    country.files("quiet-09")
    assert [nil.isp.slug for nil in drawable(session, OCTOBER, REVIEWED_AT)] == ["quiet-09"]
    assert drawn(country, "8").no == 2


def test_a_flagged_return_is_never_drawn_from(session: Session) -> None:
    country = a_quiet_country(session, 2)
    a_notice(country, "quiet-01")
    drawn(country)

    assert [row.receipt for row in drawn_from(session, OCTOBER, 1)] == [
        nil.filing.receipt for nil in nils(session, OCTOBER, REVIEWED_AT) if not nil.flags
    ]


def test_the_others_wait_until_the_sample_is_judged_by_hand(session: Session) -> None:
    country = a_quiet_country(session, 3)
    drawn(country)

    with pytest.raises(SampleWaits):
        accepted(country)
    judges_the_sample(country)
    assert len(accepted(country).accepted) == 2


def test_each_isp_has_a_review_begun_a_decision_and_a_mail_of_its_own(session: Session) -> None:
    """Chairs B7: accepted in bulk, one decision each."""
    country = a_quiet_country(session, 4)
    drawn(country)
    judges_the_sample(country)
    before = session.scalar(select(func.count()).select_from(Mail)) or 0

    sitting = accepted(country)

    assert len(sitting.accepted) == 3
    assert sitting.dropped == ()
    decided = session.scalars(select(Decision).where(Decision.decided_at == LATER)).all()
    assert {(one.outcome, one.decided_by) for one in decided} == {
        (DecisionOutcome.ACCEPT, country.reviewer.person_id)
    }
    begun = session.scalars(select(ReviewStart).where(ReviewStart.opened_at == LATER)).all()
    assert {one.isp_id for one in begun} == {one.isp_id for one in decided}
    for one in decided:
        last = session.scalars(
            select(Event.kind).where(Event.isp_id == one.isp_id).order_by(Event.seq.desc()).limit(2)
        ).all()
        assert last == ["review.decided", "review.begun"]
    assert (session.scalar(select(func.count()).select_from(Mail)) or 0) - before == 6
    assert verify(session) == []


def test_what_stands_out_since_the_draw_drops_out(session: Session) -> None:
    country = a_quiet_country(session, 3)
    drawn(country)
    judges_the_sample(country)
    others = [row for row in drawn_from(session, OCTOBER, 1) if not row.by_hand]
    slug = next(s for s, (isp, *_) in country.people.items() if isp.id == others[0].isp_id)
    a_notice(country, slug)

    sitting = accepted(country)

    assert sitting.accepted == (others[1].receipt,)
    assert sitting.dropped == ((others[0].receipt, (NilFlag.SENT_NOT_LOGGED,)),)
    with pytest.raises(NothingToAccept):
        accepted(country)


def test_what_was_recalled_since_the_draw_drops_out_and_is_no_hindrance(session: Session) -> None:
    country = a_quiet_country(session, 3)
    drawn(country)
    [by_hand] = [row for row in drawn_from(session, OCTOBER, 1) if row.by_hand]
    gone, kept = [row for row in drawn_from(session, OCTOBER, 1) if not row.by_hand]
    for row in (by_hand, gone):
        [approver] = [who[2] for who in country.people.values() if who[0].id == row.isp_id]
        recall(session, row.isp_id, OCTOBER, 1, by=approver, at=REVIEWED_AT)

    sitting = accepted(country)

    assert sitting.accepted == (kept.receipt,)
    assert sitting.dropped == ((gone.receipt, ()),)


def test_a_month_without_a_draw_has_nothing_to_accept(session: Session) -> None:
    country = a_quiet_country(session, 1)

    with pytest.raises(NotThere):
        accepted(country)
    drawn(country)
    judges_the_sample(country)
    with pytest.raises(NothingToAccept):
        accepted(country)


def test_nobody_rewrites_a_draw(session: Session) -> None:
    country = a_quiet_country(session, 1)
    drawn(country)
    session.commit()

    for table in (NilDraw, DrawnFiling):
        with pytest.raises(DBAPIError):
            session.execute(text(f"DELETE FROM {table.__tablename__}"))  # noqa: S608 - our own name
        session.rollback()


@contextmanager
def counting(engine: Engine) -> Iterator[list[str]]:
    asked: list[str] = []

    def note(*args: object) -> None:
        asked.append(str(args[2]))

    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


def test_a_list_asks_as_much_for_many_as_for_few(session: Session, engine: Engine) -> None:
    country = a_quiet_country(session, 2)
    with counting(engine) as few:
        nils(session, OCTOBER, REVIEWED_AT)
    for slug in ("quiet-07", "quiet-08", "quiet-09"):
        country.settles(slug)
        country.files(slug)
    with counting(engine) as many:
        nils(session, OCTOBER, REVIEWED_AT)

    assert len(many) == len(few)


def test_a_sitting_asks_little_for_each_filing(session: Session, engine: Engine) -> None:
    country = a_quiet_country(session, 6)
    drawn(country)
    judges_the_sample(country)
    session.commit()
    session.expunge_all()
    with counting(engine) as asked:
        sitting = accepted(country)

    assert len(sitting.accepted) == 5
    assert len(asked) <= 30 + 18 * len(sitting.accepted)
