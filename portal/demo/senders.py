"""The other side of notices: a hotline and a police office that use the portal from October on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from portal.accounts import Actor
from portal.demo.agenda import Act, Agenda
from portal.demo.chance import Chance, local
from portal.demo.office import Item, Office, Row, Step
from portal.demo.world import World
from portal.entries.inputs import check
from portal.notices.actions import send
from portal.notices.codes import ActKind, SourceType
from portal.notices.counting import count_month
from portal.notices.inputs import ActIn, MonthCountIn, NoticeIn
from portal.notices.notifiers import admit_notifier
from portal.period import Period
from portal.policy import policy_at
from portal.registers.codes import Progress, Verifier
from portal.registers.sides.actions import act

BEGIN_ON: Final = date(2026, 10, 1)
COUNTED: Final = ((Period(2026, 10), 212, 198, 61),)
_MINUTE: Final = timedelta(minutes=1)
_SAYS: Final = {
    Progress.WITHDRAWN: ActKind.WITHDRAWN,
    Progress.REOPENED: ActKind.STILL_UP,
    Progress.VERIFIED: ActKind.CONFIRMED_GONE,
    Progress.REFUSAL_CONFIRMED: ActKind.REFUSAL_CONFIRMED,
}
# Of a thousand notices: how many the sender's own register does not have, and how many hold an
# item that the ISP overlooked.
_NOT_KNOWN, _OVERLOOKED = 90, 120


class Senders:
    """Who sends, and what each ISP was sent through the portal."""

    def __init__(self, agenda: Agenda, world: World) -> None:
        self.agenda, self.world = agenda, world
        self._by: dict[str, Actor] = {
            SourceType.HOTLINE_NATIONAL: world.hotline,
            SourceType.POLICE: world.police,
        }
        self._keys: dict[str, int] = {}

    def begin(self) -> None:
        """Plan their admission, and the hotline's count of October."""
        self.agenda.plan(local(date(2026, 9, 28), 10), self._admitted)
        for period, *numbers in COUNTED:
            self.agenda.plan(local(date(2026, 11, 4), 9), self._counted(period, numbers))

    def send(self, office: Office, items: Sequence[Item]) -> None:
        """Plan what the sender of these items records, and what it says of them later.

        What a sender that uses the portal says is its own to record (chairs A1): such steps leave
        the ISP's plans.
        """
        first = items[0].typed
        by = self._by.get(first["source_type"])
        if by is None or first["issued_at"] < local(BEGIN_ON, 0):
            return
        self.agenda.plan(local(BEGIN_ON, 0), self._watched(office))
        said = [(item.typed["item_no"], step) for item in items for step in _senders(item)]
        for item in items:
            item.steps = [step for step in item.steps if step not in _senders(item)]
        # Of each notice's own, so that who else plays changes nothing.
        chance = Chance("senders", office.isp.slug, first["source_ref"])
        if chance.happens(_NOT_KNOWN) and not any(s.kind == Progress.REOPENED for _, s in said):
            return
        size = max(item.typed["item_no"] for item in items) + chance.happens(_OVERLOOKED)
        self.post(office, first, items=size)
        for item_no, step in said:
            moment = step.typed["occurred_at"] + _MINUTE
            self.agenda.plan(moment, self._said(office, first["source_ref"], item_no, step, by))

    def _watched(self, office: Office) -> Act:
        def do(_at: datetime) -> None:
            office.watched = True

        return do

    def post(self, office: Office, typed: Row, *, items: int) -> None:
        """Plan a notice alone: what the ISP does about it, if anything, is planned elsewhere."""
        self.agenda.plan(typed["issued_at"] + _MINUTE, self._sent(office, typed, items))

    def _sent(self, office: Office, typed: Row, items: int) -> Act:
        said = {name: typed[name] for name in NoticeIn.model_fields if name in typed}

        def do(at: datetime) -> None:
            value = self._checked(NoticeIn, {**said, "items": items}, at)
            by = self._by[typed["source_type"]]
            notice = send(self.agenda.session, value, [office.isp.id], by=by, at=at)
            self._keys[typed["source_ref"]] = notice.key

        return do

    def _said(self, office: Office, reference: str, item_no: int, step: Step, by: Actor) -> Act:
        typed = {"kind": _SAYS[step.kind], "occurred_at": step.typed["occurred_at"]}

        def do(at: datetime) -> None:
            value = self._checked(ActIn, {**typed, "reference": step.typed.get("reference")}, at)
            key, session = self._keys[reference], self.agenda.session
            act(session, key, office.isp.id, [item_no], value, by=by, at=at)

        return do

    def _admitted(self, at: datetime) -> None:
        for source, by in self._by.items():
            admit_notifier(
                self.agenda.session,
                by.organisation_id,
                SourceType(source),
                from_on=BEGIN_ON,
                sole=source == SourceType.HOTLINE_NATIONAL,
                by=self.world.policy_officer,
                at=at,
            )

    def _counted(self, period: Period, numbers: Sequence[int]) -> Act:
        typed = dict(zip(("received", "assessed", "sent"), numbers, strict=True))

        def do(at: datetime) -> None:
            value = self._checked(MonthCountIn, typed, at)
            by, session = self.world.hotline, self.agenda.session
            count_month(session, period, value, expects=0, by=by, at=at)

        return do

    def _checked(self, model: Any, typed: Row, at: datetime) -> Any:
        policy = policy_at(self.agenda.session, at).policy
        return check(model, typed, now=at, policy=policy)


def _senders(item: Item) -> list[Step]:
    """The steps of an item that are its sender's to record."""
    return [
        step
        for step in item.steps
        if step.kind in _SAYS and step.typed.get("verifier") != Verifier.SELF
    ]
