"""Charts are plain geometry."""

from __future__ import annotations

import pytest

from portal.web.charts import Point, bar_chart, line_chart


def test_a_month_with_nothing_to_measure_leaves_a_gap() -> None:
    values = [900, None, 950, 1000]
    drawn = line_chart("c", "In time", [Point(str(i), v, "") for i, v in enumerate(values)])

    assert len(drawn.dots) == 3
    assert [path.count("M") for path in drawn.paths] == [1, 1]


@pytest.mark.parametrize(
    ("most", "top"), [(0, "4"), (4, "4"), (5, "8"), (41, "60"), (281, "400"), (2801, "4,000")]
)
def test_the_scale_ends_at_a_round_number(most: int, top: str) -> None:
    drawn = bar_chart("c", "Items", [Point("Oct", most, str(most))])

    assert drawn.grid[-1].text == top
