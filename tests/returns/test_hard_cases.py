"""The cases of real life that a naive build gets wrong, each by its number (hard cases §7).

Others stand beside what they are about: ``grep -rn case_21 tests`` finds them all.
"""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from portal.accounts import SizeClass
from portal.errors import Refused
from portal.period import Period
from portal.policy.calendar import due_at
from portal.registers import REGISTERS
from portal.registers.actions import admit
from portal.registers.codes import Progress
from portal.registers.takedowns import Takedown, TakedownEvent
from portal.returns.model import AmendmentReason, Preparation
from portal.returns.standing import StandingCode, standing
from portal.trail import Event
from tests.build import a_takedown, an_isp
from tests.returns.clock import NOVEMBER, OCTOBER, SEPTEMBER, local
from tests.returns.office import Office, indicator, said_by

LATE = AmendmentReason.LATE_ENTRY
MODULES = (
    "LAW_AND_DUTIES", "NTD_PROCEDURE", "AUTHORITY_REPORTING", "EVIDENCE_PRESERVATION",
    "SAFE_HANDLING_NO_VIEWING", "STAFF_WELLBEING", "TERMINOLOGY_VICTIM_CENTRED",
)  # fmt: skip

SMALL_SET = (
    "LAW_AND_DUTIES", "NTD_PROCEDURE", "SAFE_HANDLING_NO_VIEWING", "BLOCKLIST_OPERATIONS",
)  # fmt: skip


def october(office: Office, reason: AmendmentReason | None = None) -> Preparation:
    """October prepared now; the first time with an opening balance of nought."""
    if reason is None:
        office.opens(OCTOBER)
    return office.prepares(OCTOBER, reason=reason)


def counts(frozen: Preparation, code: str, cohort: str = "2026-10") -> tuple[int, ...]:
    """(within, late, overdue, not due) of one clock."""
    found = indicator(frozen, code, cohort)
    assert found
    late, overdue = found["late"], found["open_overdue"]
    return found["numerator"], late, overdue, found["open_not_due"]


def result(frozen: Preparation, code: str) -> tuple[str, str | None]:
    """One obligation's result word and reason."""
    [found] = [r for r in said_by(frozen)["results"] if r["code"] == code]
    return found["result"], found["reason"]


def test_case_01_a_notice_before_midnight_counts_in_its_month_and_closes_in_the_next(
    office: Office,
) -> None:
    key = office.logs(received_at="2026-10-31 23:50")
    office.acts(key, "2026-11-01 00:20")

    filed = october(office)
    assert counts(filed, "act") == (1, 0, 0, 0)
    assert said_by(filed)["roll_forward"]["closing"] == 1
    office.files(OCTOBER, filed)

    november = office.at("2026-12-03 10:00").prepares(NOVEMBER)
    assert indicator(november, "act") is None
    flow = said_by(november)["roll_forward"]
    assert (flow["opening"], flow["closed"], flow["closing"]) == (1, 1, 0)


def test_case_02_three_in_the_morning_of_the_first_is_the_new_month_though_not_by_utc(
    office: Office,
) -> None:
    office.logs(received_at="2026-11-01 03:00")
    filed = october(office)
    assert said_by(filed)["roll_forward"]["received"] == 0
    office.files(OCTOBER, filed)

    november = office.at("2026-12-03 10:00").prepares(NOVEMBER)
    assert said_by(november)["roll_forward"]["received"] == 1
    assert indicator(november, "act", "2026-11")


def test_case_03_what_is_not_due_at_the_cut_off_neither_helps_nor_hurts_and_is_scored_once(
    office: Office,
) -> None:
    key = office.at("2026-10-31 20:00").logs(received_at="2026-10-31 18:00")
    filed = october(office.at("2026-11-01 00:00"))
    assert counts(filed, "act") == (0, 0, 0, 1)
    assert (indicator(filed, "act") or {})["tenths"] is None
    assert said_by(filed)["carried_forward"] == [{"cohort": "2026-10", "band": "0-24h", "count": 1}]
    office.files(OCTOBER, filed)

    office.at("2026-11-03 10:00").acts(key, "2026-11-02 10:00")
    november = office.at("2026-12-03 10:00").prepares(NOVEMBER)
    assert counts(november, "act") == (1, 0, 0, 0)
    assert said_by(november)["carried_forward"] == []
    office.files(NOVEMBER, november)
    december = office.at("2027-01-04 10:00").prepares(Period(2026, 12))
    assert indicator(december, "act") is None


