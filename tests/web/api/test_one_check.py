"""The form of a page and the body of a program: the same values, refused by the same codes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from werkzeug.datastructures import MultiDict

from portal.entries.inputs import Input, problems
from portal.registers.codes import Progress
from portal.registers.inputs_progress import PROGRESS_INPUTS
from portal.registers.register import REGISTERS
from portal.web.api.checking import given as clock_and_policy
from portal.web.api.checking import kinds_of, tried
from portal.web.forms import form_for
from tests.town import Town
from tests.web.api.calling import ITEM, SAMPLES

MODELS: dict[str, tuple[type[Input], dict[str, Any]]] = {
    slug: (register.input, {**SAMPLES, "takedowns": ITEM}[slug])
    for slug, register in REGISTERS.items()
}
MODELS["step"] = (
    PROGRESS_INPUTS[Progress.ACTIONED],
    {"occurred_at": "2026-10-12T11:00:00+07:00", "action": "REMOVED"},
)
WORDS = (
    "T-1", "nonsense", "http://x.example/1", "010 234 567", "x" * 400, "S-0421", "-1", "0", "7",
    "99999999999", "2026-10-12", "2026-10-12T09:05:00+07:00", "2031-01-01T00:00:00Z", "31/02/2026",
    "១២", "\u202e", "KH", "ZZ", "CSAM", "P1_CHILD_IN_DANGER", "ORDER", "NOTICE",
)  # fmt: skip


@contextmanager
def asking(town: Town, typed: dict[str, Any]) -> Iterator[None]:
    """A request that sends a form."""
    data = MultiDict(
        (name, each)
        for name, value in typed.items()
        for each in (value if isinstance(value, list) else [value])
    )
    with town.app.test_request_context("/registers", method="POST", data=data):
        yield


def by_page(town: Town, model: type[Input], typed: dict[str, Any]) -> set[tuple[str | None, str]]:
    """The codes by which the form of a page refuses what was typed."""
    boxes = {True: "true", False: "false"}
    sent = {n: boxes[value] if isinstance(value, bool) else value for n, value in typed.items()}
    with asking(town, sent):
        form: Any = form_for(model)(meta={"csrf": False})
        try:
            model.model_validate(form.typed(), context=clock_and_policy())
        except ValidationError as failure:
            return {(problem.field, problem.code) for problem in problems(failure)}
    return set()


def by_program(town: Town, model: type[Input], sent: dict[str, Any]) -> set[tuple[str | None, str]]:
    """The codes by which the body of a program is refused."""
    with asking(town, {}):
        _, faults = tried(model, sent, clock_and_policy())
    return {((fault.pointer or "")[1:] or None, fault.code) for fault in faults}


def values(model: type[Input], name: str) -> st.SearchStrategy[Any]:
    """What may be sent in a field: something of its kind, right or wrong; an instant always with
    its zone, for a page's field has none of its own.
    """
    kind = next(one for one in kinds_of(model)[name] if one != "null")
    if kind == "boolean":
        return st.booleans()
    if kind == "integer":
        return st.integers(-(2**40), 2**40) | st.sampled_from((0, 1, 100_000, 100_001))
    if kind == "array":
        return st.lists(st.sampled_from(("DNS_RPZ", "HASH_MATCH", "nonsense")), min_size=1)
    annotation = model.model_fields[name].annotation
    codes = (
        list(annotation) if isinstance(annotation, type) and issubclass(annotation, Enum) else []
    )
    return st.sampled_from([*WORDS, *map(str, codes)])


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("which", list(MODELS))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_page_and_program_refuse_by_the_same_codes(
    town: Town, which: str, data: st.DataObject
) -> None:
    model, right = MODELS[which]
    names = [name for name in model.model_fields if name != "category"]
    changed = data.draw(st.lists(st.sampled_from(names), max_size=4, unique=True))
    sent = dict(right)
    for name in changed:
        sent[name] = data.draw(values(model, name))
    for name in data.draw(st.lists(st.sampled_from(list(right)), max_size=2, unique=True)):
        if not isinstance(sent[name], bool):
            sent.pop(name)

    assert by_program(town, model, sent) == by_page(town, model, sent)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_is_right_is_right_at_both(town: Town) -> None:
    for model, right in MODELS.values():
        assert by_program(town, model, right) == by_page(town, model, right) == set()
