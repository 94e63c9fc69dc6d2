"""What a certificate attests, from a frozen statement and a decision: pure bytes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from portal.canonical import canonical
from portal.certificates.attestation import Filed, Issue, Judged, attest
from portal.certificates.shapes import ATTESTATION
from portal.policy import Policy
from portal.policy.pack import read_pack, shipped_pack
from tests.certificates.reading import agrees_with_golden
from tests.certificates.samples import a_sample_attestation, a_sample_statement

SAMPLE = a_sample_attestation()
FILED_AT = datetime(2026, 11, 9, 8, 12, 30, tzinfo=UTC)
FILED = Filed(
    receipt="R-2026-10-0007-1",
    version=1,
    amends=None,
    filed_at=FILED_AT,
    cut_off_at=FILED_AT,
    due_at=datetime(2026, 11, 10, 16, 59, 59, tzinfo=UTC),
    days_late=0,
    statement_digest="5b" * 32,
    waiver=None,
)
JUDGED = Judged("ACCEPT", datetime(2026, 11, 18, 2, 30, tzinfo=UTC), frozenset(), {})
ISSUE = Issue(
    number="KH-SP5-2026-000045-2",
    issued_at=datetime(2026, 11, 20, 3, 0, tzinfo=UTC),
    issuer=SAMPLE["issuer"],
    framework=SAMPLE["framework"],
    policy=SAMPLE["policy"],
    supersedes=None,
    demo=True,
    checkpoint=SAMPLE["checkpoint"],
)


@pytest.fixture(scope="module")
def policy() -> Policy:
    shipped = read_pack(shipped_pack("kh")).policies.values()
    return next(policy for policy in shipped if policy.version == "2026.1")


def a_statement(**results: str) -> dict[str, Any]:
    """The sample month with every obligation met, but for those named (``SP5_03="NOT_MET"``)."""
    said = a_sample_statement()
    changed = {code.replace("_", "-"): word for code, word in results.items()}
    for result in said["results"]:
        result["result"] = changed.get(result["code"], "MET")
        result["excusable"] = result["code"] in {"SP5-03", "SP5-12"}
        result["reason"] = "below-minimum" if result["result"] == "NOT_MET" else None
    return said


def attested(
    policy: Policy, statement: dict[str, Any], policies: list[Policy] | None = None, **over: Any
) -> dict[str, Any]:
    given = {"filed": FILED, "judged": JUDGED, "issue": ISSUE} | over
    read: dict[str, Any] = json.loads(attest(statement, policies or [policy], **given))
    return read


def word_of(document: dict[str, Any], code: str) -> str:
    [found] = [result for result in document["results"] if result["code"] == code]
    return str(found["result"])


def test_its_bytes_are_the_golden_bytes(policy: Policy) -> None:
    judged = replace(
        JUDGED, outcome="ACCEPT_WITH_OBSERVATIONS", comments={"SP5-07": "Two issues came late."}
    )
    frozen = attest(a_statement(SP5_12="NOT_MET"), [policy], FILED, judged, ISSUE)
    document = json.loads(frozen)
    assert canonical(document) == frozen
    shown = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    assert agrees_with_golden(shown, "attestation-1.json")


def test_it_has_the_shape_that_papers_read(policy: Policy) -> None:
    document = attested(policy, a_statement())
    # A paper without a hearing and without an appeal does not speak of them.
    assert set(document) | {"hearing", "appeals"} == set(ATTESTATION)
    assert {k: set(document[k]) for k in ("subject", "framework", "filing", "issuer")} == {
        k: set(ATTESTATION[k]) for k in ("subject", "framework", "filing", "issuer")
    }
    assert set(document["results"][0]) == set(ATTESTATION["results"][0])


def test_before_the_first_checkpoint_it_names_none(policy: Policy) -> None:
    assert attested(policy, a_statement())["checkpoint"] == SAMPLE["checkpoint"]
    none = attested(policy, a_statement(), issue=replace(ISSUE, checkpoint=None))
    assert none["checkpoint"] is None


def test_it_never_holds_a_figure_of_the_month(policy: Policy) -> None:
    """chairs B5: figures, gaps and lags are a map for offenders."""
    document = attested(policy, a_statement())
    assert not {"indicators", "lists", "staff", "roll_forward", "registers"} & set(document)
    assert set(document["results"][0]) == {
        "code", "title_en", "title_km", "core", "result", "basis", "reason", "thresholds",
    }  # fmt: skip


def test_every_counted_obligation_says_what_was_asked(policy: Policy) -> None:
    """chairs B5: the limits in force are public, as policy, for whatever has any."""
    asked = {r["code"]: r["thresholds"] for r in attested(policy, a_statement())["results"]}
    counted = {o.code for o in policy.obligations if o.indicators}
    assert {code for code, rows in asked.items() if rows} == counted
    assert {row["indicator"] for rows in asked.values() for row in rows} == {
        code for o in policy.obligations for code in o.indicators
    }
    assert [(r["group"][:2], r["limit_s"], r["minimum_tenths"]) for r in asked["SP5-03"]] == [
        ("P1", 3600, 950), ("P2", 172800, 950), ("P3", 259200, 950),
    ]  # fmt: skip
    assert [(r["indicator"], r["minimum_tenths"]) for r in asked["SP5-08"]] == [
        ("SP5-08.coverage", 990), ("SP5-08.points", 1000),
    ]  # fmt: skip
    assert [r["due_day"] for r in asked["SP5-15"]] == [10]


def test_two_policies_say_each_what_it_asked_where_the_items_moment_chooses(policy: Policy) -> None:
    """design §2.10: a period with two versions prints both."""
    stricter = policy.model_copy(
        update={
            "version": "2026.2",
            "limits": policy.limits.model_copy(update={"list_add_s": 3600}),
        }
    )
    document = attested(policy, a_statement(), policies=[policy, stricter])
    asked = {r["code"]: r["thresholds"] for r in document["results"]}
    added = [r for r in asked["SP5-07"] if r["indicator"] == "SP5-07.add"]
    assert [(r["policy"], r["limit_s"]) for r in added] == [("2026.1", 86400), ("2026.2", 3600)]
    assert {r["policy"] for r in asked["SP5-12"]} == {"2026.2"}


def test_what_nobody_assessed_has_no_basis(policy: Policy) -> None:
    """chairs B4: a result states its basis; without a result there is none."""
    document = attested(policy, a_statement(SP5_06="NOT_ASSESSED"))
    bases = {result["code"]: result["basis"] for result in document["results"]}
    assert [code for code, basis in bases.items() if basis is None] == ["SP5-06"]


def test_any_core_obligation_not_met_makes_it_a_statement_of_findings(policy: Policy) -> None:
    """chairs B4."""
    core = [o.code for o in policy.obligations if o.core]
    assert core
    for code in core:
        if code == "SP5-15":
            continue
        document = attested(policy, a_statement(**{code.replace("-", "_"): "NOT_MET"}))
        assert document["kind"] == "FINDINGS", code
    other = next(o.code for o in policy.obligations if not o.core)
    document = attested(policy, a_statement(**{other.replace("-", "_"): "NOT_MET"}))
    assert document["kind"] == "CERTIFICATE"


def test_one_late_item_with_an_accepted_reason_is_an_observation(policy: Policy) -> None:
    """chairs B6: never without the officer, never where the statement does not allow it."""
    statement = a_statement(SP5_03="NOT_MET", SP5_07="NOT_MET")
    assert word_of(attested(policy, statement), "SP5-03") == "NOT_MET"
    excused = replace(JUDGED, excused=frozenset({"SP5-03", "SP5-07"}))
    document = attested(policy, statement, judged=excused)
    assert word_of(document, "SP5-03") == "MET_WITH_OBSERVATION"
    assert word_of(document, "SP5-07") == "NOT_MET"


def test_a_comment_on_a_met_obligation_is_an_observation(policy: Policy) -> None:
    said = {"SP5-01": "The deputy changed twice.", "SP5-12": "See the plan.", "": "Thank you."}
    judged = replace(JUDGED, outcome="ACCEPT_WITH_OBSERVATIONS", comments=said)
    document = attested(policy, a_statement(SP5_12="NOT_MET"), judged=judged)
    assert word_of(document, "SP5-01") == "MET_WITH_OBSERVATION"
    assert word_of(document, "SP5-12") == "NOT_MET"
    assert [each["code"] for each in document["observations"]] == ["", "SP5-01", "SP5-12"]


@pytest.mark.parametrize(("days", "word"), [(0, "MET"), (3, "NOT_MET")])
def test_filing_on_time_is_judged_when_it_is_known(policy: Policy, days: int, word: str) -> None:
    document = attested(policy, a_statement(), filed=replace(FILED, days_late=days))
    assert word_of(document, "SP5-15") == word
    assert document["filing"]["days_late"] == days
