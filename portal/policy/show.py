"""A policy in plain text, for a terminal: what is in force, and what one version says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy.orm import Session

from portal.policy.codes import Priority
from portal.policy.document import Policy
from portal.policy.obligations import Obligation
from portal.policy.queries import InForce, Known, frameworks, policy_of, versions

_UNCONFIRMED = "  (not confirmed)"


def show(session: Session, version: str | None = None) -> str:
    """What is known and in force; of one version all it says. Raises UnknownPolicy."""
    lines = _overview(session) if version is None else _whole(policy_of(session, version))
    return "\n".join(lines)


def _overview(session: Session) -> Iterator[str]:
    yield "Frameworks"
    for plan in frameworks(session):
        span = f"{plan.valid_from} to {plan.valid_to or 'further notice'}"
        yield f"  {plan.code}  {span}{_mark(plan.confirmed)}"
    yield "Policy versions"
    for known in versions(session):
        yield f"  {known.policy.version}  {_standing(known)}  sha256 {known.digest[:16]}"


def _standing(known: Known) -> str:
    held: InForce | None = known.in_force
    if held is None:
        return "loaded, not adopted"
    until = "further notice" if held.until_on is None else str(held.until_on)
    demo = " DEMO" if held.demo else ""
    return f"in force {held.from_on} to {until} by {held.instrument} of {held.adopted_on}{demo}"


def _whole(policy: Policy) -> Iterator[str]:
    yield f"{policy.version}  {policy.title_en}{_mark(policy.confirmed)}"
    yield f"  return due on day {policy.return_due_day} of the next month, {policy.zone}"
    yield from _letters(policy)
    yield f"Limits{_mark(policy.limits.confirmed)}"
    yield from _limits(policy)
    yield f"Fair process{_mark(policy.fair.confirmed)}"
    yield from _fair(policy)
    yield from _retention(policy)
    yield f"Training{_mark(policy.training.confirmed)}"
    yield f"  induction {policy.training.induction_days} days"
    yield f"  valid {policy.training.refresher_months} months"
    yield "Obligations"
    for obligation in policy.obligations:
        yield from _obligation(obligation)
    yield "Permitted lists"
    for x in policy.permitted_lists:
        yield f"  {x.code}  {x.name}, {x.publisher}{_mark(x.confirmed)}"
    yield "Legal bases"
    for basis in policy.legal_bases:
        yield f"  {basis.code}  {basis.category}  {basis.citation_en}{_mark(basis.confirmed)}"


def _letters(policy: Policy) -> Iterator[str]:
    ladder = policy.ladder
    if ladder is not None:
        yield f"Letters about a month not filed{_mark(ladder.confirmed)}"
        yield f"  reminder, working days before the due day: {ladder.reminder_working_days}"
        yield f"  overdue notice, days after it: {ladder.overdue_days}"
        yield f"  delinquency notice, days after it: {policy.delinquent_days}"
        tenths = ladder.order_tenths
        share = f"{tenths // 10}.{tenths % 10} %"
        yield f"  reminder of an order at {share} of its limit, and at its end"


def _limits(policy: Policy) -> Iterator[str]:
    limits = policy.limits
    for priority in Priority:
        told = {
            "acknowledge": limits.acknowledge_s[priority],
            "act": limits.act_s[priority],
            "report": limits.report_s[priority],
        }
        yield f"  {priority}  " + ", ".join(f"{name} {_span(s)}" for name, s in told.items())
    yield (
        f"  lists: add {_span(limits.list_add_s)}, emergency {_span(limits.list_emergency_s)}, "
        f"delist {_span(limits.list_delist_s)}"
    )
    yield (
        f"  complaints: acknowledge {_span(limits.complaint_ack_s)}, "
        f"decide {_span(limits.complaint_decide_s)}, restore {_span(limits.restore_s)}"
    )


def _fair(policy: Policy) -> Iterator[str]:
    fair = policy.fair
    yield f"  more time: at most {fair.extension_most_days} days at once"
    yield f"  an outage of {_span(fair.outage_lost_s)} takes a working day"
    yield f"  practice: {', '.join(fair.practice_months) or 'no month'}"


def _retention(policy: Policy) -> Iterator[str]:
    kept = policy.retention
    if kept is not None:
        yield f"Retention{_mark(kept.confirmed)}"
        yield f"  texts of the registers: {kept.register_months} months after their last month"
        yield f"  links of pseudonyms: {kept.pseudonym_months} months after leaving"
        yield f"  a hold is reviewed every {kept.hold_review_months} months"


def _obligation(obligation: Obligation) -> Iterator[str]:
    core = " core" if obligation.core else ""
    title = f"{obligation.code}{core}  {obligation.title_en}{_mark(obligation.confirmed)}"
    yield f"  {title}"
    minima = {i: obligation.minimum_of(i) for i in obligation.indicators}
    shares = ", ".join(f"{name} >= {m // 10}.{m % 10} %" for name, m in minima.items() if m)
    answered = shares or obligation.not_assessed_reason or obligation.measured_by
    yield f"      {answered}; judged at {obligation.judged_at}"


def _span(seconds: int) -> str:
    return str(timedelta(seconds=seconds))


def _mark(confirmed: bool) -> str:
    return "" if confirmed else _UNCONFIRMED
