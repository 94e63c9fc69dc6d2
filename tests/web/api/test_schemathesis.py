"""The document is kept: what it allows is answered as it says, what it forbids is refused."""

from __future__ import annotations

from collections import Counter
from typing import Any

import hypothesis
import pytest
import schemathesis
from schemathesis import Case
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation import GenerationMode

from tests.town import Town
from tests.web.api.calling import ITEM, Caller

load_all_checks()
# What two fields must be to each other no schema says; the property test beside this one does.
UNSAID = ("positive_data_acceptance",)
CHECKED = [check for check in CHECKS.get_all() if check.__name__ not in UNSAID]
SHORT = hypothesis.settings(
    max_examples=2,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[hypothesis.Phase.generate],
    suppress_health_check=list(hypothesis.HealthCheck),
)
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_every_operation_keeps_what_the_document_says(town: Town, caller: Caller) -> None:
    key = caller.post("/registers/takedowns/entries", ITEM).json["key"]
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", town.app)
    # The same views with three further models; two registers tell of all.
    schema = schema.exclude(path_regex="/(training|roster|complaints)/")
    found: Counter[str] = Counter()
    for each in schema.get_all_operations():
        for mode in MODES:
            strategy = each.ok().as_strategy(generation_mode=mode)
            SHORT(hypothesis.given(case=strategy)(_keeps))(found, caller, key)

    assert len({name.partition(" ")[0] for name in found}) > 20
    statuses = {name.rpartition(" ")[2] for name in found}
    assert {"200", "400", "404", "409", "422"} <= statuses


def _keeps(found: Counter[str], caller: Caller, key: int, case: Case) -> None:
    # Most bodies shall reach the entry that there is.
    place: Any = case.meta.components.get(ParameterLocation.PATH) if case.meta else None
    if "key" in case.path_parameters and (place is None or place.mode == GenerationMode.POSITIVE):
        case.path_parameters["key"] = key
    headers = {"Authorization": f"Bearer {caller.key}"}
    response = case.call_and_validate(headers=headers, checks=CHECKED)
    found[f"{case.operation.definition.raw['operationId']} {response.status_code}"] += 1
