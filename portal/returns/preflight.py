"""Before filing: what a month would say now, what is missing, what is odd, and when it is due."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.ledger import SYSTEM, sequence
from portal.period import Period
from portal.registers.lists.inheriting import outstanding
from portal.registers.shared.queries import waiting
from portal.returns.basis import BESIDE, DECLARING
from portal.returns.composing import compose
from portal.returns.figures import Question, figures
from portal.returns.model import Filing, Preparation
from portal.returns.predecessors import opening_of
from portal.returns.queries import cut_off_before, filings, newest_preparation, read
from portal.returns.standing import Standing, standing
from portal.returns.statement import content_digest

UPSTREAM_WAITS = "preflight-upstream-waits"


class Weight(enum.StrEnum):
    """Whether a finding stops the return or only asks for a second look."""

    MISSING = "MISSING"
    ODD = "ODD"


@dataclass(frozen=True)
class Finding:
    """Something to see to before filing: a code for words, its parameters, and where to go."""

    weight: Weight
    code: str
    params: Mapping[str, Any]
    place: str


@dataclass(frozen=True)
class Preflight:
    """One month before filing. ``statement`` is what would be frozen now (without the frame).

    ``changed`` says whether it differs from the filing in force; ``prepared`` is a preparation that
    waits for approval, ``moved`` whether entries changed since it was frozen.
    """

    standing: Standing
    statement: dict[str, Any]
    findings: list[Finding]
    versions: list[Filing]
    prepared: Preparation | None
    moved: bool
    changed: bool
    needs_opening: bool

    @property
    def empty_registers(self) -> list[str]:
        """The registers without an entry of the month: each wants a nil declaration."""
        held = self.statement["registers"]
        return [slug for slug in DECLARING if not held[slug]["entries"]]


def preflight(session: Session, isp_id: int, period: Period, now: datetime) -> Preflight:
    """What the month would say if it were prepared now; raises NoPolicyInForce."""
    seq = sequence(session, isp_id)
    versions = list(filings(session, isp_id, period))
    system_seq = sequence(session, SYSTEM)
    asked = Question(
        isp_id,
        period,
        seq,
        system_seq,
        versions[0].cut_off_at if versions else now,
        cut_off_before(session, isp_id, period, seq, system_seq),
        versions[0].due_at if versions else None,
    )
    opened = opening_of(session, isp_id, period, seq)
    found = compose(session, asked, figures(session, asked), (), unopened=0)
    stands = standing(session, isp_id, period, now)
    prepared = _waiting(newest_preparation(session, isp_id, period), versions)
    return Preflight(
        standing=stands,
        statement=found,
        findings=[
            *_findings(found, opened is None),
            *_other_side(found["counterparty"]),
            *_to_confirm(len(waiting(session, isp_id, period))),
            *_upstream(session, isp_id, period),
        ],
        versions=versions,
        prepared=prepared,
        moved=prepared is not None and _stands_on_else(found, prepared.statement),
        changed=stands.filing is None or _says_else(found, stands.filing.statement),
        needs_opening=opened is None,
    )


def _waiting(newest: Preparation | None, versions: list[Filing]) -> Preparation | None:
    if newest is None or any(filing.preparation_no == newest.no for filing in versions):
        return None
    return newest


def _says_else(found: Mapping[str, Any], frozen: bytes) -> bool:
    """Whether the entries now say something other than a frozen statement (nils and kind aside)."""
    then = read(frozen)
    return content_digest(_bare(found)) != content_digest(_bare(then))


def _stands_on_else(found: Mapping[str, Any], frozen: bytes) -> bool:
    """Whether the entries themselves are others now; ages grow by waiting alone."""
    then = _bare(read(frozen))
    parts = ("registers", "counterparty", "subject", "policy", "opening_filing", *BESIDE)
    return any(_bare(found).get(part) != then.get(part) for part in parts)


def _bare(statement: Mapping[str, Any]) -> dict[str, Any]:
    registers = {
        slug: {k: v for k, v in register.items() if k != "nil"}
        for slug, register in statement["registers"].items()
    }
    kept = {k: v for k, v in statement.items() if k not in ("kind", "schema", "method", "due_at")}
    return {**kept, "registers": registers}


def _findings(found: dict[str, Any], unopened: bool) -> Iterator[Finding]:
    if unopened:
        yield Finding(Weight.MISSING, "preflight-opening", {}, "opening")
    for slug in DECLARING:
        if not found["registers"][slug]["entries"]:
            yield Finding(Weight.MISSING, "preflight-nil", {"register": slug}, slug)
    for result in found["results"]:
        if result["reason"] in ("not-declared", "not-reconfirmed"):
            code = f"preflight-{result['reason']}"
            yield Finding(Weight.ODD, code, {"obligation": result["code"]}, "declarations")
        if result["result"] == "NOT_MET":
            params = {"obligation": result["code"]}
            yield Finding(Weight.ODD, "preflight-not-met", params, "results")
    yield from _odd_figures(found)
    yield from _odd_lists(found)


def _other_side(known: Mapping[str, int]) -> Iterator[Finding]:
    """What was sent and not logged; what was logged and is not known to its sender (chairs A1)."""
    places = {"sent_not_logged": "received", "logged_not_known": "takedowns"}
    for name, place in places.items():
        if known[name]:
            code = f"preflight-{name.replace('_', '-')}"
            yield Finding(Weight.ODD, code, {"count": known[name]}, place)


def _upstream(session: Session, isp_id: int, period: Period) -> Iterator[Finding]:
    """Evidence of whoever enforces the ISP's lists that is not taken over as it stands."""
    count = len(outstanding(session, isp_id, period))
    if count:
        yield Finding(Weight.ODD, UPSTREAM_WAITS, {"count": count}, "lists")


def _to_confirm(count: int) -> Iterator[Finding]:
    """Sessions held for the ISP in the month of which it has confirmed nobody (chairs B8)."""
    if count:
        yield Finding(Weight.ODD, "preflight-session-waiting", {"count": count}, "trainings")


def _odd_figures(found: dict[str, Any]) -> Iterator[Finding]:
    overdue = sum(i["open_overdue"] for i in found["indicators"])
    estimated = sum(i["estimated"] for i in found["indicators"])
    if found["entered_after_limit"]:
        count = found["entered_after_limit"]
        yield Finding(Weight.ODD, "preflight-entered-late", {"count": count}, "takedowns")
    if overdue:
        yield Finding(Weight.ODD, "preflight-overdue", {"count": overdue}, "takedowns")
    if estimated:
        yield Finding(Weight.ODD, "preflight-estimated", {"count": estimated}, "takedowns")
    if found["roll_forward"]["adjustments"]:
        count = found["roll_forward"]["adjustments"]
        yield Finding(Weight.ODD, "preflight-adjustments", {"count": count}, "takedowns")
    if not found["staff"]:
        yield Finding(Weight.ODD, "preflight-no-roster", {}, "roster")


def _odd_lists(found: dict[str, Any]) -> Iterator[Finding]:
    for row in found["lists"]:
        if "unlogged" in row:
            params = {"list": row["list"], "count": row["unlogged"]}
            yield Finding(Weight.ODD, "preflight-unlogged", params, "picks")
        if row["tests_run"] == 0:
            yield Finding(Weight.ODD, "preflight-no-test", {"list": row["list"]}, "blocklists")
