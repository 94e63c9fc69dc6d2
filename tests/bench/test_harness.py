"""The benchmarks run and say what they promise; how fast they are is not a test's business."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from tests.bench.__main__ import benches, main
from tests.bench.harness import NOWHERE, WHOLE, Bench, run

KEYS = ["bench", "n", "seconds", "reference", "ratio", "bar", "within", "peak_mib"]
MIB = 1 << 20


@contextmanager
def ground(_where: object) -> Iterator[None]:
    yield None


def nothing(_ground: object) -> None:
    pass


def take_memory(_ground: object) -> int:
    return len(b"x" * (64 * MIB))


FREE = Bench("free", 1, 1e9, NOWHERE, ground, nothing, nothing, turns=1)
GREEDY = replace(FREE, name="greedy", work=take_memory)


def test_every_benchmark_has_a_name_of_its_own() -> None:
    names = [bench.name for bench in benches(WHOLE)]

    assert len(names) >= 10
    assert sorted(set(names)) == sorted(names)


def test_a_benchmark_prints_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    code = main("--quick", "certificate-stored")

    [line] = [json.loads(said) for said in capsys.readouterr().out.splitlines()]
    assert list(line) == KEYS
    assert (line["bench"], line["n"]) == ("certificate-stored", 1)
    assert line["seconds"] > 0
    assert line["reference"] > 0
    assert line["ratio"] == pytest.approx(line["seconds"] / line["reference"], rel=0.01)
    assert code == (0 if line["within"] else 1)


def test_a_benchmark_past_its_bar_is_not_within() -> None:
    [result] = run([replace(FREE, bar=0.0)])

    assert not result.within


@pytest.mark.parametrize(("work", "within"), [(FREE, True), (GREEDY, False)])
def test_memory_that_grows_with_the_rows_is_not_within(work: Bench, within: bool) -> None:
    [result] = run([replace(work, smaller=FREE)])

    assert result.within is within
    assert (result.peak_mib < 8) is within


def test_what_a_benchmark_raises_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        list(run([replace(FREE, work=divide)]))


def divide(_ground: object) -> float:
    return 1 / 0