def test_case_04_the_due_day_moves_past_pchum_ben_but_takedown_hours_run_on(office: Office) -> None:
    assert due_at(office.session, SEPTEMBER) == local("2026-10-13 23:59:59")
    key = office.logs(received_at="2026-10-09 18:00")
    office.acts(key, "2026-10-13 09:00")
    assert counts(october(office), "act") == (0, 1, 0, 0)


def test_case_05_a_list_is_known_by_its_content_not_by_its_label_or_serial(office: Office) -> None:
    label = {"version_label": "issue 7", "serial": 2026101207}
    office.logs("blocklists", content_digest="a" * 64, **label)
    again = {"published_at": "2026-10-13 12:00", "fetched_at": "2026-10-13 12:30",
             "applied_at": "2026-10-16 12:00"}  # fmt: skip
    tested = {"test_result": "NOT_RUN", "tested_at": None, "vantage_points": 0}
    office.logs("blocklists", content_digest="b" * 64, **label, **again, **tested)
    with pytest.raises(Refused) as same_content:
        office.logs("blocklists", content_digest="b" * 64, version_label="issue 8", **again)
    assert [code for _, code, _ in same_content.value.problems] == ["issue-already-recorded"]
    rebuilt = {"content_digest": "c" * 64, "serial": 12, "published_at": "2026-10-17 12:00",
               "fetched_at": "2026-10-17 12:30", "applied_at": "2026-10-17 13:00"}  # fmt: skip
    office.logs("blocklists", **rebuilt, **tested)
    assert counts(october(office), "add") == (2, 1, 0, 0)


def test_case_06_a_skipped_issue_is_satisfied_by_the_next_one(office: Office) -> None:
    never = {"applied_at": None, "points_live": 0, "subscribers_covered": 0}
    office.logs("blocklists", content_digest="41" * 32, **never)
    office.logs(
        "blocklists", content_digest="42" * 32, published_at="2026-10-13 08:00",
        fetched_at="2026-10-13 08:10", applied_at="2026-10-13 11:00",
        test_result="NOT_RUN", tested_at=None, vantage_points=0,
    )  # fmt: skip
    filed = october(office)
    assert counts(filed, "add") == (2, 0, 0, 0)
    assert (indicator(filed, "add") or {})["median_s"] == 3 * 3600
    [row] = said_by(filed)["lists"]
    assert (row["issues"], row["applied"], row["open"]) == (2, 2, 0)
    assert (row["entries_total"], row["coverage_tenths"]) == (5000, 1000)


def test_case_07_five_of_six_resolvers_is_not_applied(office: Office) -> None:
    office.logs("blocklists", applied_at=None, points_live=5, subscribers_covered=39_990)
    filed = october(office)
    assert counts(filed, "add") == (0, 0, 1, 0)
    [row] = said_by(filed)["lists"]
    assert (row["points_tenths"], row["coverage_tenths"], row["open"]) == (833, 999, 1)
    assert result(filed, "SP5-08") == ("NOT_MET", "below-minimum")


def test_case_08_over_blocking_never_pays_and_freeing_has_clocks_of_its_own(office: Office) -> None:
    """chairs C3."""
    key = office.logs(service_role="ACCESS", hosting_country="DE")
    office.acts(key, "2026-10-12 12:00", "NOT_BLOCKED_OVERBLOCK")
    office.logs(
        "complaints", acknowledged_at="2026-10-14 11:00", decided_at="2026-10-15 10:00",
        outcome="UPHELD", restored_at="2026-10-17 10:00",
    )  # fmt: skip
    office.logs("blocklists", update_kind="DELIST", added=0, removed=1,
                applied_at="2026-10-14 12:00")  # fmt: skip
    filed = october(office)
    assert counts(filed, "block_forward") == (1, 0, 0, 0)
    assert counts(filed, "decide") == (1, 0, 0, 0)
    assert counts(filed, "restore") == (0, 1, 0, 0)
    assert counts(filed, "delist") == (0, 1, 0, 0)
    assert result(filed, "SP5-07") == ("NOT_MET", "below-minimum")


def test_case_08_what_is_freed_after_a_later_decision_is_the_later_months(office: Office) -> None:
    office.logs(
        "complaints", received_at="2026-10-30 10:00", acknowledged_at="2026-10-30 11:00",
        decided_at="2026-11-02 10:00", outcome="UPHELD", restored_at="2026-11-02 11:00",
    )  # fmt: skip
    filed = october(office)
    assert counts(filed, "decide") == (1, 0, 0, 0)
    assert indicator(filed, "restore") is None
    office.files(OCTOBER, filed)
    november = office.at("2026-12-03 10:00").prepares(NOVEMBER)
    assert counts(november, "restore", "2026-11") == (1, 0, 0, 0)


