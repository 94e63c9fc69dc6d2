"""A notice is taken into the register: an entry for every item that is not logged yet."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import ledger
from portal.accounts import Actor
from portal.entries.inputs import check
from portal.errors import NotThere
from portal.notices.model import Notice
from portal.notices.queries import received_notice
from portal.policy.queries import policy_at
from portal.registers.actions import Admission, admit
from portal.registers.inputs_takedowns import TakedownIn
from portal.registers.register import REGISTERS
from portal.registers.sides.matches import stretches
from portal.registers.sides.model import MatchUndone

_TAKEDOWNS = REGISTERS["takedowns"]
_SAME = (
    "source_type",
    "source_ref",
    "instrument",
    "legal_basis",
    "category",
    "priority",
    "service_role",
    "harm",
    "assessment",
    "assessed_by",
    "media",
    "locator_kind",
    "hosting_country",
    "issued_at",
)


def take_in(
    session: Session,
    isp_id: int,
    notice: int,
    *,
    received_at: datetime,
    handled_by: str | None = None,
    by: Actor,
    at: datetime,
) -> Admission:
    """Record every item of a notice that the ISP has not logged yet, as the notice says it.

    Raises NotThere (also where nothing is missing), and Refused as ``admit``.
    """
    asked, _ = received_notice(session, isp_id, notice)
    ledger.take(session, isp_id)
    wanted = items_missing(session, isp_id, asked)
    if not wanted:
        raise NotThere("items")
    policy = policy_at(session, at).policy
    common = {name: getattr(asked, name) for name in _SAME}
    common |= {"received_at": received_at, "handled_by": handled_by}
    rows = [check(TakedownIn, {**common, "item_no": no}, now=at, policy=policy) for no in wanted]
    undone = session.scalars(
        select(MatchUndone.key).where(MatchUndone.isp_id == isp_id, MatchUndone.notice == notice)
    )
    besides = frozenset(undone)
    return admit(session, isp_id, _TAKEDOWNS, rows, besides=besides, by=by, at=at)


def items_missing(session: Session, isp_id: int, notice: Notice) -> list[int]:
    """The numbers of a notice's items that the ISP has not logged and that still stand."""
    gap = stretches(isp_id, None, Notice.key == notice.key).subquery()
    found = session.execute(select(gap.c.first, gap.c.last).order_by(gap.c.first))
    return [no for first, last in found for no in range(first, last + 1)]
