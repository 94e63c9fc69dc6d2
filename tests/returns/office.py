"""An ISP's office at work: the registers' and the return's own verbs, with the clock in hand."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.accounts import Actor, Organisation, Role
from portal.db import begin_write
from portal.entries.codes import CorrectionReason
from portal.errors import NotThere
from portal.ledger import SYSTEM, sequence
from portal.notices.releases.actions import record
from portal.period import Period
from portal.registers import REGISTERS
from portal.registers.actions import admit, correct, void
from portal.registers.codes import Progress
from portal.registers.declaring import declare
from portal.registers.progress import approve_pause, correct_event, progress
from portal.registers.takedowns import Takedown, TakedownEvent
from portal.returns import actions as returns
from portal.returns.basis import DECLARING, Frame, activity
from portal.returns.model import AmendmentReason, Filing, Preparation
from tests.build import (
    a_complaint,
    a_completion,
    a_declaration,
    a_release,
    a_span,
    a_step,
    a_takedown,
    an_authority,
    an_isp,
    an_officer,
    an_update,
)
from tests.returns.clock import ZONE, local

_MAKERS: dict[str, Callable[..., Any]] = {
    "takedowns": a_takedown,
    "blocklists": an_update,
    "training": a_completion,
    "roster": a_span,
    "complaints": a_complaint,
}
TYPO = CorrectionReason.TYPING_ERROR


def same_salts() -> Callable[[int], bytes]:
    """Salts that come out alike each time, so that digests can be pinned."""
    numbers = itertools.count()
    return lambda size: hashlib.sha256(f"salt {next(numbers)}".encode()).digest()[:size]


class Office:
    """One ISP, its preparer and approver, an officer of the authority; ``now`` is their clock."""

    def __init__(self, session: Session, isp: Organisation, authority: Organisation) -> None:
        self.session, self.isp, self.authority = session, isp, authority
        self.preparer = an_officer(session, isp, Role.PREPARER, "Sok Dara")
        self.approver = an_officer(session, isp, Role.APPROVER, "Chea Vanna")
        self.reviewer = an_officer(session, authority, Role.REVIEWER, "Keo Sophea")
        self.now, self.noticed = local("2026-11-05 10:00"), 0

    @classmethod
    def opened(cls, session: Session, *, pack: Any = None, **isp: Any) -> Office:
        """An authority with its policy, an ISP, and people at both."""
        begin_write(session)
        session.info["entropy"] = same_salts()
        authority = an_authority(session, pack=pack)
        return cls(session, an_isp(session, **isp), authority)

    def at(self, when: str) -> Office:
        """The same office at another time (Phnom Penh)."""
        self.now = local(when)
        return self

    def logs(self, slug: str = "takedowns", **over: Any) -> int:
        """Record one entry; gives its key."""
        if slug == "takedowns":
            self.noticed += 1
            over.setdefault("source_ref", f"IHC-2026-{self.noticed:04d}")
            over.setdefault("issued_at", over.get("received_at", "2026-10-12 09:00"))
        if slug == "blocklists":
            text = repr((over, self.now)).encode()
            over.setdefault("content_digest", hashlib.sha256(text).hexdigest())
        value = _MAKERS[slug](self.session, at=self.now, **over)
        found = admit(
            self.session, self.isp.id, REGISTERS[slug], [value], by=self.preparer, at=self.now
        )
        return found.keys[0]

    def moves(self, key: int, kind: Progress | str, when: str, **over: Any) -> int:
        """Record that something happened to an item; gives the event's number."""
        kind = Progress(kind)
        value = a_step(self.session, kind, when, at=self.now, **over)
        return progress(
            self.session, self.isp.id, key, kind, value,
            expects_no=self.last_no(key), by=self.preparer, at=self.now,
        )  # fmt: skip

    def acts(self, key: int, when: str, action: str = "REMOVED", **over: Any) -> int:
        """Record what was done about an item."""
        return self.moves(key, Progress.ACTIONED, when, action=action, **over)

    def retracts(self, key: int, no: int) -> int:
        """Say that an event never was."""
        return correct_event(
            self.session, self.isp.id, key, no, None,
            expects_no=self.last_no(key), reason=TYPO, by=self.preparer, at=self.now,
        )  # fmt: skip

    def mends(self, key: int, no: int, when: str, **over: Any) -> int:
        """Replace a wrong event by a right one."""
        row = self.session.get_one(TakedownEvent, {"isp_id": self.isp.id, "key": key, "no": no})
        value = a_step(self.session, row.kind, when, at=self.now, **over)
        return correct_event(
            self.session, self.isp.id, key, no, value,
            expects_no=self.last_no(key), reason=TYPO, by=self.preparer, at=self.now,
        )  # fmt: skip

    def approves_pause(self, key: int, no: int) -> int:
        """The authority lets a pause stop the clock."""
        return approve_pause(self.session, self.isp.id, key, no, by=self.reviewer, at=self.now)

    def corrects(self, key: int, slug: str = "takedowns", **over: Any) -> int:
        """Write the next version of an entry."""
        register = REGISTERS[slug]
        table = register.table
        former = self.session.scalars(
            select(table).where(
                table.isp_id == self.isp.id, table.key == key, table.closed_seq.is_(None)
            )
        ).one_or_none()
        if former is None:
            # As a correction itself would say: nothing was taken in under that key.
            raise NotThere("entry")
        said = {name: getattr(former, name) for name in register.input.model_fields}
        if "content_digest" in said:
            said["content_digest"] = said["content_digest"].hex()
        value = _MAKERS[slug](self.session, at=self.now, **{**said, **over})
        return correct(
            self.session, self.isp.id, register, key,
            expects=former.version, value=value, reason=TYPO, by=self.preparer, at=self.now,
        )  # fmt: skip

    def voids(self, key: int, slug: str = "takedowns") -> int:
        """Say that an entry should never have been recorded."""
        table = REGISTERS[slug].table
        newest = self.session.scalar(
            select(func.max(table.version)).where(table.isp_id == self.isp.id, table.key == key)
        )
        return void(
            self.session, self.isp.id, REGISTERS[slug], key, expects=newest or 0,
            reason=CorrectionReason.WRONGLY_RECORDED, by=self.preparer, at=self.now,
        )  # fmt: skip

    def declares(self, **over: Any) -> int:
        """Answer a standing declaration."""
        value = a_declaration(self.session, at=self.now, **over)
        return declare(self.session, self.isp.id, value, by=self.preparer, at=self.now)

    def releases(self, **over: Any) -> int:
        """The authority records a release of a list; gives its key."""
        text = repr((over, self.now)).encode()
        over.setdefault("content_digest", hashlib.sha256(text).hexdigest())
        value = a_release(self.session, at=self.now, **over)
        return record(self.session, value, by=self.reviewer, at=self.now)

    def last_no(self, key: int) -> int:
        """The number of an item's last event."""
        query = select(func.max(TakedownEvent.no)).where(
            TakedownEvent.isp_id == self.isp.id, TakedownEvent.key == key
        )
        return self.session.scalar(query) or 0

    def opens(self, period: Period, open_items: int = 0) -> None:
        """Declare the opening balance."""
        returns.declare_opening(
            self.session, self.isp.id, period, open_items, by=self.preparer, at=self.now
        )

    def prepares(
        self,
        period: Period,
        nils: Collection[str] | None = None,
        reason: AmendmentReason | None = None,
        by: Actor | None = None,
    ) -> Preparation:
        """Prepare a month; where no nils are given, those that are true."""
        said = self.true_nils(period) if nils is None else nils
        return returns.prepare(
            self.session, self.isp.id, period,
            nils=said, reason=reason, by=by or self.preparer, at=self.now,
        )  # fmt: skip

    def true_nils(self, period: Period) -> list[str]:
        """The registers without an entry of the month."""
        frame = Frame(
            self.isp.id,
            period,
            sequence(self.session, self.isp.id),
            ZONE,
            period.first_day,
            self.now,
            sequence(self.session, SYSTEM),
            period.first_day,
            None,
        )
        held = activity(self.session, frame)
        return [slug for slug in DECLARING if not held[slug]]

    def files(self, period: Period, prepared: Preparation, by: Actor | None = None) -> Filing:
        """Approve and file a preparation."""
        return returns.file(
            self.session, self.isp.id, period, prepared.no, by=by or self.approver, at=self.now
        )

    def returns(self, period: Period, reason: AmendmentReason | None = None) -> Filing:
        """Prepare and file a month."""
        return self.files(period, self.prepares(period, reason=reason))

    def items(self) -> list[int]:
        """The keys of all takedown items."""
        query = select(Takedown.key).where(Takedown.isp_id == self.isp.id).distinct()
        return sorted(self.session.scalars(query))


def said_by(frozen: Preparation | Filing) -> dict[str, Any]:
    """What a frozen statement says."""
    return json.loads(frozen.statement)  # type: ignore[no-any-return]


def indicator(
    frozen: Preparation | Filing, code: str, cohort: str = "2026-10"
) -> dict[str, Any] | None:
    """One indicator of a statement, if it has it (of one policy version)."""
    found = [
        i
        for i in said_by(frozen)["indicators"]
        if i["code"].split(".")[-1] == code and i["cohort"] == cohort
    ]
    assert len(found) < 2
    return found[0] if found else None