def test_case_09_a_pause_approved_after_the_fact_stops_the_clock_and_keeps_its_secret(
    office: Office,
) -> None:
    """chairs C1."""
    key = office.logs()
    pause = office.moves(
        key, Progress.PAUSED, "2026-10-12 10:00", pause_reason="APPROVED_PAUSE",
        until_at="2026-10-16 10:00",
    )  # fmt: skip
    office.acts(key, "2026-10-16 11:00")
    filed = october(office)
    assert counts(filed, "act") == (0, 1, 0, 0)
    office.files(OCTOBER, filed)

    office.at("2026-11-09 10:00").approves_pause(key, pause)
    amended = october(office, LATE)
    assert counts(amended, "act") == (1, 0, 0, 0)
    assert (indicator(amended, "act") or {})["median_s"] == (50 + 60) * 60
    assert said_by(amended)["pauses"] == 1
    assert said_by(filed)["pauses_approved_afterwards"] == 0
    assert said_by(amended)["pauses_approved_afterwards"] == 1
    assert b"APPROVED_PAUSE" not in amended.statement


def test_case_10_clarifications_stop_the_clock_and_are_counted(office: Office) -> None:
    key = office.logs()
    for day in (12, 14):
        office.moves(
            key, Progress.PAUSED, f"2026-10-{day} 10:00", pause_reason="CLARIFICATION",
            until_at=f"2026-10-{day + 1} 10:00",
        )  # fmt: skip
    office.acts(key, "2026-10-15 10:00")
    filed = october(office)
    assert counts(filed, "act") == (1, 0, 0, 0)
    assert said_by(filed)["pauses"] == 2


def test_case_11_gone_already_is_in_limit_but_no_feat_and_transit_is_no_failure(
    office: Office,
) -> None:
    gone, ours, transit = office.logs(), office.logs(), office.logs(service_role="ACCESS")
    office.acts(gone, "2026-10-12 09:20", "ALREADY_UNAVAILABLE")
    office.acts(ours, "2026-10-12 19:10")
    office.acts(transit, "2026-10-12 09:30", "NOT_OUR_SERVICE")
    waiting = october(office)
    assert counts(waiting, "block_forward") == (0, 0, 1, 0)

    office.moves(transit, Progress.FORWARDED, "2026-10-12 09:40")
    filed = office.prepares(OCTOBER)
    assert counts(filed, "act") == (2, 0, 0, 0)
    told = indicator(filed, "act") or {}
    assert (told["n"], told["median_s"], told["already_gone"]) == (1, 36_000, 1)
    assert indicator(filed, "block_forward") is None
    assert said_by(filed)["excluded"]["not_our_service"] == 1


def test_case_12_a_notice_with_175_items_is_one_notice_and_175_clocks(office: Office) -> None:
    items = [a_takedown(office.session, item_no=no) for no in range(1, 176)]
    keys = admit(
        office.session, office.isp.id, REGISTERS["takedowns"], items,
        by=office.preparer, at=office.now,
    ).keys  # fmt: skip
    # Each item by its own time: an hour, two hours, the last minute of the limit, a minute late.
    for key, done in zip(keys, ("12 10:10", "12 11:10", "14 09:10", "14 09:11"), strict=False):
        office.acts(key, f"2026-10-{done}")
    filed = october(office)
    assert counts(filed, "act") == (3, 1, 171, 0)
    told = indicator(filed, "act") or {}
    assert (told["n"], told["median_s"]) == (4, 2 * 3600)
    said = said_by(filed)
    assert (said["excluded"]["notices"], said["registers"]["takedowns"]["entries"]) == (1, 175)
    assert (said["roll_forward"]["closed"], said["roll_forward"]["closing"]) == (4, 171)


