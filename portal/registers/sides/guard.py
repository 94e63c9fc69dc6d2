"""What an ISP no longer records itself: the acts of a sender that uses the portal (chairs A1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.errors import Refusal
from portal.notices.model import Notice, Notifier
from portal.notices.queries import sent
from portal.period import Period, start_of
from portal.policy.queries import policy_at
from portal.registers.codes import Progress, Verifier
from portal.registers.sides.matches import is_its_item
from portal.registers.takedowns import Takedown

SENDERS_OWN: Final = frozenset(
    {Progress.WITHDRAWN, Progress.REOPENED, Progress.REFUSAL_CONFIRMED, Progress.REFUSAL_REJECTED}
)


class SendersOwn(Refusal):
    """The sender says this itself, in the portal."""

    code = "senders-own-act"


def must_be_the_isps(
    session: Session, isp_id: int, key: int, says: Mapping[str, Any], at: datetime
) -> None:
    """Raises SendersOwn where what an event's row ``says`` is for the item's sender
    to say, and it uses the portal.
    """
    confirms = says["kind"] == Progress.VERIFIED and says["verifier"] != Verifier.SELF
    if (says["kind"] in SENDERS_OWN or confirms) and sender_acts(session, isp_id, key, at):
        raise SendersOwn


def sender_acts(session: Session, isp_id: int, key: int, at: datetime) -> bool:
    """Whether an item's sender uses the portal: it sent this item through it, or sends all."""
    entry = session.scalars(
        select(Takedown).where(
            Takedown.isp_id == isp_id, Takedown.key == key, Takedown.closed_seq.is_(None)
        )
    ).one_or_none()
    if entry is None:
        return False
    is_item = sent(isp_id, None).with_only_columns(Notice.key)
    is_item = is_item.join(Takedown, is_its_item(None)).where(Takedown.key == key).limit(1)
    return session.scalar(is_item) is not None or _all_by_portal(session, entry, at)


def _all_by_portal(session: Session, entry: Takedown, at: datetime) -> bool:
    zone = policy_at(session, at).policy.time_zone
    query = select(Notifier).where(
        Notifier.source_type == entry.source_type,
        Notifier.sole.is_(True),
        Notifier.closed_seq.is_(None),
        or_(Notifier.until_on.is_(None), Notifier.until_on >= Period.of(at, zone).first_day),
    )
    return any(entry.issued_at >= start_of(one.from_on, zone) for one in session.scalars(query))
