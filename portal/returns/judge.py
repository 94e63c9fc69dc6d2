"""The results that the policy in force gives to a month's figures: pure, without a database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.period import Period
from portal.policy.codes import Measure, RoleGroup
from portal.policy.document import Policy
from portal.policy.obligations import Obligation
from portal.registers.codes import Answer, ListMode
from portal.returns.clockwork import ACTING, INDUCTION

MET, NOT_MET = "MET", "NOT_MET"
NOT_APPLICABLE, NOT_ASSESSED = "NOT_APPLICABLE", "NOT_ASSESSED"
THOUSAND = 1000


@dataclass(frozen=True)
class Result:
    """One obligation's result word, what it stands on, and a coded reason where it needs one.

    ``excusable``: a single late item of a small sample, with a coded reason, that the authority may
    accept (chairs B6).
    """

    code: str
    result: str
    basis: str
    reason: str | None = None
    excusable: bool = False

    def as_json(self) -> dict[str, Any]:
        """As the statement writes it."""
        return dict(vars(self))


@dataclass(frozen=True)
class Month:
    """The figures that are judged: the statement's own lists, the month's last day, and what the
    senders of notices know of it.
    """

    indicators: Sequence[Mapping[str, Any]]
    lists: Sequence[Mapping[str, Any]]
    staff: Sequence[Mapping[str, Any]]
    declarations: Sequence[Mapping[str, Any]]
    counterparty: Mapping[str, int]
    last_day: date
    list_standings: Sequence[Mapping[str, Any]] = ()


# The parts of a statement that are judged.
JUDGED = ("indicators", "lists", "staff", "declarations", "counterparty")


def judge(policy: Policy, month: Month) -> list[Result]:
    """The result of every obligation of a policy, in the policy's order."""
    judges = {
        Measure.TAKEDOWNS: _timed,
        Measure.BLOCKLISTS: _lists,
        Measure.TRAINING: _training,
        Measure.DECLARATION: _declared,
    }
    return [judges.get(o.measured_by, _unjudged)(policy, o, month) for o in policy.obligations]


def _unjudged(_policy: Policy, obligation: Obligation, _month: Month) -> Result:
    if obligation.measured_by == Measure.FILING:
        return Result(obligation.code, NOT_ASSESSED, "COMPUTED", "judged-at-filing")
    return Result(obligation.code, NOT_ASSESSED, "COMPUTED", obligation.not_assessed_reason)


def _timed(policy: Policy, obligation: Obligation, month: Month) -> Result:
    """Every indicator must reach its own minimum; one without items says nothing."""
    judged = {
        code: [i for i in month.indicators if i["code"] == code] for code in obligation.indicators
    }
    shares = {code: within(rows) for code, rows in judged.items()}
    if not any(share.of for share in shares.values()):
        return Result(obligation.code, NOT_APPLICABLE, "COMPUTED", "no-items")
    missed = [c for c, share in shares.items() if not reaches(share, obligation.minimum_of(c))]
    stands_on = "COUNTERPARTY" if is_confirmed(judged, month) else "COMPUTED"
    if not missed:
        return Result(obligation.code, MET, stands_on)
    excused = all(excusable(judged[code], policy.small_sample) for code in missed)
    return Result(obligation.code, NOT_MET, stands_on, "below-minimum", excused)


def is_confirmed(judged: Mapping[str, Sequence[Mapping[str, Any]]], month: Month) -> bool:
    """Whether the other side confirmed all that an obligation is judged by: it is about acting on
    items alone, none of them of another month, and the sender of each said that it is gone, took it
    back or accepted the refusal (chairs B4). When something was acknowledged or reported, no sender
    of a notice can confirm.
    """
    if not all(_suffix(code) in ACTING for code in judged):
        return False
    known = month.counterparty
    settled = sum(known[name] for name in ("confirmed_gone", "withdrawn", "refusals_confirmed"))
    own = str(Period.on(month.last_day))
    return (
        known["confirmed_gone"] > 0
        and settled == known["items"]
        and all(row["cohort"] == own for rows in judged.values() for row in rows)
    )


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    part: int
    of: int


def within(rows: Iterable[Mapping[str, Any]]) -> Share:
    """Numerators and denominators re-summed; percentages are never averaged (§4.10)."""
    counted = [(r["numerator"], r["denominator"]) for r in rows]
    return Share(sum(n for n, _ in counted), sum(d for _, d in counted))


def reaches(share: Share, minimum_tenths: int | None) -> bool:
    """Whether a share reaches a minimum, compared unrounded (§4.12)."""
    return share.part * THOUSAND >= (minimum_tenths or 0) * share.of


def excusable(rows: Sequence[Mapping[str, Any]], small_sample: int) -> bool:
    """One late item with a coded reason among fewer than 20, none of it priority 1 (chairs B6)."""
    share = within(rows)
    explained = sum(r.get("explained", 0) for r in rows)
    urgent = sum(r.get("urgent_denominator", 0) - r.get("urgent_numerator", 0) for r in rows)
    return share.of < small_sample and share.of - share.part == 1 and explained == 1 and urgent == 0