def test_case_13_reopened_goes_on_with_the_old_clock_and_a_new_upload_is_a_new_item(
    office: Office,
) -> None:
    key = office.logs()
    office.acts(key, "2026-10-12 12:00")
    office.moves(key, Progress.REOPENED, "2026-10-12 15:00", reference="IHC-1")
    office.acts(key, "2026-10-15 12:00")
    office.moves(key, Progress.VERIFIED, "2026-10-16 12:00", verifier="HOTLINE", reference="V-1")
    with pytest.raises(Refused) as returned:
        office.moves(key, Progress.REOPENED, "2026-10-30 12:00", reference="IHC-2")
    assert [code for _, code, _ in returned.value.problems] == ["record-as-reappearance"]
    again = office.logs(received_at="2026-10-30 12:00", reappearance_of=key)
    office.acts(again, "2026-10-30 13:00")

    filed = october(office)
    assert counts(filed, "act") == (1, 1, 0, 0)
    said = said_by(filed)
    assert said["excluded"]["reappearances"] == 1
    flow = said["roll_forward"]
    assert (flow["received"], flow["reopened"], flow["closed"], flow["closing"]) == (2, 1, 3, 0)


def test_case_13_what_was_scored_is_not_scored_again_when_it_is_reopened_later(
    office: Office,
) -> None:
    key = office.at("2026-10-31 20:00").logs(received_at="2026-10-31 18:00")
    office.acts(key, "2026-10-31 19:00")
    filed = october(office.at("2026-11-01 10:00"))
    assert counts(filed, "act") == (1, 0, 0, 0)
    office.files(OCTOBER, filed)
    office.at("2026-12-03 10:00").moves(
        key, Progress.REOPENED, "2026-11-01 12:00", reference="IHC-1"
    )
    november = office.prepares(NOVEMBER)
    assert indicator(november, "act") is None
    assert said_by(november)["roll_forward"]["closing"] == 1


def test_case_13_a_closing_in_the_minute_of_the_reopening_does_not_count(office: Office) -> None:
    key = office.logs()
    office.acts(key, "2026-10-12 12:00")
    office.moves(key, Progress.REOPENED, "2026-10-12 12:00", reference="IHC-1")
    assert counts(october(office), "act") == (0, 0, 1, 0)


def test_case_13_a_withdrawn_item_that_is_reopened_is_owed_again(office: Office) -> None:
    key = office.logs()
    office.moves(key, Progress.WITHDRAWN, "2026-10-12 12:00", reference="IHC-1")
    office.moves(key, Progress.REOPENED, "2026-10-12 15:00", reference="IHC-2")
    filed = october(office)
    assert counts(filed, "act") == (0, 0, 1, 0)
    assert said_by(filed)["excluded"]["withdrawn"] == 0


def test_case_16_what_came_before_the_change_of_policy_keeps_its_limit(office: Office) -> None:
    office.files(OCTOBER, october(office))
    office.at("2026-12-03 10:00")
    for day in (14, 15):
        key = office.logs(received_at=f"2026-11-{day} 08:00")
        office.acts(key, f"2026-11-{day + 1} 14:00")
    said = said_by(office.prepares(NOVEMBER))
    acts = {i["policy"]: i for i in said["indicators"] if i["code"] == "SP5-03.act"}
    assert {v: (i["numerator"], i["late"], i["limit_s"]) for v, i in acts.items()} == {
        "2026.1": (1, 0, 172_800),
        "2026.2": (0, 1, 86_400),
    }
    assert [p["version"] for p in said["policy"]] == ["2026.1", "2026.2"]


def test_case_17_nil_is_register_by_register_and_silence_is_not_nil(office: Office) -> None:
    office.logs("blocklists")
    filed = october(office)
    said = said_by(filed)
    assert filed.nils == "takedowns training"
    assert said["kind"] == "NORMAL"
    assert indicator(filed, "act") is None
    assert result(filed, "SP5-03") == ("NOT_APPLICABLE", "no-items")
    assert result(filed, "SP5-08") == ("MET", None)
    silent = standing(office.session, office.isp.id, SEPTEMBER, local("2026-10-14 00:00"))
    assert silent.code == StandingCode.OVERDUE


def test_case_18_coverage_is_told_of_the_last_day_by_the_latest_valid_pass(office: Office) -> None:
    handler = {"handles_notices": True}
    office.logs("roster", staff_ref="S-0001", **handler)
    office.logs("roster", staff_ref="S-0002", until_on="2026-10-30", **handler)
    desk = {"role_group": "MANAGEMENT", "staff_ref": "S-0003", "handles_notices": False}
    office.logs("roster", until_on="2026-10-31", **desk)
    office.logs("roster", from_on="2026-11-01", **{**desk, "role_group": "CONTRACTOR"})
    for module in MODULES:
        for held_on in ("2025-10-05", "2026-01-15"):
            office.logs("training", staff_ref="S-0001", module=module, held_on=held_on,
                        session_ref=f"T-{module}")  # fmt: skip
    office.declares(obligation="SP5-01", deputies=0)

    filed = october(office)
    staff = {r["role_group"]: (r["in_scope"], r["covered"]) for r in said_by(filed)["staff"]}
    assert staff == {"DESIGNATED_HANDLER": (1, 1), "MANAGEMENT": (1, 0)}
    assert result(filed, "SP5-12") == ("NOT_MET", "below-minimum")
    assert result(filed, "SP5-01") == ("NOT_MET", "no-deputy")


