"""The secretary of an ISP: declarations, and the monthly return prepared, approved and filed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final

from portal.demo.cast import Care, Tier
from portal.demo.chance import Chance, local
from portal.demo.office import Office
from portal.entries.inputs import check
from portal.period import Period
from portal.policy import Policy, policy_at
from portal.registers.declaring import declare, reconfirm
from portal.registers.inputs_staff import DeclarationIn, declarable
from portal.returns.actions import declare_opening, file, prepare
from portal.returns.basis import DECLARING
from portal.returns.model import AmendmentReason, Filing

_DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)
_FRIDAY: Final = 4
# Licensees that stopped answering: from this month on nothing is filed.
_SILENT: Final = {
    "cloudlet": Period(2026, 8),
    "pearl": Period(2026, 9),
    "turtle": Period(2026, 10),
    # Its first month is left to whoever tries the portal.
    "kite": Period(2026, 10),
}
_NEVER_APPROVED: Final = {("swallow", Period(2026, 10))}
# (ISP, month) -> days of the month after on which it is prepared and filed.
_DAYS: Final = {
    ("tamarind", Period(2026, 9)): (12, 13),
    ("dolphin", Period(2026, 9)): (16, 19),
    ("banyan", Period(2026, 9)): (2, 2),
    ("areca", Period(2026, 8)): (14, 15),
    ("feather", Period(2026, 10)): (12, 13),
    ("hornbill", Period(2026, 10)): (16, 17),
}
_SMALL_LATE, _LATE = 75, 25

Filed = Callable[[Filing], None]


class Secretary:
    """Answers the standing questions of one ISP and files its months."""

    def __init__(self, office: Office, filed: Filed) -> None:
        self.office, self.isp, self.filed = office, office.isp, filed
        self.chance = Chance("returns", self.isp.slug)

    def begin(self) -> None:
        """Answer the standing declarations and say what was open when the first month began."""
        first = self.isp.first
        self.office.agenda.plan(local(first.first_day + _DAY, 14), self._declare)
        if self.isp.slug not in _SILENT or _SILENT[self.isp.slug] > first:
            self.office.agenda.plan(local(first.first_day + _DAY, 15), self._open)
        for year in (1, 2):
            again = local(first.first_day.replace(year=first.year + year) - 40 * _DAY, 14)
            self.office.agenda.plan(again, self._reconfirm)

    def month(self, period: Period) -> None:
        """Plan how the return of a month is prepared and filed, if it is."""
        prepared_at, filed_at = self._days(period)
        if period >= _SILENT.get(self.isp.slug, Period(9999, 1)):
            return
        plan = self.office.agenda.plan
        plan(prepared_at, lambda now: self.prepare(period, now))
        if (self.isp.slug, period) not in _NEVER_APPROVED:
            plan(filed_at, lambda now: self.file(period, now))

    def prepare(self, period: Period, at: datetime, reason: AmendmentReason | None = None) -> None:
        """Freeze a month; registers without an entry are declared nil."""
        made = prepare(
            self.office.agenda.session,
            self.isp.id,
            period,
            nils=self.office.nils(period, DECLARING),
            reason=reason,
            by=self.isp.preparer,
            at=at,
        )
        self._number = made.no

    def file(self, period: Period, at: datetime) -> Filing:
        """Approve and file what was prepared last."""
        filing = file(
            self.office.agenda.session,
            self.isp.id,
            period,
            self._number,
            by=self.isp.approver,
            at=at,
        )
        self.filed(filing)
        return filing

    def amend(self, period: Period, reason: AmendmentReason, at: datetime) -> None:
        """Plan a further version of a month: prepared now, filed some hours later."""
        plan = self.office.agenda.plan
        plan(at, lambda now: self.prepare(period, now, reason))
        plan(at + self.chance.minutes(60, 400), lambda now: self.file(period, now))

    def add_forgotten(self, period: Period, reason: AmendmentReason, at: datetime) -> None:
        """Plan an entry that had been forgotten, and the version of the month that holds it."""
        row = {
            "session_ref": f"{period}-DRILL",
            "held_on": period.first_day + self.chance.randint(8, 20) * _DAY,
            "module": "BLOCKLIST_OPERATIONS",
            "level": "DRILL",
            "provider": "INTERNAL",
            "mode": "CLASSROOM",
            "language": "KM",
            "minutes": 45,
            "staff_ref": "S-0102",
            "result": "PASSED",
        }
        self.office.agenda.plan(at, lambda now: self.office.record("training", [row], now))
        self.amend(period, reason, at + _HOUR)

    def _days(self, period: Period) -> tuple[datetime, datetime]:
        chance, first = self.chance, period.next().first_day
        usual = first + chance.randint(3, 7) * _DAY
        late = chance.happens(_SMALL_LATE if self.isp.part.tier is Tier.SMALL else _LATE)
        if late and self.isp.part.care is not Care.GOOD:
            usual = first + chance.randint(13, 19) * _DAY
        told = _DAYS.get((self.isp.slug, period))
        day = first + (told[0] - 1) * _DAY if told else _weekday(usual)
        prepared_at = chance.moment(day, 8, 11)
        if told:
            return prepared_at, chance.moment(first + (told[1] - 1) * _DAY, 13, 16)
        return prepared_at, prepared_at + chance.minutes(40, 420)

    def _declare(self, at: datetime) -> None:
        session, first = self.office.agenda.session, self.isp.first.first_day
        policy = policy_at(session, at).policy
        for answer in self._answers(policy, first):
            value = check(DeclarationIn, answer, now=at, policy=policy)
            declare(session, self.isp.id, value, by=self.isp.preparer, at=at)

    def _answers(self, policy: Policy, first: date) -> list[dict[str, object]]:
        alone = self.isp.part.staff <= 4  # noqa: PLR2004 - too few for a deputy at any hour
        answers = []
        for obligation in declarable(policy):
            poor = self.isp.part.care is Care.POOR and obligation.code == "SP5-13"
            answer: dict[str, object] = {
                "obligation": obligation.code,
                "answer": "PARTLY" if poor else "YES",
                "since_on": first - self.chance.randint(60, 900) * _DAY,
                "checked_on": first - self.chance.randint(0, 20) * _DAY,
            }
            if obligation.asks_deputies:
                answer["deputies"] = 0 if alone or self.isp.slug == "gecko" else 1
            answers.append(answer)
        return answers

    def _reconfirm(self, at: datetime) -> None:
        reconfirm(self.office.agenda.session, self.isp.id, by=self.isp.preparer, at=at)

    def _open(self, at: datetime) -> None:
        declare_opening(
            self.office.agenda.session,
            self.isp.id,
            self.isp.first,
            OPEN_AT_FIRST.get(self.isp.slug, 0),
            by=self.isp.preparer,
            at=at,
        )


# Who says that items were open when the first month began (chairs A4).
OPEN_AT_FIRST: Final = {"bamboo": 2}


def _weekday(day: date) -> date:
    return day + (7 - day.weekday()) * _DAY if day.weekday() > _FRIDAY else day
