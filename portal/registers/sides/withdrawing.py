"""The sender takes a whole order back, at every ISP with one tap."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import ledger
from portal.accounts import Actor
from portal.mail import MailKind, post
from portal.notices.acts import record_acts
from portal.notices.codes import ActKind
from portal.notices.inputs import ActIn
from portal.notices.model import Notice, NoticeAct
from portal.notices.queries import addressed, own_notice, withdrawn
from portal.notices.telling import subject_of
from portal.policy.codes import Priority
from portal.registers.sides.applying import apply_waiting
from portal.registers.sides.inputs import WithdrawalIn
from portal.registers.sides.refusals import OrderWithdrawn
from portal.wall import Step, stepping


@dataclass(frozen=True)
class TakenBack:
    """At how many ISPs a notice was taken back, and how many items that were in all."""

    isps: int
    items: int


def withdraw(
    session: Session, notice: int, value: WithdrawalIn, *, by: Actor, at: datetime
) -> TakenBack:
    """Take back every item of one's own notice that still stands, at every ISP; each is told.

    Raises NotThere for whoever did not send it, OrderWithdrawn where nothing stands any more, and
    Refused(before-the-notice).
    """
    mine = own_notice(session, notice, by)
    act = ActIn.model_construct(
        kind=ActKind.WITHDRAWN, occurred_at=value.occurred_at, reference=value.reference
    )
    isp_ids = [row.isp_id for row in addressed(session, notice)]
    with stepping(session, Step.WITHDRAWAL):
        counts = [_withdraw_at(session, isp_id, mine, act, by=by, at=at) for isp_id in isp_ids]
    if not any(counts):
        raise OrderWithdrawn
    return TakenBack(sum(count > 0 for count in counts), sum(counts))


def _withdraw_at(
    session: Session, isp_id: int, mine: Notice, act: ActIn, *, by: Actor, at: datetime
) -> int:
    """Take back what of a notice still stands at one ISP; returns how many items that were."""
    book = ledger.take(session, isp_id)
    back = withdrawn(isp_id, None)
    gone = set(session.scalars(select(back.c.item_no).where(back.c.notice == mine.key)))
    stand = [no for no in range(1, mine.items + 1) if no not in gone]
    if stand:
        record_acts(session, book, mine, stand, act, by=by, at=at)
        apply_waiting(session, book, NoticeAct.admitted_seq == book.seq, by=by, at=at)
        # That an order holds no more is no reason to call.
        about = subject_of(mine.key, Priority.P2_STANDARD)
        post(session, MailKind.ORDER_WITHDRAWN, isp_id, about["name"], at=at, **about)
    return len(stand)