def _lists(policy: Policy, obligation: Obligation, month: Month) -> Result:
    """Each list by itself; one that cannot be applied is nobody's fault (chairs A5)."""
    idle = {one["list"]: one["mode"] for one in month.list_standings if one["mode"] in IDLE}
    judged = [row for row in month.lists if row.get("list") not in idle]
    standing = [code for code in obligation.indicators if _suffix(code) in _OF_A_LIST]
    # What was published while a list was applied is timed, though it cannot be applied since.
    scored = within(i for i in month.indicators if i["code"] in obligation.indicators).of
    if not standing and (judged or (month.lists and scored)):
        return _timed(policy, obligation, month)
    if not judged:
        return _not_applied(obligation, idle)
    shares = [
        (obligation.minimum_of(c), _OF_A_LIST[_suffix(c)](r))
        for c in standing
        for r in judged
        if not (_suffix(c) == "coverage" and "enforced_by" in r)
    ]
    if all(share.of and reaches(share, minimum) for minimum, share in shares):
        return Result(obligation.code, MET, "COMPUTED")
    return Result(obligation.code, NOT_MET, "COMPUTED", "below-minimum")


def _not_applied(obligation: Obligation, idle: Mapping[str, str]) -> Result:
    """NOT_ASSESSED, never NOT_MET: the reason is what the ISP declared, if it declared one."""
    if not idle:
        return Result(obligation.code, NOT_ASSESSED, "COMPUTED", "no-list-applied")
    alike = set(idle.values())
    reason = IDLE[ListMode(alike.pop())] if len(alike) == 1 else "no-list-reachable"
    return Result(obligation.code, NOT_ASSESSED, "DECLARED", reason)


# The subscribers of a list that an upstream enforces are counted there; its points and tests are
# inherited, and judged here, too.
IDLE = {ListMode.NOT_REACHABLE: "no-list-reachable", ListMode.PUBLIC_RESOLVERS: "public-resolvers"}


def _suffix(code: str) -> str:
    return code.split(".", 1)[1]


# What a list must reach by itself: no list makes up for another. A test
# that was due and not run is as good as failed (§4.9).
_OF_A_LIST: dict[str, Callable[[Mapping[str, Any]], Share]] = {
    "coverage": lambda row: Share(row["subscribers_covered"], row["subscribers_in_scope"]),
    "points": lambda row: Share(row["points_live"], row["points_in_scope"]),
    "tests": lambda row: Share(row["tests_passed"], max(row["tests_run"], 1)),
}


def _training(policy: Policy, obligation: Obligation, month: Month) -> Result:
    if not month.staff:
        return Result(obligation.code, NOT_ASSESSED, "COMPUTED", "no-roster")
    minima = policy.training.minima
    covered = all(
        reaches(Share(row["covered"], row["in_scope"]), minima[RoleGroup(row["role_group"])])
        for row in month.staff
    )
    inductions = [c for c in obligation.indicators if _suffix(c) == INDUCTION]
    inducted = all(
        reaches(
            within(i for i in month.indicators if i["code"] == code), obligation.minimum_of(code)
        )
        for code in inductions
    )
    if covered and inducted:
        return Result(obligation.code, MET, "COMPUTED")
    return Result(
        obligation.code, NOT_MET, "COMPUTED", "below-minimum" if not covered else "induction-late"
    )


def _declared(policy: Policy, obligation: Obligation, month: Month) -> Result:
    found = [d for d in month.declarations if d["obligation"] == obligation.code]
    if not found:
        return Result(obligation.code, NOT_ASSESSED, "DECLARED", "not-declared")
    [declared] = found
    if date.fromisoformat(declared["since"]) > month.last_day:
        # What holds since a later day says nothing about this month.
        return Result(obligation.code, NOT_ASSESSED, "DECLARED", "not-declared")
    if months_between(date.fromisoformat(declared["checked_on"]), month.last_day) >= (
        policy.declaration_reconfirm_months
    ):
        return Result(obligation.code, NOT_ASSESSED, "DECLARED", "not-reconfirmed")
    return _answered(obligation, declared)


def _answered(obligation: Obligation, declared: Mapping[str, Any]) -> Result:
    if declared["answer"] == Answer.NOT_APPLICABLE:
        return Result(obligation.code, NOT_APPLICABLE, "DECLARED")
    if declared["answer"] != Answer.YES:
        return Result(
            obligation.code, NOT_MET, "DECLARED", "declared-" + declared["answer"].lower()
        )
    if obligation.asks_deputies and not declared["deputies"]:
        # A contact point that one person alone keeps is nobody's when that person is away.
        return Result(obligation.code, NOT_MET, "DECLARED", "no-deputy")
    return Result(obligation.code, MET, "DECLARED")


def months_between(first: date, last: date) -> int:
    """Whole months from one day to a later one."""
    months = (last.year - first.year) * 12 + last.month - first.month
    return months - (last.day < first.day)
