"""The pack is data: whole, checked in words, and only about CSAM and CSEA."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from portal.policy.codes import (
    ActionType,
    Basis,
    Category,
    JudgedAt,
    Measure,
    Priority,
    RoleGroup,
    ServiceRole,
)
from portal.policy.document import Policy
from portal.policy.obligations import Obligation
from portal.policy.pack import FaultyPack, Pack, UnknownPack, read_pack, shipped, shipped_pack

PACKS = {name: read_pack(folder) for name, folder in shipped().items()}
POLICIES = [policy for pack in PACKS.values() for policy in pack.policies.values()]
OBLIGATIONS = [obligation for policy in POLICIES for obligation in policy.obligations]

Change = Callable[[str, str, str], Path]

each_pack = pytest.mark.parametrize("pack", PACKS.values(), ids=PACKS)
each_policy = pytest.mark.parametrize("policy", POLICIES, ids=lambda p: p.version)
each_obligation = pytest.mark.parametrize("owed", OBLIGATIONS, ids=lambda o: o.code)


def problems(folder: Path) -> str:
    with pytest.raises(FaultyPack) as refusal:
        read_pack(folder)
    return refusal.value.params["problems"]


@each_policy
def test_a_policy_names_sixteen_obligations_in_order(policy: Policy) -> None:
    assert [o.code for o in policy.obligations] == [f"SP5-{n:02d}" for n in range(1, 17)]


@each_obligation
def test_every_obligation_says_all_that_a_judge_needs(owed: Obligation) -> None:
    words = (owed.title_en, owed.title_km, owed.summary_en, owed.summary_km, owed.mnr_ref)
    assert all(words)
    assert owed.tags
    assert owed.mnr_proposed
    counted = owed.measured_by not in {Measure.DECLARATION, Measure.NOT_ASSESSED}
    assert bool(owed.indicators) is counted
    assert all(owed.minimum_of(indicator) for indicator in owed.indicators)


@each_obligation
def test_titles_and_summaries_in_khmer_are_khmer(owed: Obligation) -> None:
    for text in (owed.title_km, owed.summary_km):
        assert any("\u1780" <= letter <= "\u17ff" for letter in text)


@each_obligation
def test_nothing_is_called_confirmed_that_no_authority_confirmed(owed: Obligation) -> None:
    assert not owed.confirmed


@each_policy
def test_delisting_is_judged_in_a_core_obligation(policy: Policy) -> None:
    listing = policy.obligation("SP5-07")

    assert listing.core
    assert "SP5-07.delist" in listing.indicators
    assert policy.limits.list_delist_s <= policy.limits.list_add_s


@each_policy
def test_preservation_is_not_assessed_and_says_why(policy: Policy) -> None:
    """chairs B9."""
    preservation = policy.obligation("SP5-06")

    assert preservation.measured_by is Measure.NOT_ASSESSED
    assert preservation.not_assessed_reason == "NO_WRITTEN_COVER"


@each_policy
def test_takedowns_are_judged_by_receipt_lists_by_publication(policy: Policy) -> None:
    judged = {o.code: o.judged_at for o in policy.obligations}

    assert {judged[f"SP5-0{n}"] for n in (2, 3, 4, 5)} == {JudgedAt.RECEIVED_AT}
    assert judged["SP5-07"] is JudgedAt.PUBLISHED_AT
    assert judged["SP5-12"] is JudgedAt.PERIOD_END
    assert judged["SP5-15"] is JudgedAt.DUE_DAY


@each_policy
def test_a_child_in_danger_comes_before_everything(policy: Policy) -> None:
    for limits in (policy.limits.acknowledge_s, policy.limits.act_s, policy.limits.report_s):
        assert limits[Priority.P1_CHILD_IN_DANGER] == min(limits.values())
    assert policy.limits.act_s[Priority.P1_CHILD_IN_DANGER] == 3600


@each_policy
def test_who_only_gives_access_cannot_remove(policy: Policy) -> None:
    assert not policy.allows(ServiceRole.ACCESS, ActionType.REMOVED)
    assert policy.allows(ServiceRole.HOSTING, ActionType.REMOVED)
    assert policy.allows(ServiceRole.ACCESS, ActionType.NOT_BLOCKED_OVERBLOCK)


@each_policy
def test_every_service_can_say_that_there_is_nothing_to_do(policy: Policy) -> None:
    anybody = {
        ActionType.ALREADY_UNAVAILABLE,
        ActionType.NOT_OUR_SERVICE,
        ActionType.REFUSED_NOT_ILLEGAL,
        ActionType.WITHDRAWN_BY_NOTIFIER,
    }

    assert all(anybody <= set(actions) for actions in policy.actions.values())


@each_policy
def test_handlers_are_all_trained(policy: Policy) -> None:
    assert policy.training.minima[RoleGroup.DESIGNATED_HANDLER] == 1000


@each_pack
def test_legal_bases_are_about_csam_and_csea_alone(pack: Pack) -> None:
    found = {basis.category for p in pack.policies.values() for basis in p.legal_bases}

    assert found == set(Category) == {"CSAM", "CSEA"}


@each_pack
def test_one_priority_of_a_plan_owes_something(pack: Pack) -> None:
    assert {plan.priority.no for plan in pack.frameworks.values()} == {5}


@each_pack
def test_bodies_are_institutions_without_numbers_or_mail(pack: Pack) -> None:
    """chairs A7."""
    for body in pack.bodies:
        words = f"{body.name_en} {body.task_en} {body.name_km} {body.task_km}"
        assert "@" not in words
        assert not any(letter.isdigit() for letter in words)
        assert body.may_see
        assert not body.confirmed


def test_the_title_of_priority_five_is_kept_as_printed() -> None:
    plan = next(iter(PACKS["kh"].frameworks.values()))

    assert plan.priority.quotation
    assert plan.priority.title_en == "Strengthen the statue for the provision of internet services"
    assert [p.no for p in plan.priorities] == [1, 2, 3, 4, 5, 6]
    assert [p.no for p in plan.priorities if p.quotation] == [5]
    assert str(plan.valid_to) == "2025-12-31"


def test_the_successor_of_the_plan_is_a_proposal_only() -> None:
    successor = list(PACKS["kh"].frameworks.values())[-1]

    assert successor.succeeds == "NAP-OCSE-2021-2025"
    assert not successor.confirmed
    assert successor.valid_to is None


def test_the_second_version_says_what_it_changes_and_no_more() -> None:
    first, second = PACKS["kh"].policies.values()

    assert first.limits.act_s[Priority.P2_STANDARD] == 48 * 3600
    assert second.limits.act_s[Priority.P2_STANDARD] == 24 * 3600
    assert first.obligations == second.obligations
    assert first.limits.act_s.keys() == second.limits.act_s.keys()
    assert first.legal_bases == second.legal_bases


@pytest.mark.parametrize("category", ["OTHER", "GAMBLING", "csam", ""])
def test_a_pack_with_another_category_is_refused(changed_pack: Change, category: str) -> None:
    folder = changed_pack("policy-2026.1.toml", 'category = "CSAM"', f'category = "{category}"')

    assert "legal_bases.0.category: Input should be 'CSAM' or 'CSEA'" in problems(folder)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("P1_CHILD_IN_DANGER = 3600\nP2", "P2", "a limit is missing for P1_CHILD_IN_DANGER"),
        ("small_cell = 5", "small_cell = 5\nsmall_sell = 6", "small_sell: Extra inputs"),
        ("small_cell = 5", 'small_cell = "5"', "small_cell: Input should be a valid integer"),
        ('zone = "Asia/Phnom_Penh"', 'zone = "Asia/Nowhere"', "Asia/Nowhere is not a time zone"),
        ('country = "KH"', 'country = "ZZ"', "no holidays can be computed for ZZ"),
        ("weekend = [6, 7]", "weekend = [1, 2, 3, 4, 5, 6, 7]", "no day of the week"),
        ('code = "SP5-02"', 'code = "SP5-01"', "an indicator of another obligation"),
        ('code = "IWF_HASH"', 'code = "IWF_URL"', "permitted list named twice: IWF_URL"),
        ("minimum_tenths = 950\n", "", "SP5-02 has an indicator without a minimum"),
        ("minimum_tenths = 950", "minimum_tenths = 9500", "less than or equal to 1000"),
        ('basis = "DECLARED"', 'basis = "COMPUTED"', "SP5-01 is answered by a declaration"),
        ('not_assessed_reason = "NO_WRITTEN_COVER"\n', "", "SP5-06 needs a reason"),
        ("return_due_day = 10", "return_due_day = 31", "return_due_day: Input should be less"),
        ('MANAGEMENT = ["LAW_AND_DUTIES", ', "MANAGEMENT = [", "one training set for all"),
        ("MANAGEMENT = 900\n", "", "a minimum is missing for MANAGEMENT"),
    ],
)
def test_a_faulty_policy_is_refused_in_words(
    changed_pack: Change, old: str, new: str, words: str
) -> None:
    assert words in problems(changed_pack("policy-2026.1.toml", old, new))


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        ("framework.toml", "owes = true", "owes = false", "exactly one priority owes something"),
        ("framework.toml", '"2025-12-31"', '"2020-12-31"', "valid_to lies before valid_from"),
        ("framework.toml", '"2021-07-14"', "2021-07-14", "a day is written in quotes"),
        ("framework.toml", "no = 1", "no = 2", "priority named twice: 2"),
        ("bodies.toml", '"AUTHORITY"', '"FRIEND"', "kind: Input should be"),
        ("bodies.toml", "may_see = [", 'phone = "1"\nmay_see = [', "phone: Extra inputs"),
        ("calendar.toml", '"HOLIDAY"', '"MAYBE"', "kind: Input should be"),
        ("policy-2026.2.toml", 'base = "policy-2026.1', 'base = "policy-2026.2', "rests on itself"),
        ("policy-2026.2.toml", "[limits.act_s]", "[limits.act_s", "Expected ']'"),
        ("policy-2026.2.toml", "policy-2026.1.toml", "policy-2020.1.toml", "No such file"),
    ],
)
def test_a_faulty_file_is_refused_in_words(
    changed_pack: Change, name: str, old: str, new: str, words: str
) -> None:
    assert words in problems(changed_pack(name, old, new))


def test_a_core_obligation_that_nobody_assesses_is_refused(changed_pack: Change) -> None:
    folder = changed_pack("policy-2026.1.toml", "core = true", "core = false")
    text = (folder / "policy-2026.1.toml").read_text()
    start = text.index('code = "SP5-06"')
    (folder / "policy-2026.1.toml").write_text(
        text[:start] + text[start:].replace("core = false", "core = true", 1)
    )

    assert "SP5-06 is core but not assessed" in problems(folder)


def test_a_pack_without_a_policy_is_refused(changed_pack: Change) -> None:
    folder = changed_pack("bodies.toml", "MINISTRY", "MINISTRY")
    for name in ("policy-2026.1.toml", "policy-2026.2.toml"):
        (folder / name).unlink()

    assert "no policy-*.toml" in problems(folder)


def test_a_pack_that_is_not_shipped_is_refused() -> None:
    with pytest.raises(UnknownPack) as refusal:
        shipped_pack("atlantis")

    assert refusal.value.params["known"] == ["kh"]


def test_a_policy_cannot_be_changed_in_memory() -> None:
    with pytest.raises(ValueError, match="frozen"):
        POLICIES[0].small_cell = 1


def test_what_is_declared_is_not_called_computed() -> None:
    declared = [o for o in OBLIGATIONS if o.measured_by is Measure.DECLARATION]

    assert {o.basis for o in declared} == {Basis.DECLARED}


def test_asking_for_an_unknown_code_is_an_error_not_a_guess() -> None:
    policy = POLICIES[0]

    assert policy.permitted_list("IWF_URL").publisher == "Internet Watch Foundation"
    assert policy.legal_basis("COURT_CSAM").category is Category.CSAM
    with pytest.raises(KeyError):
        policy.obligation("SP5-99")