@pytest.mark.parametrize(("size", "covered"), [(SizeClass.SMALL, 1), (SizeClass.STANDARD, 0)])
def test_case_18_a_small_isp_has_one_set_of_modules_for_all_roles(
    office: Office, size: SizeClass, covered: int
) -> None:
    """chairs B8: four modules, for whatever role."""
    isp = an_isp(office.session, "another-net", size=size)
    office = Office(office.session, isp, office.authority)
    office.logs("roster", staff_ref="S-0001", role_group="CUSTOMER_CARE", handles_notices=False)
    for module in SMALL_SET:
        office.logs("training", staff_ref="S-0001", module=module, session_ref=f"T-{module}")

    [row] = said_by(october(office))["staff"]
    assert (row["in_scope"], row["covered"]) == (1, covered)


def test_case_19_a_back_dated_entry_keeps_both_times_and_the_delay_is_told(office: Office) -> None:
    key = office.logs()
    no = office.acts(key, "2026-10-12 10:00")
    event = office.session.get_one(TakedownEvent, {"isp_id": office.isp.id, "key": key, "no": no})
    assert (event.occurred_at, event.recorded_at) == (local("2026-10-12 10:00"), office.now)
    filed = october(office)
    assert said_by(filed)["longest_entry_delay_s"] == 24 * 86_400
    assert said_by(filed)["entered_after_limit"] == 1
    office.at("2026-11-20 10:00").retracts(key, no)
    office.files(OCTOBER, filed)
    amended = said_by(october(office, LATE))
    assert (amended["longest_entry_delay_s"], amended["entered_after_limit"]) == (None, 0)


def test_case_19_what_is_said_to_be_late_or_is_entered_in_time_is_not_marked(
    office: Office,
) -> None:
    prompt = office.at("2026-10-31 09:00").logs(source_ref="IHC-77", received_at="2026-10-31 08:00")
    office.acts(prompt, "2026-10-31 08:30")
    late = office.at("2026-11-05 10:00").logs()
    office.acts(late, "2026-10-20 10:00")
    filed = october(office)
    assert counts(filed, "act")[:2] == (1, 1)
    assert said_by(filed)["entered_after_limit"] == 0


def test_case_20_clocks_may_differ_by_five_minutes_and_by_no_more(office: Office) -> None:
    key = office.logs(received_at="2026-10-12 10:05")
    office.acts(key, "2026-10-12 10:02")
    other = office.logs(received_at="2026-10-12 10:08")
    with pytest.raises(Refused) as early:
        office.acts(other, "2026-10-12 10:02")
    assert [code for _, code, _ in early.value.problems] == ["before-receipt"]
    told = indicator(october(office), "act") or {}
    assert (told["numerator"], told["median_s"], told["open_overdue"]) == (1, 0, 1)


def test_case_20_what_was_gone_before_its_notice_came_is_of_the_notices_month(
    office: Office,
) -> None:
    key = office.logs(received_at="2026-10-01 00:02")
    office.acts(key, "2026-09-30 23:58")
    flow = said_by(october(office))["roll_forward"]
    assert (flow["opening"], flow["adjustments"]) == (0, 0)
    assert (flow["received"], flow["closed"], flow["closing"]) == (1, 1, 0)


@pytest.mark.parametrize("field", ["source_ref", "own_ref", "note", "handled_by"])
def test_case_22_a_pasted_address_is_refused_before_it_reaches_a_row(
    office: Office, field: str
) -> None:
    acts = office.session.scalar(select(func.count()).select_from(Event))
    with pytest.raises(Refused) as refused:
        office.logs(**{field: "https://bad.example/a/b.jpg"})
    assert {name for name, _, _ in refused.value.problems} == {field}
    assert "bad.example" not in repr(refused.value.problems)
    assert office.session.scalar(select(func.count()).select_from(Takedown)) == 0
    assert office.session.scalar(select(func.count()).select_from(Event)) == acts
