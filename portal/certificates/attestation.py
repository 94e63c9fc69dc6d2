"""The regulator's attestation: what a certificate says, as canonical bytes; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.canonical import canonical
from portal.certificates.model import CertificateKind
from portal.certificates.thresholds import thresholds_of
from portal.period import Period
from portal.policy.document import Policy
from portal.returns.judge import MET, NOT_ASSESSED, NOT_MET
from portal.returns.statement import instant
from portal.reviews.adverse import OBSERVED, stands_on, word_of

SCHEMA = "attestation/1"


@dataclass(frozen=True)
class Judged:
    """What was decided of a filing, as far as the attestation repeats it.

    ``comments`` maps an obligation's code (empty: the whole return) to the officer's words;
    ``excused`` are obligations whose one late item had an accepted reason (chairs B6),
    ``set_aside`` those whose finding did not stand on appeal. ``hearing`` and ``appeals`` say when
    the ISP was heard and appealed, never with what words (chairs C8). ``sampled`` are registers
    whose entries had been compared with their evidence by then (chairs B4).
    """

    outcome: str
    decided_at: datetime
    excused: frozenset[str]
    comments: Mapping[str, str]
    set_aside: frozenset[str] = frozenset()
    hearing: Mapping[str, Any] | None = None
    appeals: Sequence[Mapping[str, Any]] = ()
    sampled: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Filed:
    """What is known of the filing besides its statement; ``moves`` made its due date later."""

    receipt: str
    version: int
    amends: int | None
    filed_at: datetime
    cut_off_at: datetime
    due_at: datetime
    days_late: int
    statement_digest: str
    waiver: str | None
    moves: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True)
class Issue:
    """The act of issuing: number, time, issuer, policy and plan in words, predecessor; and the
    newest checkpoint of the trail then (size, root in hex, when), None before the first.
    """

    number: str
    issued_at: datetime
    issuer: Mapping[str, str]
    framework: Mapping[str, Any]
    policy: Sequence[Mapping[str, Any]]
    supersedes: str | None
    demo: bool
    checkpoint: Mapping[str, Any] | None = None


def attest(
    statement: Mapping[str, Any],
    policies: Sequence[Policy],
    filed: Filed,
    judged: Judged,
    issue: Issue,
) -> bytes:
    """The attestation's canonical bytes, under the policies that judged the month, oldest first.

    Limits and minima enter it as they were in force; figures never do (chairs B5).
    """
    results = [_result(policies, result, filed, judged) for result in statement["results"]]
    return canonical(
        {
            "schema": SCHEMA,
            "number": issue.number,
            "kind": kind_of(results),
            "issued_at": instant(issue.issued_at),
            "period": statement["period"],
            "subject": subject_of(statement["subject"]),
            "framework": dict(issue.framework),
            "policy": [dict(one) for one in issue.policy],
            "filing": _filing(filed),
            "decision": {"outcome": judged.outcome, "decided_at": instant(judged.decided_at)},
            "results": results,
            "observations": _observations(judged),
            "issuer": dict(issue.issuer),
            "supersedes": issue.supersedes,
            "checkpoint": dict(issue.checkpoint) if issue.checkpoint else None,
            "demo": issue.demo,
            "draft": False,
        }
        | _days(statement["period"])
        | _fairly(kind_of(results), judged)
    )


def kind_of(results: Sequence[Mapping[str, Any]]) -> str:
    """Any core obligation not met makes it a statement of findings (chairs B4)."""
    failed = any(result["core"] and result["result"] == NOT_MET for result in results)
    return str(CertificateKind.FINDINGS if failed else CertificateKind.CERTIFICATE)


def _result(
    policies: Sequence[Policy], result: Mapping[str, Any], filed: Filed, judged: Judged
) -> dict[str, Any]:
    obligation = policies[-1].obligation(result["code"])
    word, reason = word_of(
        obligation,
        result,
        late=filed.days_late > 0,
        excused=judged.excused,
        set_aside=judged.set_aside,
    )
    if word == MET and result["code"] in judged.comments:
        word = OBSERVED
    return {
        "code": result["code"],
        "title_en": obligation.title_en,
        "title_km": obligation.title_km,
        "core": obligation.core,
        "result": word,
        # What nobody assessed rests on nothing, whatever it would have rested on (chairs B4).
        "basis": None if word == NOT_ASSESSED else stands_on(obligation, result, judged.sampled),
        "reason": reason,
        "thresholds": thresholds_of(obligation, policies),
    }


def subject_of(named: Mapping[str, Any]) -> dict[str, Any]:
    """Whom a certificate names, from whom a statement names."""
    held = [{"number": x["number"], "kind": x["kind"]} for x in named["licences"]]
    return {k: v for k, v in named.items() if k != "size"} | {"licences": held}


def _filing(filed: Filed) -> dict[str, Any]:
    times = {name: instant(getattr(filed, name)) for name in ("filed_at", "cut_off_at", "due_at")}
    # Why an ISP asked for time can be a gap in its office: that stays in the report (chairs B5).
    return {**vars(filed), **times, "moves": [dict(one) for one in filed.moves]}


def _observations(judged: Judged) -> list[dict[str, str]]:
    # That something was observed is public; what was observed may be a figure or a gap, which is a
    # map for offenders (chairs B5), and stays in the decision that the ISP was sent.
    return [{"code": code} for code in sorted(judged.comments)]


def _fairly(kind: str, judged: Judged) -> dict[str, Any]:
    """That the ISP was heard before it was found against, and what came of its appeals; a paper
    without either does not speak of them.
    """
    said: dict[str, Any] = {}
    if judged.hearing is not None and (kind == CertificateKind.FINDINGS or judged.appeals):
        said["hearing"] = dict(judged.hearing)
    if judged.appeals:
        said["appeals"] = [dict(one) for one in judged.appeals]
    return said


def _days(period: str) -> dict[str, str]:
    from_period = Period.parse(period)
    return {
        "period_from": from_period.first_day.isoformat(),
        "period_to": from_period.last_day.isoformat(),
    }
