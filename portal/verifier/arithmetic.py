"""Re-perform what can be re-performed of a statement by whoever holds it, in whole numbers.

Sums, shares and roll-forward follow from the statement itself; that its counts are those of the
entries is re-performed where the entries are (docs/indicators.md says how each figure is made).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

_WHOLE = 1000
_ACTING = frozenset({"act", "block_forward", "own_initiative"})
_INTO, _OUT_OF = ("received", "reopened", "transferred_in"), (
    "closed", "withdrawn", "duplicate", "transferred",
)  # fmt: skip
_SHARES_OF_A_LIST = (
    ("coverage_tenths", "subscribers_covered", "subscribers_in_scope"),
    ("points_tenths", "points_live", "points_in_scope"),
)
_WORDS = {
    "MET": {"MET", "MET_WITH_OBSERVATION"},
    "NOT_MET": {"NOT_MET", "MET_WITH_OBSERVATION", "NOT_ASSESSED"},
}
_BY_FILING = "SP5-15"  # judged when it is filed, after the statement was frozen

Statement = Mapping[str, Any]


def share(part: int, of: int) -> int | None:
    """Tenths of a per cent, half up, at most 999 while any is missing; None of nothing."""
    if of == 0:
        return None
    tenths = (2 * _WHOLE * part + of) // (2 * of)
    return min(tenths, _WHOLE - 1) if part < of else tenths


def faults_in(statement: Statement, attestation: Mapping[str, Any]) -> Iterator[str]:
    """What does not re-perform, by the name of the figure in the statement; nothing where all does.

    A statement that lacks a part is at fault by that part.
    """
    parts: dict[str, Callable[[], Iterator[str]]] = {
        "roll_forward": lambda: _roll_forward(statement["roll_forward"]),
        "indicators": lambda: _each(_indicator, "code", statement["indicators"]),
        "carried_forward": lambda: _carried(statement),
        "senders": lambda: _senders(statement),
        "lists": lambda: _each(_list, "list", statement["lists"]),
        "staff": lambda: _each(_group, "role_group", statement["staff"]),
        "registers": lambda: _registers(statement["registers"]),
        "attestation": lambda: _attested(statement, attestation),
    }
    for name, faults in parts.items():
        try:
            yield from (f"{name}.{fault}" for fault in faults())
        except (KeyError, TypeError, AttributeError, ValueError):
            yield name


def _roll_forward(flow: Statement) -> Iterator[str]:
    closing = flow["opening"] + flow["adjustments"]
    closing += sum(flow.get(name, 0) for name in _INTO)
    closing -= sum(flow[name] for name in _OUT_OF)
    if closing != flow["closing"]:
        yield "closing"


def _each(
    check: Callable[[Statement], Iterator[str]], key: str, rows: list[Statement]
) -> Iterator[str]:
    for row in rows:
        yield from (f"{row[key]}.{fault}" for fault in check(row))


def _indicator(row: Statement) -> Iterator[str]:
    part, of = row["numerator"], row["denominator"]
    if part + row["late"] + row["open_overdue"] != of:
        yield "denominator"
    if share(part, of) != row["tenths"]:
        yield "tenths"
    urgent, all_urgent = row["urgent_numerator"], row["urgent_denominator"]
    if not (urgent <= all_urgent <= of and urgent <= part):
        yield "urgent_numerator"
    if row["explained"] > row["late"]:
        yield "explained"
    median, p90 = row["median_s"], row["p90_s"]
    if median is not None and p90 is not None and median > p90:
        yield "p90_s"


def _carried(statement: Statement) -> Iterator[str]:
    """The bands of what is carried forward hold every item that was open and not yet due."""
    waiting: dict[str, int] = {}
    for row in statement["indicators"]:
        if row["code"].rpartition(".")[2] in _ACTING:
            cohort = row["cohort"]
            waiting[cohort] = waiting.get(cohort, 0) + row["open_not_due"]
    for row in statement["carried_forward"]:
        waiting[row["cohort"]] = waiting.get(row["cohort"], 0) - row["count"]
    yield from (cohort for cohort, count in sorted(waiting.items()) if count)


def _senders(statement: Statement) -> Iterator[str]:
    flow, excluded = statement["roll_forward"], statement["excluded"]
    if sum(row["items"] for row in statement["senders"]) != flow["received"]:
        yield "items"
    for name in ("duplicate", "withdrawn", "transferred"):
        if excluded[name] > flow["opening"] + flow["adjustments"] + flow["received"] + flow.get(
            "transferred_in", 0
        ):
            yield name


def _list(row: Statement) -> Iterator[str]:
    if row["issues"] - row["applied"] != row["open"]:
        yield "open"
    for name, part, of in _SHARES_OF_A_LIST:
        if share(row[part], row[of]) != row[name]:
            yield name
    entries = row["entries_total"]
    if share(entries - row["exceptions"], entries) != row["accepted_tenths"]:
        yield "accepted_tenths"
    # Its parts are kept in whole seconds, its share was taken of finer ones.
    current = share(row["current_s"], row["owed_s"])
    said = row["currency_tenths"]
    if current is not None and (said is None or abs(current - said) > 1):
        yield "currency_tenths"
    if row["tests_passed"] > row["tests_run"]:
        yield "tests_passed"


def _group(row: Statement) -> Iterator[str]:
    if row["covered"] > row["in_scope"]:
        yield "covered"


def _registers(registers: Mapping[str, Statement]) -> Iterator[str]:
    for name, row in sorted(registers.items()):
        if row["lines"] < row["entries"] or (row["nil"] and row["entries"]):
            yield name


def _attested(statement: Statement, attestation: Mapping[str, Any]) -> Iterator[str]:
    """The regulator attests this statement: same month, ISP and version, each result as filed or as
    a decision may leave it, and the title that follows from the results (chairs B4).
    """
    if statement["period"] != attestation["period"]:
        yield "period"
    if statement["version"] != attestation["filing"]["version"]:
        yield "version"
    if statement["subject"]["registration_no"] != attestation["subject"]["registration_no"]:
        yield "subject"
    filed = {row["code"]: row["result"] for row in statement["results"]}
    for row in attestation["results"]:
        code, word = row["code"], filed.get(row["code"])
        if code != _BY_FILING and row["result"] not in _WORDS.get(word or "", {word}):
            yield code
    failed = any(row["core"] and row["result"] == "NOT_MET" for row in attestation["results"])
    if (attestation["kind"] == "FINDINGS") != failed:
        yield "kind"
