"""Every obligation's result word and reason, from figures alone."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from portal.policy.document import Policy
from portal.policy.pack import read_pack, shipped_pack
from portal.returns.judge import Month, judge, months_between, reaches, within

TIMED = {
    "SP5-02": "acknowledge",
    "SP5-03": "act",
    "SP5-04": "block_forward",
    "SP5-05": "report",
    "SP5-07": "add",
    "SP5-11": "decide",
}
LISTS = ("SP5-07", "SP5-08", "SP5-09")
DECLARED = ("SP5-01", "SP5-10", "SP5-13", "SP5-14", "SP5-16")
A_LIST = {
    "subscribers_covered": 990,
    "subscribers_in_scope": 1000,
    "points_live": 6,
    "points_in_scope": 6,
    "tests_passed": 1,
    "tests_run": 1,
}
UNKNOWN = {"items": 0, "confirmed_gone": 0, "withdrawn": 0, "refusals_confirmed": 0}
MET, NOT_MET = ("MET", None), ("NOT_MET", "below-minimum")


@pytest.fixture(scope="module")
def policy() -> Policy:
    return next(p for p in read_pack(shipped_pack("kh")).policies.values() if p.version == "2026.1")


def timed(
    code: str, part: int, of: int, explained: int = 0, urgent: tuple[int, int] = (0, 0)
) -> dict[str, Any]:
    return {
        "code": f"{code}.{TIMED[code]}", "numerator": part, "denominator": of,
        "cohort": "2026-10", "explained": explained,
        "urgent_numerator": urgent[0], "urgent_denominator": urgent[1],
    }  # fmt: skip


def a_month(**of: Any) -> Month:
    return Month(
        of.get("indicators", []), of.get("lists", []), of.get("staff", []),
        of.get("declarations", []), of.get("counterparty", UNKNOWN), date(2026, 10, 31),
    )  # fmt: skip


def result(policy: Policy, code: str, **of: Any) -> tuple[str, str | None]:
    [found] = [r for r in judge(policy, a_month(**of)) if r.code == code]
    return found.result, found.reason


def excusable(policy: Policy, *indicators: dict[str, Any]) -> bool:
    [found] = [r for r in judge(policy, a_month(indicators=indicators)) if r.code == "SP5-03"]
    return found.excusable


def declared(code: str, answer: str = "YES", **over: Any) -> list[dict[str, Any]]:
    said = {"obligation": code, "answer": answer, "since": "2026-01-01",
            "checked_on": "2026-10-01", "deputies": 1 if code == "SP5-01" else None}  # fmt: skip
    return [said | over]


def test_every_obligation_has_a_result_in_the_policys_order(policy: Policy) -> None:
    found = judge(policy, a_month())
    assert [r.code for r in found] == [f"SP5-{n:02d}" for n in range(1, 17)]
    assert {r.code: (r.result, r.reason, r.basis) for r in found} == {
        **dict.fromkeys(TIMED, ("NOT_APPLICABLE", "no-items", "COMPUTED")),
        **dict.fromkeys(DECLARED, ("NOT_ASSESSED", "not-declared", "DECLARED")),
        **dict.fromkeys(
            ("SP5-07", "SP5-08", "SP5-09"), ("NOT_ASSESSED", "no-list-applied", "COMPUTED")
        ),
        "SP5-06": ("NOT_ASSESSED", policy.obligation("SP5-06").not_assessed_reason, "COMPUTED"),
        "SP5-12": ("NOT_ASSESSED", "no-roster", "COMPUTED"),
        "SP5-15": ("NOT_ASSESSED", "judged-at-filing", "COMPUTED"),
    }


@pytest.mark.parametrize("code", sorted(TIMED))
def test_a_timed_obligation_is_met_from_its_minimum_on(policy: Policy, code: str) -> None:
    minimum = policy.obligation(code).minimum_of(f"{code}.{TIMED[code]}")
    assert minimum
    lists = [A_LIST]
    for part, word in ((minimum, MET), (minimum - 1, NOT_MET), (1000, MET), (0, NOT_MET)):
        assert result(policy, code, indicators=[timed(code, part, 1000)], lists=lists) == word
    assert result(policy, code, indicators=[timed(code, 0, 0)], lists=lists) == (
        "NOT_APPLICABLE", "no-items",
    )  # fmt: skip


def test_cohorts_and_versions_are_summed_never_averaged(policy: Policy) -> None:
    parts = [timed("SP5-03", 1, 1), timed("SP5-03", 90, 99)]
    assert result(policy, "SP5-03", indicators=parts) == NOT_MET
    assert within(parts).part == 91
    assert reaches(within([timed("SP5-03", 95, 100)]), 950)
    assert not reaches(within([timed("SP5-03", 9499, 10_000)]), 950)


def test_additions_do_not_make_up_for_late_delistings(policy: Policy) -> None:
    delist = {**timed("SP5-07", 1, 2), "code": "SP5-07.delist"}
    found = result(policy, "SP5-07", indicators=[timed("SP5-07", 99, 99), delist], lists=[A_LIST])
    assert found == NOT_MET


def test_one_late_item_of_a_small_sample_with_a_reason_is_excusable(policy: Policy) -> None:
    assert excusable(policy, timed("SP5-03", 18, 19, explained=1))
    assert excusable(policy, timed("SP5-03", 10, 10), timed("SP5-03", 8, 9, explained=1))


@pytest.mark.parametrize(
    ("why", "row"),
    [
        ("twenty are no small sample", timed("SP5-03", 19, 20, explained=1)),
        ("two are late", timed("SP5-03", 10, 12, explained=2)),
        ("no reason was given", timed("SP5-03", 10, 11)),
        ("it was priority 1", timed("SP5-03", 10, 11, explained=1, urgent=(0, 1))),
        ("nothing was missed", timed("SP5-03", 11, 11, explained=1)),
    ],
)
def test_everything_else_is_not_excusable(policy: Policy, why: str, row: dict[str, Any]) -> None:
    assert why
    assert not excusable(policy, row)


@pytest.mark.parametrize(
    ("code", "over", "word"),
    [
        ("SP5-08", {}, MET),
        ("SP5-08", {"subscribers_covered": 989}, NOT_MET),
        ("SP5-08", {"points_live": 5}, NOT_MET),
        ("SP5-08", {"subscribers_in_scope": 0, "subscribers_covered": 0}, NOT_MET),
        ("SP5-09", {}, MET),
        ("SP5-09", {"tests_run": 2}, NOT_MET),
        ("SP5-09", {"tests_run": 0, "tests_passed": 0}, NOT_MET),
    ],
)
def test_no_list_makes_up_for_another(
    policy: Policy, code: str, over: dict[str, int], word: tuple[str, str | None]
) -> None:
    assert result(policy, code, lists=[A_LIST, A_LIST | over]) == word


@pytest.mark.parametrize(
    ("staff", "induction", "word"),
    [
        ([("DESIGNATED_HANDLER", 3, 3)], None, MET),
        ([("DESIGNATED_HANDLER", 3, 2)], None, NOT_MET),
        ([("NOC_DNS", 10, 9)], None, MET),
        ([("NOC_DNS", 10, 8)], None, NOT_MET),
        ([("NOC_DNS", 10, 10), ("MANAGEMENT", 2, 1)], None, NOT_MET),
        ([("NOC_DNS", 0, 0)], None, MET),
        ([("NOC_DNS", 1, 1)], (1, 1), MET),
        ([("NOC_DNS", 1, 1)], (1, 2), ("NOT_MET", "induction-late")),
        ([("NOC_DNS", 2, 1)], (1, 2), NOT_MET),
    ],
)
def test_training_is_judged_by_role_and_by_induction(
    policy: Policy, staff: list[Any], induction: Any, word: tuple[str, str | None]
) -> None:
    rows = [{"role_group": role, "in_scope": n, "covered": part} for role, n, part in staff]
    joined = [] if induction is None else [
        {"code": "SP5-12.induction", "numerator": induction[0], "denominator": induction[1]}
    ]  # fmt: skip
    assert result(policy, "SP5-12", staff=rows, indicators=joined) == word


@pytest.mark.parametrize("code", DECLARED)
@pytest.mark.parametrize(
    ("over", "word"),
    [
        ({}, MET),
        ({"answer": "PARTLY"}, ("NOT_MET", "declared-partly")),
        ({"answer": "NO"}, ("NOT_MET", "declared-no")),
        ({"answer": "NOT_APPLICABLE"}, ("NOT_APPLICABLE", None)),
        ({"checked_on": "2025-11-01", "since": "2025-11-01"}, MET),
        ({"checked_on": "2025-10-31", "since": "2025-10-31"}, ("NOT_ASSESSED", "not-reconfirmed")),
        ({"checked_on": "2026-11-03", "since": "2026-11-03"}, ("NOT_ASSESSED", "not-declared")),
        ({"checked_on": "2026-11-03"}, MET),
    ],
)
def test_a_declaration_is_judged_by_its_answer_and_its_age(
    policy: Policy, code: str, over: dict[str, Any], word: tuple[str, str | None]
) -> None:
    assert result(policy, code, declarations=declared(code, **over)) == word


def test_a_contact_point_without_a_deputy_is_not_met(policy: Policy) -> None:
    for deputies in (0, None):
        said = declared("SP5-01", deputies=deputies)
        assert result(policy, "SP5-01", declarations=said) == ("NOT_MET", "no-deputy")
    assert result(policy, "SP5-13", declarations=declared("SP5-13", deputies=0)) == MET


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        (date(2025, 10, 31), date(2026, 10, 31), 12),
        (date(2025, 11, 1), date(2026, 10, 31), 11),
        (date(2026, 10, 31), date(2026, 10, 31), 0),
        (date(2026, 11, 1), date(2026, 10, 31), -1),
    ],
)
def test_whole_months_are_counted(first: date, last: date, months: int) -> None:
    assert months_between(first, last) == months


def stands_on(policy: Policy, code: str, cohort: str = "2026-10", **known: int) -> str:
    row = timed(code, 4, 4) | {"cohort": cohort}
    month = a_month(indicators=[row], counterparty={**UNKNOWN, "items": 4, **known})
    [found] = [r for r in judge(policy, month) if r.code == code]
    assert found.result == "MET"
    return found.basis


def test_a_result_stands_on_the_counterparty_once_it_settled_every_item(policy: Policy) -> None:
    settled = {"confirmed_gone": 2, "withdrawn": 1, "refusals_confirmed": 1}
    assert stands_on(policy, "SP5-03", **settled) == "COUNTERPARTY"
    assert stands_on(policy, "SP5-04", **settled) == "COUNTERPARTY"
    assert stands_on(policy, "SP5-03", **{**settled, "confirmed_gone": 1}) == "COMPUTED"
    assert stands_on(policy, "SP5-03", withdrawn=2, refusals_confirmed=2) == "COMPUTED"


def test_what_no_sender_can_see_stands_on_the_isps_own_word(policy: Policy) -> None:
    assert stands_on(policy, "SP5-02", confirmed_gone=4) == "COMPUTED"
    assert stands_on(policy, "SP5-05", confirmed_gone=4) == "COMPUTED"
    assert stands_on(policy, "SP5-03", cohort="2026-09", confirmed_gone=4) == "COMPUTED"
