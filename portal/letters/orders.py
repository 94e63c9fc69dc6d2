"""Reminders of orders: to whom they go now, and the verb that writes one, once (chairs A3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts import Actor
from portal.ledger import take
from portal.letters.model import OrderReminder, OrderRung
from portal.mail import MailKind, post
from portal.notices.queries import name_of
from portal.notices.telling import subject_of
from portal.policy.queries import policies_in_force, policy_at
from portal.registers.sides.folded import RoundState
from portal.registers.sides.rounds import IspTold, order_told, silent_on_orders
from portal.trail import append

MAILS: Mapping[OrderRung, MailKind] = {
    OrderRung.REMINDER: MailKind.ORDER_REMINDER,
    OrderRung.OVERDUE: MailKind.ORDER_OVERDUE,
}


@dataclass(frozen=True)
class DueReminder:
    """A reminder that is to be written."""

    isp_id: int
    notice: int
    rung: OrderRung


def due_reminders(session: Session, now: datetime) -> list[DueReminder]:
    """Every reminder to be written now; none where the policy in force knows no letters.

    Of each order only the rung that an ISP's silence has reached.
    """
    if not policies_in_force(session, now.date(), now.date()):
        return []
    ladder = policy_at(session, now).policy.ladder
    if ladder is None:
        return []
    known = select(OrderReminder.isp_id, OrderReminder.notice, OrderReminder.rung)
    written = {tuple(row) for row in session.execute(known)}
    reached = (
        DueReminder(one.isp_id, one.notice.key, rung)
        for one in silent_on_orders(session, now)
        if (rung := _reached(one, ladder.order_tenths, now)) is not None
    )
    return [due for due in reached if (due.isp_id, due.notice, due.rung) not in written]


def remind(session: Session, due: DueReminder, *, by: Actor, at: datetime) -> OrderReminder | None:
    """Write a reminder and post it to the ISP's people; once per ISP, order and rung.

    None where it was written before, or where the ISP answered meanwhile.
    """
    book = take(session, due.isp_id)
    if session.get(OrderReminder, (due.isp_id, due.notice, due.rung)) is not None:
        return None
    stands = order_told(session, due.isp_id, due.notice, at)
    if stands is None or stands.state != RoundState.SILENT or stands.due_at is None:
        return None
    name, facts = name_of(due.notice), {"rung": str(due.rung)}
    reminder = OrderReminder(
        isp_id=due.isp_id,
        notice=due.notice,
        rung=due.rung,
        due_at=stands.due_at,
        written_by=by.person_id,
        written_at=at,
        seq=append(session, book, "order.reminded", by=by, at=at, subject=name, **facts),
    )
    session.add(reminder)
    session.flush()
    about = subject_of(due.notice, stands.notice.priority)
    post(session, MAILS[due.rung], due.isp_id, name, at=at, **about)
    return reminder


def reminders(session: Session, notice: int) -> Sequence[OrderReminder]:
    """The reminders of an order, oldest first."""
    query = select(OrderReminder).where(OrderReminder.notice == notice)
    return session.scalars(query.order_by(OrderReminder.written_at, OrderReminder.isp_id)).all()


def _reached(one: IspTold, tenths: int, now: datetime) -> OrderRung | None:
    if one.due_at is None:
        return None
    if now > one.due_at:
        return OrderRung.OVERDUE
    half = one.addressed_at + (one.due_at - one.addressed_at) * tenths // 1000
    return OrderRung.REMINDER if now >= half else None
