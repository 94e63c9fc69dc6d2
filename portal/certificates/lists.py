"""What annex C says beside its table: how late lists were applied, and those that could not be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.certificates import figures, khmer
from portal.certificates.measures import LIST_MODES, MEASURED
from portal.certificates.words import Words, words_for

_OF_LISTS = ("add", "delist", "emergency")


def lagging(statement: Mapping[str, Any]) -> dict[str, Any]:
    """``lags``: median and 90th percentile of each clock of lists, in the month's own cohort, over
    all lists; ``applied_otherwise``: lists that an ISP does not apply itself, since when and why.
    """
    own = [one for one in statement["indicators"] if one["cohort"] == statement["period"]]
    clocks = [(one["code"].rpartition(".")[2], one) for one in own]
    timed = [(n, one) for n, one in clocks if n in _OF_LISTS and one["median_s"] is not None]
    said = statement.get("list_standings", {}).get("lists", ())
    return {
        "lags": [_lag(words_for(MEASURED, name), one) for name, one in timed],
        "applied_otherwise": [
            Words(
                f"{one['list']}៖ {mode.km} តាំងពី {khmer.digits(one['since'])}",
                f"{one['list']}: {mode.en} since {one['since']}",
            )
            for one in said
            if (mode := LIST_MODES.get(one["mode"]))
        ],
    }


def _lag(name: Words, one: Mapping[str, Any]) -> Words:
    median, rank = figures.hours(one["median_s"]), figures.p90(one)
    told = f"{median}, p90 {rank}"
    khmer_told = khmer.digits(told.replace(" h", " ម៉ោង"))
    return Words(f"{name.km} មេដ្យាន {khmer_told}", f"{name.en} median {told}")
