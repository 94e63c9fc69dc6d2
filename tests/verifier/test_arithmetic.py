"""What of a statement can be re-performed by whoever holds it, and is."""

from __future__ import annotations

import copy
import json

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.returns.indicators import share as as_counted
from portal.verifier.arithmetic import faults_in, share
from tests.certificates.samples import a_sample_attestation, a_sample_statement
from tests.returns.test_statement_size import GOLDEN

STATEMENT, ATTESTATION = a_sample_statement(), a_sample_attestation()
# Where a changed count shows in a sum, a share or a roll-forward of the same statement.
COUNTED = [
    *(("roll_forward", name) for name in STATEMENT["roll_forward"]),
    *(("indicators", n, name) for n in range(len(STATEMENT["indicators"]))
      for name in ("numerator", "denominator", "late", "open_overdue", "tenths")
      if STATEMENT["indicators"][n][name] is not None),
    *(("lists", n, name) for n in range(3)
      for name in ("issues", "applied", "open", "coverage_tenths", "points_live")),
    *(("carried_forward", n, "count") for n in range(2)),
    *(("senders", n, "items") for n in range(3)),
]  # fmt: skip


def faults(statement, attestation=ATTESTATION):
    return list(faults_in(statement, attestation))


def test_a_sound_statement_re_performs():
    assert faults(STATEMENT) == []
    filed = json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert [one for one in faults(filed) if not one.startswith("attestation")] == []


@given(where=st.sampled_from(COUNTED), more=st.integers(1, 9))
def test_no_count_changes_alone(where, more):
    changed = copy.deepcopy(STATEMENT)
    part = changed
    for step in where[:-1]:
        part = part[step]
    part[where[-1]] += more
    assert faults(changed) != []


@given(part=st.integers(0, 10**6), of=st.integers(0, 10**6))
def test_a_share_is_the_one_that_was_counted(part, of):
    part = min(part, of)
    assert share(part, of) == as_counted(part, of)


def test_the_attestation_is_of_this_statement():
    other = {"period": "2026-09", "kind": "FINDINGS", "filing": {"version": 2}}
    said = faults(STATEMENT, ATTESTATION | other)
    assert said == ["attestation.period", "attestation.version", "attestation.kind"]
    results = copy.deepcopy(ATTESTATION["results"])
    results[11]["result"] = "MET"  # filed as not met
    assert faults(STATEMENT, ATTESTATION | {"results": results}) == ["attestation.SP5-12"]


@settings(max_examples=30)
@given(name=st.sampled_from(sorted(STATEMENT)), value=st.none() | st.integers() | st.text())
def test_a_statement_of_any_other_form_is_at_fault_and_never_raises(name, value):
    list(faults_in({**STATEMENT, name: value}, ATTESTATION))
    assert faults({}) != []
