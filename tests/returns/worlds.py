"""The reference's world, read row by row from the tables as of a sequence number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.period import Period, start_of
from portal.policy.queries import policies_in_force
from portal.registers.blocklists import BlocklistUpdate
from portal.registers.complaints import Complaint
from portal.registers.roster import RosterSpan
from portal.registers.takedowns import Takedown, TakedownEvent
from portal.registers.training import Completion
from tests.returns import reference as ref
from tests.returns.clock import ZONE


def world(session: Session, isp_id: int, seq: int) -> ref.World:
    """Everything recorded rightly of an ISP, as known at a sequence number."""
    events = defaultdict(list)
    for row in _known(session, TakedownEvent, isp_id, seq):
        if not row.retracted:
            events[row.key].append(_event(row))
    return ref.World(
        items=[_item(r, events[r.key]) for r in _known(session, Takedown, isp_id, seq)],
        issues=[_issue(r) for r in _known(session, BlocklistUpdate, isp_id, seq)],
        complaints=[_complaint(r) for r in _known(session, Complaint, isp_id, seq)],
        people=[
            ref.Person(
                r.staff_ref, r.role_group.value, r.joined_on, r.from_on, r.until_on,
                r.handles_notices,
            )
            for r in _known(session, RosterSpan, isp_id, seq)
        ],
        learned=[
            ref.Learned(
                r.staff_ref, r.module.value, r.held_on, r.result.value, r.level.value,
                r.exempt_until,
            )
            for r in _known(session, Completion, isp_id, seq)
        ],
    )  # fmt: skip


def _known(session: Session, table: Any, isp_id: int, seq: int) -> Iterator[Any]:
    for row in session.scalars(select(table).where(table.isp_id == isp_id)):
        unclosed = row.closed_seq is None or row.closed_seq > seq
        if row.admitted_seq <= seq and unclosed and not getattr(row, "void", False):
            yield row


def _event(row: TakedownEvent) -> ref.Event:
    return ref.Event(
        no=row.no,
        kind=row.kind.value,
        at=row.occurred_at,
        until=row.until_at,
        action=row.action.value if row.action else None,
        pause_reason=row.pause_reason.value if row.pause_reason else None,
        refers_to=row.refers_to,
        corrects=row.corrects,
        estimate=row.time_source is not None and row.time_source.value == "ESTIMATE",
        late_reason=row.late_reason is not None,
    )


def _item(row: Takedown, events: list[ref.Event]) -> ref.Item:
    unassessed = row.assessment.value in ("PENDING", "NOT_ASSESSED")
    return ref.Item(
        key=row.key,
        received=row.received_at,
        priority=row.priority.value,
        role=row.service_role.value,
        illegal=row.assessment.value in ("BASELINE", "NATIONALLY_ILLEGAL"),
        source=row.source_type.value,
        notice=row.source_ref,
        is_order=row.instrument.value == "ORDER",
        duplicate_of=row.duplicate_of,
        ordered_unassessed=row.instrument.value == "ORDER"
        and (unassessed or row.assessed_by.value == "PROVIDER_UNVERIFIED"),
        reappears=row.reappearance_of is not None,
        events=tuple(events),
    )


def _issue(row: BlocklistUpdate) -> ref.Issue:
    left_out = row.malformed + row.overblock_risk + row.shared_hosting + row.technical
    return ref.Issue(
        key=row.key,
        name=row.list_code,
        kind=row.update_kind.value,
        published=row.published_at,
        applied=row.applied_at,
        removed=row.removed,
        points=(row.points_live, row.points_in_scope),
        subscribers=(row.subscribers_covered, row.subscribers_in_scope),
        entries=(row.entries_total - left_out, row.entries_total),
        test=row.test_result.value,
        tested=row.tested_at,
    )


def _complaint(row: Complaint) -> ref.Complaint:
    return ref.Complaint(
        row.key, row.received_at, row.acknowledged_at, row.decided_at,
        row.outcome is not None and row.outcome.value == "UPHELD", row.restored_at,
    )  # fmt: skip


def rules(session: Session) -> list[ref.Rule]:
    """The limits of every policy version adopted; the first also judges what came before it."""
    found = policies_in_force(session, Period(2020, 1).first_day, Period(2030, 1).first_day)
    starts: list[datetime | None] = [start_of(p.from_on, ZONE) for p in found]
    spans = list(pairwise([None, *starts[1:], None]))
    return [_rule(p.policy, *span) for p, span in zip(found, spans, strict=True)]


def _rule(policy: Any, begins: datetime | None, ends: datetime | None) -> ref.Rule:
    def lasting(seconds: int) -> timedelta:
        return timedelta(seconds=seconds)

    def by_priority(limits: Any) -> dict[str, timedelta]:
        return {priority.value: lasting(s) for priority, s in limits.items()}

    of = policy.limits
    return ref.Rule(
        policy.version, begins, ends,
        by_priority(of.act_s), by_priority(of.acknowledge_s), by_priority(of.report_s),
        {"add": lasting(of.list_add_s), "delist": lasting(of.list_delist_s),
         "emergency": lasting(of.list_emergency_s)},
        {"complaint_acknowledge": lasting(of.complaint_ack_s),
         "decide": lasting(of.complaint_decide_s), "restore": lasting(of.restore_s)},
    )  # fmt: skip
