"""A version is in force from the day its instrument says, and never changes afterwards."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.accounts import Actor
from portal.canonical import sha256
from portal.errors import Refusal
from portal.ledger import SYSTEM, sequence
from portal.period import Period
from portal.policy import adopt, due_at, framework_on, load, policies_in_force, policy_on
from portal.policy import shipped_pack as pack
from portal.policy.actions import (
    AdoptedBackwards,
    AdoptedTooEarly,
    AdoptedTooOften,
    AlreadyAdopted,
    Loaded,
    NothingSaid,
)
from portal.policy.codes import Priority
from portal.policy.model import Adoption, PolicyVersion
from portal.policy.queries import (
    NoFrameworkInForce,
    NoPolicyInForce,
    UnknownPolicy,
    bodies,
    frameworks,
    policy_of,
    versions,
)
from portal.policy.show import show
from portal.policy.writing import PolicyImmutable
from portal.trail import Event, verify
from tests.policy.conftest import AT

SOON = {
    "instrument": "Prakas 7",
    "adopted_on": date(2025, 8, 15),
    "effective_from": date(2025, 9, 1),
    "signatory": "A minister",
}
Change = Callable[[str, str, str], Path]


def adoptions(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Adoption))


def test_a_load_brings_everything_and_puts_nothing_in_force(
    session: Session, officer: Actor
) -> None:
    found = load(session, pack("kh"), by=officer, at=AT)

    assert found.policies == ("2026.1", "2026.2")
    assert found.frameworks == ("NAP-OCSE-2021-2025", "SUCCESSOR-2026")
    assert "HOTLINE" in found.bodies
    assert found.days == ("2022-06-06",)
    assert [known.in_force for known in versions(session)] == [None, None]
    assert [plan.code for plan in frameworks(session)] == list(found.frameworks)
    assert {row.code for row in bodies(session)} == set(found.bodies)
    with pytest.raises(NoPolicyInForce):
        policy_on(session, date(2026, 10, 1))


def test_a_second_load_changes_nothing_and_leaves_no_event(loaded: Session, officer: Actor) -> None:
    before = sequence(loaded, SYSTEM)

    assert load(loaded, pack("kh"), by=officer, at=AT) == Loaded((), (), (), ())
    assert sequence(loaded, SYSTEM) == before


def test_a_changed_text_under_the_same_version_is_refused(
    loaded: Session, officer: Actor, changed_pack: Change
) -> None:
    changed = changed_pack("policy-2026.1.toml", "P2_STANDARD = 172800", "P2_STANDARD = 172801")

    with pytest.raises(PolicyImmutable) as refusal:
        load(loaded, changed, by=officer, at=AT)
    assert refusal.value.params == {"version": "2026.1"}
    assert policy_of(loaded, "2026.1").limits.act_s[Priority.P2_STANDARD] == 172800


def test_the_database_itself_keeps_a_loaded_document(loaded: Session) -> None:
    loaded.commit()

    with pytest.raises(DBAPIError, match="append-only"):
        loaded.execute(update(PolicyVersion).values(pack="other"))


def test_a_digest_is_that_of_the_bytes_kept(loaded: Session) -> None:
    rows = loaded.scalars(select(PolicyVersion).order_by(PolicyVersion.version)).all()

    assert [row.digest for row in rows] == [sha256(row.document) for row in rows]
    assert [known.digest for known in versions(loaded)] == [row.digest.hex() for row in rows]


def test_a_plan_that_was_confirmed_since_gets_a_new_version(
    loaded: Session, officer: Actor, changed_pack: Change
) -> None:
    then = sequence(loaded, SYSTEM)
    changed = changed_pack("framework.toml", "confirmed = false", "confirmed = true")

    assert load(loaded, changed, by=officer, at=AT).frameworks == ("SUCCESSOR-2026",)
    assert [plan.confirmed for plan in frameworks(loaded)] == [True, True]
    assert [plan.confirmed for plan in frameworks(loaded, seq=then)] == [True, False]


def test_a_body_may_be_renamed_by_a_later_load(
    loaded: Session, officer: Actor, changed_pack: Change
) -> None:
    changed = changed_pack("bodies.toml", "Development partners", "Partners")

    assert load(loaded, changed, by=officer, at=AT).bodies == ("DONORS",)
    assert "Partners of the plan" in [body.name_en for body in bodies(loaded)]


def test_an_adoption_says_by_what_when_and_by_whom(loaded: Session, officer: Actor) -> None:
    adopt(loaded, "2026.1", **SOON, by=officer, at=AT)

    found = policy_on(loaded, date(2025, 9, 1))
    assert (found.version, found.instrument, found.signatory) == (
        "2026.1",
        "Prakas 7",
        "A minister",
    )
    assert (found.from_on, found.until_on, found.adopted_on) == (
        date(2025, 9, 1),
        None,
        date(2025, 8, 15),
    )
    assert not found.demo
    with pytest.raises(NoPolicyInForce):
        policy_on(loaded, date(2025, 8, 31))


def test_every_act_is_in_the_trail_and_the_chain_holds(in_force: Session) -> None:
    kinds = in_force.scalars(select(Event.kind).where(Event.isp_id == SYSTEM)).all()

    assert kinds.count("policy.loaded") == 2
    assert kinds.count("policy.adopted") == 2
    assert {"framework.set", "body.set", "calendar_day.set"} <= set(kinds)
    assert verify(in_force) == []


def test_case_16_a_month_with_a_change_has_two_policies(in_force: Session) -> None:
    first, second = policies_in_force(in_force, date(2026, 11, 1), date(2026, 11, 30))

    assert (first.version, first.until_on) == ("2026.1", date(2026, 11, 14))
    assert (second.version, second.from_on, second.until_on) == ("2026.2", date(2026, 11, 15), None)
    on_the_14th = policy_on(in_force, date(2026, 11, 14)).policy.limits
    on_the_15th = policy_on(in_force, date(2026, 11, 15)).policy.limits
    assert on_the_14th.act_s[Priority.P2_STANDARD] == 48 * 3600
    assert on_the_15th.act_s[Priority.P2_STANDARD] == 24 * 3600


def test_a_month_before_the_first_adoption_has_none(in_force: Session) -> None:
    assert policies_in_force(in_force, date(2025, 8, 1), date(2025, 8, 31)) == ()
    with pytest.raises(NoPolicyInForce):
        due_at(in_force, Period(2025, 8))


def test_what_was_known_before_an_adoption_can_still_be_asked(
    loaded: Session, officer: Actor
) -> None:
    adopt(loaded, "2026.1", **SOON, by=officer, at=AT)
    then = sequence(loaded, SYSTEM)
    later = SOON | {"effective_from": date(2026, 10, 1)}
    adopt(loaded, "2026.2", **later, demo=True, by=officer, at=AT)

    assert policy_on(loaded, date(2026, 10, 1)).version == "2026.2"
    assert policy_on(loaded, date(2026, 10, 1), seq=then).version == "2026.1"


@pytest.mark.parametrize(
    ("version", "told", "refusal"),
    [
        ("2030.1", {}, (UnknownPolicy, "version")),
        ("2026.1", {"effective_from": date(2027, 1, 1)}, (AlreadyAdopted, "version")),
        ("2026.2", {"effective_from": date(2025, 9, 1)}, (AdoptedTooEarly, "effective_from")),
        ("2026.2", {"effective_from": date(2025, 8, 20)}, (AdoptedTooEarly, "effective_from")),
        ("2026.2", {"effective_from": date(2025, 8, 14)}, (AdoptedBackwards, "effective_from")),
        ("2026.2", {"effective_from": date(2026, 2, 1)}, (NoFrameworkInForce, "effective_from")),
        ("2026.2", {"instrument": "  "}, (NothingSaid, "instrument")),
        ("2026.2", {"signatory": ""}, (NothingSaid, "signatory")),
    ],
)
def test_an_adoption_that_may_not_be_is_refused(
    loaded: Session, officer: Actor, version: str, told: dict, refusal: tuple[type[Refusal], str]
) -> None:
    adopt(loaded, "2026.1", **SOON, by=officer, at=AT)
    before = sequence(loaded, SYSTEM)

    with pytest.raises(refusal[0]) as said:
        adopt(loaded, version, **(SOON | told), by=officer, at=AT)

    assert said.value.field == refusal[1]
    assert (sequence(loaded, SYSTEM), adoptions(loaded)) == (before, 1)


def test_a_fourth_change_within_thirteen_months_is_refused_so_that_statements_stay_short(
    loaded: Session, officer: Actor, changed_pack: Callable[..., Path]
) -> None:
    for later in ("2026.3", "2026.4"):
        other = changed_pack("policy-2026.2.toml", 'version = "2026.2"', f'version = "{later}"')
        (other / "policy-2026.2.toml").rename(other / f"policy-{later}.toml")
        load(loaded, other, by=officer, at=AT)
        shutil.rmtree(other)
    shown = {**SOON, "demo": True}
    days = [date(2025, 9, 1), date(2026, 1, 1), date(2026, 6, 1)]
    for version, day in zip(("2026.1", "2026.2", "2026.3"), days, strict=True):
        adopt(loaded, version, **(shown | {"effective_from": day}), by=officer, at=AT)

    with pytest.raises(AdoptedTooOften) as said:
        adopt(
            loaded, "2026.4", **(shown | {"effective_from": date(2026, 10, 1)}), by=officer, at=AT
        )

    assert (said.value.field, said.value.params["most"]) == ("effective_from", 3)
    adopt(loaded, "2026.4", **(shown | {"effective_from": date(2026, 10, 7)}), by=officer, at=AT)
    assert adoptions(loaded) == 4


def test_a_proposed_plan_carries_a_demonstration_and_nothing_else(
    loaded: Session, officer: Actor
) -> None:
    adopt(loaded, "2026.1", **SOON, by=officer, at=AT)
    assert framework_on(loaded, date(2025, 12, 31)).code == "NAP-OCSE-2021-2025"
    with pytest.raises(NoFrameworkInForce):
        framework_on(loaded, date(2026, 1, 1))

    shown = SOON | {"effective_from": date(2026, 3, 1)}
    adopt(loaded, "2026.2", **shown, demo=True, by=officer, at=AT)
    assert framework_on(loaded, date(2026, 3, 1)).code == "SUCCESSOR-2026"
    with pytest.raises(NoFrameworkInForce):
        framework_on(loaded, date(2026, 2, 28))


def test_a_policy_that_nobody_loaded_is_unknown(session: Session) -> None:
    with pytest.raises(UnknownPolicy):
        policy_of(session, "2026.1")


def test_the_overview_says_what_is_in_force_and_what_is_not_confirmed(in_force: Session) -> None:
    text = show(in_force)

    assert "2026.1  in force 2025-09-01 to 2026-11-14 by Fictional Prakas 2026.1" in text
    assert "DEMO" in text
    assert "SUCCESSOR-2026  2026-01-01 to further notice  (not confirmed)" in text


def test_a_version_is_shown_whole(loaded: Session) -> None:
    text = show(loaded, "2026.2")

    assert "SP5-07 core  Apply list updates  (not confirmed)" in text
    assert "SP5-08.coverage >= 99.0 %, SP5-08.points >= 100.0 %" in text
    assert "P2_STANDARD  acknowledge 4:00:00, act 1 day, 0:00:00" in text
    assert "NO_WRITTEN_COVER" in text
    assert "ECOM_2019_24_25  CSAM" in text


def test_a_loaded_instant_keeps_its_zone(loaded: Session) -> None:
    assert versions(loaded)[0].loaded_at == datetime(2025, 8, 20, 2, 0, tzinfo=UTC)
