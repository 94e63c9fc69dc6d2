"""A street of notifiers and ISPs, and short words for what they do to each other."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.accounts import Actor, OrganisationKind, Role
from portal.accounts.actions import Naming, found
from portal.ledger import SYSTEM, sequence
from portal.notices.actions import send
from portal.notices.codes import ActKind, SourceType
from portal.notices.inputs import ActIn, NoticeIn
from portal.notices.model import Notice
from portal.notices.notifiers import admit_notifier
from portal.period import Period
from portal.registers import REGISTERS
from portal.registers.actions import admit
from portal.registers.codes import Progress
from portal.registers.progress import progress
from portal.registers.sides.actions import act
from portal.registers.sides.counts import Month
from portal.registers.takedowns import Takedown, TakedownEvent
from portal.returns.basis import Frame
from portal.returns.other_side import other_side
from tests.build import (
    FOUNDER,
    NOW,
    START,
    a_step,
    a_takedown,
    an_authority,
    an_isp,
    an_officer,
    made,
    policy,
)

OCTOBER = Period(2026, 10)
BEGAN = datetime(2025, 9, 1, 2, tzinfo=UTC)
TAKEDOWNS = REGISTERS["takedowns"]
NOTICE: dict[str, Any] = {
    "source_type": "HOTLINE_NATIONAL",
    "source_ref": "IHC-2026-0417",
    "items": 3,
    "instrument": "NOTICE",
    "legal_basis": "ECOM_2019_24_25",
    "priority": "P2_STANDARD",
    "issued_at": "2026-10-12 09:00",
    "service_role": "HOSTING",
    "locator_kind": "URL",
    "hosting_country": "KH",
    "harm": "CSAM",
    "assessment": "BASELINE",
    "assessed_by": "HOTLINE",
}


@dataclass
class Street:
    """Everybody in it; ``at`` is what the clock says, a minute later after each act."""

    session: Session
    hotline: Actor
    police: Actor
    policy_officer: Actor
    mekong: Actor
    tonle: Actor
    at: datetime = NOW
    refs: dict[int, str] = field(default_factory=dict)

    @classmethod
    def built(cls, session: Session) -> Street:
        authority = an_authority(session)
        officer = an_officer(session, authority, Role.POLICY_OFFICER, "Pich Policy")
        senders = {}
        for slug, source, sole in (
            ("hotline", SourceType.HOTLINE_NATIONAL, True),
            ("police", SourceType.POLICE, False),
        ):
            naming = Naming(f"Fictional {slug}", f"Fictional {slug} (KM)", f"N-{slug}")
            body = found(session, OrganisationKind.NOTIFIER, slug, naming, by=FOUNDER, at=START)
            admit_notifier(
                session, body.id, source, from_on=date(2025, 9, 1), sole=sole,
                by=officer, at=BEGAN,
            )  # fmt: skip
            senders[slug] = an_officer(session, body, Role.NOTIFIER, f"Officer of {slug}")
        mekong, tonle = an_isp(session, "mekong-net"), an_isp(session, "tonle-net")
        return cls(
            session,
            senders["hotline"],
            senders["police"],
            officer,
            an_officer(session, mekong, Role.PREPARER, "Chea Preparer"),
            an_officer(session, tonle, Role.PREPARER, "Tep Preparer"),
        )

    def later(self) -> datetime:
        self.at += timedelta(minutes=1)
        return self.at

    def sends(self, *isps: Actor, by: Actor | None = None, **over: Any) -> Notice:
        """The hotline sends a notice (of three items on 12 October) to these ISPs."""
        value = made(self.session, NoticeIn, {**NOTICE, **over}, self.at)
        ids = [isp.organisation_id for isp in isps or (self.mekong,)]
        return send(self.session, value, ids, by=by or self.hotline, at=self.later())

    def logs(self, *item_nos: int, by: Actor | None = None, **over: Any) -> list[int]:
        """An ISP logs items of that notice; their keys."""
        who = by or self.mekong
        rows = [a_takedown(self.session, at=self.at, item_no=no, **over) for no in item_nos]
        done = admit(self.session, who.organisation_id, TAKEDOWNS, rows, by=who, at=self.later())
        return list(done.keys)

    def moves(
        self, key: int, kind: Progress, when: str, by: Actor | None = None, **over: Any
    ) -> int:
        """An ISP records progress of an item, in October 2026."""
        who = by or self.mekong
        value = a_step(self.session, kind, f"2026-10-{when}", **over)
        return progress(
            self.session, who.organisation_id, key, kind, value,
            expects_no=self.last_no(key, who), by=who, at=self.later(),
        )  # fmt: skip

    def says(
        self,
        kind: ActKind,
        when: str,
        item_nos: Collection[int] = (1,),
        *,
        notice: int = 1,
        to: Actor | None = None,
        by: Actor | None = None,
    ) -> Any:
        """The hotline says something of items of a notice, in October 2026."""
        typed = {"kind": kind, "occurred_at": f"2026-10-{when}"}
        value = made(self.session, ActIn, typed, self.at)
        isp = (to or self.mekong).organisation_id
        who = by or self.hotline
        return act(self.session, notice, isp, item_nos, value, by=who, at=self.later())

    def month(self, isp: Actor | None = None, seq: int | None = None) -> Month:
        """October 2026 of an ISP, as its statement would ask for it."""
        zone = policy(self.session).time_zone
        starts, ends = OCTOBER.starts_at(zone), OCTOBER.ends_at(zone)
        return Month((isp or self.mekong).organisation_id, seq, starts, ends, self.at)

    def known(
        self, isp: Actor | None = None, seq: int | None = None, cut_off_at: datetime | None = None
    ) -> dict[str, Any]:
        """What the statement of October would say of the other side, as of a sequence number and
        up to a cut-off.
        """
        who = (isp or self.mekong).organisation_id
        zone, as_of = policy(self.session).time_zone, seq or sequence(self.session, who)
        system, first = sequence(self.session, SYSTEM), OCTOBER.first_day
        until = cut_off_at or self.at
        frame = Frame(who, OCTOBER, as_of, zone, first, until, system, first, None)
        items = self.session.scalar(
            select(func.count()).select_from(Takedown).where(self.month(isp, as_of).received())
        )
        return other_side(self.session, frame, items or 0)

    def events(self, key: int, isp: Actor | None = None) -> list[tuple[str, str]]:
        """What stands of an item: kind and effect of each event by claimed time."""
        rows = self.session.scalars(
            select(TakedownEvent)
            .where(
                TakedownEvent.isp_id == (isp or self.mekong).organisation_id,
                TakedownEvent.key == key,
                TakedownEvent.closed_seq.is_(None),
                TakedownEvent.retracted.is_(False),
            )
            .order_by(TakedownEvent.occurred_at, TakedownEvent.no)
        )
        return [(str(row.kind), str(row.effect or "")) for row in rows]

    def last_no(self, key: int, isp: Actor | None = None) -> int:
        rows = self.session.scalars(
            select(TakedownEvent.no).where(
                TakedownEvent.isp_id == (isp or self.mekong).organisation_id,
                TakedownEvent.key == key,
            )
        )
        return max(rows, default=0)
