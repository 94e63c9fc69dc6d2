"""Months that were filed and accepted long ago, with everything in them done."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import func, select

from portal.entries.withheld import Withheld
from portal.period import Period
from portal.registers.codes import Progress
from portal.retention import run
from portal.returns.model import DecisionOutcome, Filing
from portal.reviews import decide, open_review
from tests.entries.paper import sends_a_notice
from tests.hearing import is_heard
from tests.notices.street import NOTICE
from tests.returns.clock import NOVEMBER, OCTOBER
from tests.returns.office import Office

# October is over its term from the second on.
BEFORE, AFTER = "2031-10-31 23:59", "2031-11-01 00:00"


def everything_done(office: Office) -> None:
    """October: an item of a notice and one of a letter, both closed, an issue, a complaint upheld,
    two people trained; one of them left on 20 October.
    """
    office.opens(OCTOBER, 0)
    sends_a_notice(office)
    asked = office.logs(source_ref=NOTICE["source_ref"], own_ref="T-1", note="Rang us")
    office.acts(asked, "2026-10-13 08:00", note="Ticket was with Sok Dara")
    other = office.logs(source_ref="Letter 7", note="Brought by hand", handled_by="S-0500")
    office.corrects(other, note="Brought by Sok Dara by hand")
    office.acts(other, "2026-10-13 09:00")
    office.moves(
        other, Progress.REPORTED, "2026-10-13 10:00",
        authority="POLICE_CYBERCRIME", reference="P-1",
    )  # fmt: skip
    office.logs("blocklists", note="Sok Dara applied it")
    office.logs(
        "complaints", own_ref="C-1", note="A school", acknowledged_at="2026-10-14 11:00",
        decided_at="2026-10-20 11:00", outcome="REJECTED",
    )  # fmt: skip
    office.logs("roster", own_ref="HR-1")
    office.logs("roster", staff_ref="S-0500", own_ref="HR-2", until_on="2026-10-20")
    for person in ("S-0421", "S-0500"):
        office.logs("training", staff_ref=person, note="Came late")
    office.declares()


def accepted(office: Office, period: Period, day: str) -> Filing:
    """File a month and have it accepted, on a day."""
    filing = office.at(f"{day} 10:00").returns(period)
    open_review(
        office.session, office.isp.id, period, filing.version, by=office.reviewer, at=office.now
    )
    outcome = DecisionOutcome.ACCEPT
    is_heard(
        office.session, filing, outcome, officer=office.reviewer, approver=office.approver,
        at=office.now,
    )  # fmt: skip
    decide(office.session, filing, outcome, by=office.reviewer, at=office.now)
    return filing


def both_months(office: Office) -> list[Filing]:
    """October as above and a November without an entry, filed and accepted."""
    everything_done(office.at("2026-11-05 10:00"))
    return [accepted(office, OCTOBER, "2026-11-06"), accepted(office, NOVEMBER, "2026-12-07")]


def runs(office: Office, when: str, *, dry: bool = False) -> Counter[str]:
    """Run at a time; what it says it did, by reason."""
    found: Counter[str] = Counter()
    for batch in run(office.session, by=office.reviewer, at=office.at(when).now, dry=dry):
        found[str(batch.reason)] += batch.values.total()
    return found


def places(office: Office) -> Counter[tuple[str, str]]:
    """What was withheld, by table and field."""
    query = select(Withheld.place, Withheld.field, func.count())
    found = office.session.execute(query.group_by(Withheld.place, Withheld.field))
    return Counter({(place, field): count for place, field, count in found})
