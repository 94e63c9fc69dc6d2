"""Declaring, preparing, filing, amending and recalling a month, and every no on that way."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from portal.accounts.actions import grant_waiver
from portal.accounts.licensing import license_isp, restate_licence
from portal.accounts.model import LicenceKind, LicenceStatus
from portal.accounts.refusals import NotYourGrant
from portal.accounts.waivers import waiver_on
from portal.errors import NotThere, Refused
from portal.period import Period
from portal.policy.actions import override_day
from portal.policy.codes import DayKind
from portal.policy.queries import NoPolicyInForce
from portal.registers.codes import Progress
from portal.returns import actions as returns
from portal.returns.model import AmendmentReason, DecisionOutcome, Filing, ReturnKind
from portal.returns.preflight import Weight, preflight
from portal.returns.queries import filings, in_force
from portal.returns.refusals import (
    BeingReviewed,
    MonthNotBegun,
    MonthNotOver,
    NewerPreparation,
    NilMissing,
    NilWithEntries,
    NotOwed,
    OpeningFixed,
    OpeningMissing,
    OwnPreparation,
    ReasonMissing,
    Unchanged,
)
from portal.reviews.actions import comment, decide, open_review
from tests.build import FOUNDER, an_isp
from tests.hearing import is_heard
from tests.returns.clock import NOVEMBER, OCTOBER, SEPTEMBER, local
from tests.returns.office import Office, indicator, said_by

ALL_NIL = ("takedowns", "blocklists", "training")
R = AmendmentReason


@pytest.fixture
def filed(office: Office) -> Filing:
    """October, filed nil on the fifth of November."""
    office.opens(OCTOBER)
    return office.returns(OCTOBER)


def reviewed(office: Office, filing: Filing, outcome: DecisionOutcome) -> None:
    """Let the authority judge a filing."""
    session, by = office.session, office.reviewer
    open_review(session, office.isp.id, OCTOBER, filing.version, by=by, at=office.now)
    if outcome != DecisionOutcome.ACCEPT:
        comment(session, filing, "", "Please look at this again.", by=by, at=office.now)
    is_heard(session, filing, outcome, officer=by, approver=office.approver, at=office.now)
    decide(session, filing, outcome, by=by, at=office.now)


def test_a_quiet_month_is_filed_nil_by_two_people_with_a_receipt(
    office: Office, filed: Filing
) -> None:
    """chairs B7."""
    assert (filed.kind, filed.receipt) == (ReturnKind.NIL, f"R-2026-10-{office.isp.id:04d}-1")
    assert filed.prepared_by != filed.approved_by
    assert filed.due_at == local("2026-11-10 23:59:59")
    assert in_force(office.session, office.isp.id, OCTOBER) == filed


def test_nil_is_refused_where_entries_exist(office: Office) -> None:
    office.logs()
    office.opens(OCTOBER)
    with pytest.raises(NilWithEntries) as refused:
        office.prepares(OCTOBER, ALL_NIL)
    assert refused.value.params == {"register": "takedowns", "entries": 1}


def test_silence_is_not_nil_and_all_that_is_missing_is_said_at_once(office: Office) -> None:
    office.logs()
    office.opens(OCTOBER)
    with pytest.raises(NilMissing):
        office.prepares(OCTOBER, ["training"])
    with pytest.raises(Refused) as several:
        office.prepares(OCTOBER, ["takedowns"])
    found = [(code, params["register"]) for _, code, params in several.value.problems]
    assert found == [
        ("nil-with-entries", "takedowns"),
        ("nil-missing", "blocklists"),
        ("nil-missing", "training"),
    ]


def test_no_nil_is_taken_for_what_no_nil_is_asked_of(office: Office) -> None:
    office.opens(OCTOBER)
    with pytest.raises(NotThere):
        office.prepares(OCTOBER, [*ALL_NIL, "complaints"])


def test_the_first_month_needs_an_opening_balance_and_only_the_first_has_one(
    office: Office,
) -> None:
    """chairs A4."""
    with pytest.raises(OpeningMissing):
        office.prepares(OCTOBER, ALL_NIL)
    office.opens(OCTOBER, 4)
    office.opens(OCTOBER, 3)
    filing = office.returns(OCTOBER)
    flow = said_by(filing)["roll_forward"]
    assert (flow["opening"], flow["adjustments"], flow["closing"]) == (3, -3, 0)
    for period in (OCTOBER, NOVEMBER):
        with pytest.raises(OpeningFixed):
            office.opens(period, 1)


def test_an_opening_balance_belongs_to_a_month_that_is_owed_and_has_begun(office: Office) -> None:
    office.at("2026-10-31 23:59")
    for period, refusal in ((Period(2030, 1), MonthNotBegun), (NOVEMBER, MonthNotBegun)):
        with pytest.raises(refusal):
            office.opens(period, 1)
    with pytest.raises(NotOwed):
        office.opens(Period(2025, 8), 1)
    office.at("2026-11-01 00:00").opens(NOVEMBER, 1)


def test_who_prepared_may_not_approve(office: Office) -> None:
    office.opens(OCTOBER)
    prepared = office.prepares(OCTOBER)
    with pytest.raises(OwnPreparation):
        office.files(OCTOBER, prepared, by=office.preparer)
    assert in_force(office.session, office.isp.id, OCTOBER) is None


def test_a_dated_waiver_lets_one_person_do_both_on_its_days_only(office: Office) -> None:
    office.opens(OCTOBER)
    prepared = office.prepares(OCTOBER)
    waiver = grant_waiver(
        office.session, office.isp.id, from_on=date(2026, 11, 6), until_on=date(2026, 11, 6),
        reference="W-1", by=office.reviewer, at=office.now,
    )  # fmt: skip
    with pytest.raises(OwnPreparation):
        office.files(OCTOBER, prepared, by=office.preparer)
    filing = office.at("2026-11-06 00:10").files(OCTOBER, prepared, by=office.preparer)
    assert filing.waiver_key == waiver.key


def test_nobody_but_the_authority_grants_a_waiver(office: Office) -> None:
    for by in (office.preparer, office.approver, FOUNDER):
        with pytest.raises(NotYourGrant):
            grant_waiver(
                office.session, office.isp.id, "W-1",
                from_on=date(2026, 11, 6), until_on=date(2026, 11, 6), by=by, at=office.now,
            )  # fmt: skip
    assert waiver_on(office.session, office.isp.id, date(2026, 11, 6)) is None


def test_a_statement_names_the_days_on_which_a_licence_was_not_suspended(office: Office) -> None:
    """chairs A6."""
    office.opens(OCTOBER)
    restate_licence(
        office.session, office.isp.id, "L-mekong-net", LicenceStatus.SUSPENDED,
        from_on=date(2026, 10, 17), by=FOUNDER, at=office.now,
    )  # fmt: skip
    [licence] = said_by(office.returns(OCTOBER))["subject"]["licences"]
    assert licence["until_on"] == "2026-10-16"


def test_the_database_itself_refuses_one_person_without_a_waiver(office: Office) -> None:
    office.opens(OCTOBER)
    prepared = office.prepares(OCTOBER)
    filing = office.files(OCTOBER, prepared)
    columns = {c.name: getattr(filing, c.name) for c in Filing.__table__.columns}
    columns |= {
        "version": 2,
        "preparation_no": 1,
        "receipt": "R-2",
        "approved_by": filing.prepared_by,
    }
    with pytest.raises(IntegrityError, match="four_eyes"):
        office.session.execute(insert(Filing.__table__).values(**columns))  # type: ignore[arg-type]


def test_case_21_pressing_twice_gives_one_filing_and_one_receipt(
    office: Office, filed: Filing
) -> None:
    prepared_no = filed.preparation_no
    again = returns.file(
        office.session, office.isp.id, OCTOBER, prepared_no, by=office.approver, at=office.now
    )
    assert again.receipt == filed.receipt
    assert len(returns_of(office)) == 1


def returns_of(office: Office) -> list[Filing]:
    return list(filings(office.session, office.isp.id, OCTOBER))


def test_filing_again_without_a_change_is_refused_with_the_receipt_that_stands(
    office: Office, filed: Filing
) -> None:
    for reason in (R.CORRECTION, R.CONFIRMED_AS_FILED, R.RECALLED):
        with pytest.raises(Unchanged) as refused:
            office.at("2026-11-08 10:00").prepares(OCTOBER, reason=reason)
        assert refused.value.params["receipt"] == filed.receipt


def test_a_later_version_says_why(office: Office, filed: Filing) -> None:
    assert filed
    office.logs()
    with pytest.raises(ReasonMissing):
        office.prepares(OCTOBER)


def test_an_amendment_keeps_the_first_cut_off_and_due_date(office: Office, filed: Filing) -> None:
    key = office.at("2026-11-20 10:00").logs()
    office.acts(key, "2026-11-12 10:00")
    override_day(
        office.session, date(2026, 11, 10), DayKind.HOLIDAY, name_en="A fictional day",
        name_km="ថ្ងៃសាកល្បង", sub_decree="No. 1", by=office.reviewer, at=office.now,
    )  # fmt: skip
    amended = office.returns(OCTOBER, R.LATE_ENTRY)
    said = said_by(amended)
    assert (amended.version, said["amends"], said["reason"]) == (2, 1, "LATE_ENTRY")
    assert (amended.cut_off_at, amended.due_at) == (filed.cut_off_at, filed.due_at)
    assert (said["cut_off_at"], said["due_at"]) == ("2026-11-05T03:00:00Z", "2026-11-10T16:59:59Z")
    # What was done after the cut-off was open then.
    assert (indicator(amended, "act") or {})["open_overdue"] == 1
    assert amended.basis_seq > filed.basis_seq


def test_what_happens_after_the_cut_off_does_not_change_an_old_month(office: Office) -> None:
    key = office.logs()
    office.opens(OCTOBER)
    filing = office.returns(OCTOBER)
    office.at("2026-11-20 10:00").acts(key, "2026-11-19 10:00")
    assert not preflight(office.session, office.isp.id, OCTOBER, office.now).changed
    with pytest.raises(Unchanged):
        office.prepares(OCTOBER, reason=R.LATE_ENTRY)
    office.moves(key, Progress.ACKNOWLEDGED, "2026-10-12 09:20")
    ahead = preflight(office.session, office.isp.id, OCTOBER, office.now)
    assert ahead.changed
    assert ahead.standing.filing == filing


def test_late_entries_move_the_next_opening_and_show_as_adjustments(
    office: Office, filed: Filing
) -> None:
    office.at("2026-12-03 10:00").logs()
    flow = said_by(office.returns(NOVEMBER))["roll_forward"]
    assert (flow["opening"], flow["adjustments"], flow["closing"]) == (0, 1, 1)
    office.returns(OCTOBER, R.LATE_ENTRY)
    found = preflight(office.session, office.isp.id, NOVEMBER, office.now)
    flow = found.statement["roll_forward"]
    assert (flow["opening"], flow["adjustments"], flow["closing"]) == (1, 0, 1)
    assert found.changed
    assert filed


def test_case_21_a_filing_is_recalled_until_its_review_begins(
    office: Office, filed: Filing
) -> None:
    office.logs()
    returns.recall(office.session, office.isp.id, OCTOBER, 1, by=office.approver, at=office.now)
    assert in_force(office.session, office.isp.id, OCTOBER) is None
    second = office.returns(OCTOBER, R.RECALLED)
    assert (second.version, second.cut_off_at) == (2, filed.cut_off_at)
    open_review(office.session, office.isp.id, OCTOBER, 2, by=office.reviewer, at=office.now)
    with pytest.raises(BeingReviewed):
        returns.recall(office.session, office.isp.id, OCTOBER, 2, by=office.approver, at=office.now)
    office.logs(received_at="2026-10-20 10:00")
    with pytest.raises(BeingReviewed):
        office.prepares(OCTOBER, reason=R.CORRECTION)


def test_what_was_recalled_is_filed_again_as_it_was(office: Office, filed: Filing) -> None:
    returns.recall(office.session, office.isp.id, OCTOBER, 1, by=office.approver, at=office.now)
    again = office.returns(OCTOBER, R.RECALLED)
    assert again.content_digest == filed.content_digest
    with pytest.raises(NotThere):
        returns.recall(office.session, office.isp.id, OCTOBER, 1, by=office.approver, at=office.now)


def test_what_was_sent_back_may_be_confirmed_as_filed(office: Office, filed: Filing) -> None:
    reviewed(office, filed, DecisionOutcome.RETURN_FOR_CORRECTION)
    with pytest.raises(Unchanged):
        office.prepares(OCTOBER, reason=R.RETURNED_BY_AUTHORITY)
    assert office.returns(OCTOBER, R.CONFIRMED_AS_FILED).version == 2


def test_what_was_voided_is_filed_anew(office: Office, filed: Filing) -> None:
    reviewed(office, filed, DecisionOutcome.REJECT_VOID)
    assert office.returns(OCTOBER, R.CORRECTION).version == 2


def test_only_the_newest_preparation_can_be_filed(office: Office) -> None:
    office.opens(OCTOBER)
    first = office.prepares(OCTOBER)
    second = office.prepares(OCTOBER)
    with pytest.raises(NewerPreparation):
        office.files(OCTOBER, first)
    assert office.files(OCTOBER, second).preparation_no == 2


def test_what_was_prepared_is_filed_whatever_was_entered_since(office: Office) -> None:
    office.opens(OCTOBER)
    prepared = office.prepares(OCTOBER)
    office.logs()
    ahead = preflight(office.session, office.isp.id, OCTOBER, office.now)
    assert ahead.moved
    assert said_by(office.files(OCTOBER, prepared))["registers"]["takedowns"]["lines"] == 0


def test_waiting_alone_does_not_move_what_was_prepared(office: Office) -> None:
    office.logs(received_at="2026-10-31 23:00", assessment="PENDING")
    office.opens(OCTOBER)
    office.at("2026-11-01 10:00").prepares(OCTOBER)
    ahead = preflight(office.session, office.isp.id, OCTOBER, local("2026-11-09 10:00"))
    assert not ahead.moved


@pytest.mark.parametrize(
    ("period", "refusal"), [(NOVEMBER, MonthNotOver), (Period(2027, 3), MonthNotOver)]
)
def test_a_month_that_is_not_over_is_refused(
    office: Office, period: Period, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        office.prepares(period, ALL_NIL)


def test_the_last_second_of_the_month_is_not_its_end(office: Office) -> None:
    office.opens(OCTOBER)
    with pytest.raises(MonthNotOver):
        office.at("2026-10-31 23:59:59").prepares(OCTOBER, ALL_NIL)
    assert office.at("2026-11-01 00:00").prepares(OCTOBER, ALL_NIL)


def test_an_unknown_isp_and_a_stranger_to_licences_are_refused(office: Office) -> None:
    for isp_id, refusal in ((9999, NotThere), (office.authority.id, NotOwed)):
        with pytest.raises(refusal):
            returns.prepare(
                office.session, isp_id, OCTOBER, nils=ALL_NIL, by=office.preparer, at=office.now
            )
    with pytest.raises(NotThere):
        returns.file(office.session, office.isp.id, OCTOBER, 7, by=office.approver, at=office.now)


def test_a_closed_licence_owes_nothing_and_its_last_month_is_final(office: Office) -> None:
    license_isp(
        office.session, office.isp.id, "L-mekong-net", LicenceKind.FIXED_ISP,
        from_on=date(2025, 9, 1), until_on=date(2026, 9, 17), by=FOUNDER, at=office.now,
    )  # fmt: skip
    with pytest.raises(NotOwed):
        office.prepares(OCTOBER, ALL_NIL)
    office.opens(SEPTEMBER)
    assert office.returns(SEPTEMBER).kind == ReturnKind.FINAL


def test_a_suspended_licence_owes_nothing_and_a_new_one_part_of_the_month(office: Office) -> None:
    other = an_isp(office.session, "tonle-net", from_on=date(2026, 10, 17))
    there = Office(office.session, other, office.authority)
    there.opens(OCTOBER)
    assert there.returns(OCTOBER).kind == ReturnKind.PARTIAL_PERIOD
    license_isp(
        office.session, office.isp.id, "L-mekong-net", LicenceKind.FIXED_ISP,
        from_on=date(2025, 9, 1), status=LicenceStatus.SUSPENDED, by=FOUNDER, at=office.now,
    )  # fmt: skip
    with pytest.raises(NotOwed):
        office.prepares(OCTOBER, ALL_NIL)


def test_before_any_policy_was_adopted_there_is_nothing_to_judge_by(office: Office) -> None:
    before = Period(2025, 7)
    license_isp(
        office.session, office.isp.id, "L-old", LicenceKind.FIXED_ISP,
        from_on=date(2025, 1, 1), by=FOUNDER, at=office.now,
    )  # fmt: skip
    with pytest.raises(NoPolicyInForce):
        office.prepares(before, ALL_NIL)
    with pytest.raises(NoPolicyInForce):
        preflight(office.session, office.isp.id, before, office.now)


def test_looking_ahead_says_what_is_missing_before_anything_is_frozen(office: Office) -> None:
    office.logs(received_at="2026-10-20 10:00")
    ahead = preflight(office.session, office.isp.id, OCTOBER, office.now)
    missing = [(f.code, f.place) for f in ahead.findings if f.weight == Weight.MISSING]
    assert missing == [
        ("preflight-opening", "opening"),
        ("preflight-nil", "blocklists"),
        ("preflight-nil", "training"),
    ]
    assert ahead.needs_opening
    assert ahead.empty_registers == ["blocklists", "training"]
    odd = {f.code for f in ahead.findings if f.weight == Weight.ODD}
    assert {"preflight-overdue", "preflight-no-roster", "preflight-not-declared"} <= odd
