"""A month with a text in every place there is, and what must not move when some are withheld."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts import Actor, OrganisationKind, Role
from portal.accounts.actions import Naming, found
from portal.entries.entry import is_withheld, line_digest
from portal.entries.kin import Value, values_of
from portal.entries.withheld import tables
from portal.notices.actions import send
from portal.notices.codes import ActKind, SourceType
from portal.notices.inputs import ActIn, NoticeIn
from portal.notices.notifiers import admit_notifier
from portal.registers.codes import Progress
from portal.registers.sides.actions import act
from portal.returns.model import Filing
from portal.returns.reperform import reperform
from portal.trail import verify
from tests.build import FOUNDER, START, an_officer, made
from tests.notices.street import BEGAN, NOTICE
from tests.returns.clock import OCTOBER
from tests.returns.office import Office


def a_month_full_of_texts(office: Office) -> Filing:
    """October, filed: items of a notice and others, steps, updates, people, complaints."""
    office.opens(OCTOBER, 1)
    hotline = sends_a_notice(office)
    asked = [
        office.logs(source_ref=NOTICE["source_ref"], item_no=no, own_ref=f"T-{no}", note="Rang us")
        for no in (1, 2)
    ]
    office.acts(asked[0], "2026-10-13 08:00", note="Ticket was with Sok Dara")
    office.moves(
        asked[0], Progress.REPORTED, "2026-10-13 10:00",
        authority="POLICE_CYBERCRIME", reference="P-1",
    )  # fmt: skip
    _says(office, hotline)
    other = office.logs(source_ref="Letter 7", note="Brought by hand", own_ref="T-3")
    office.corrects(other, note="Brought by Sok Dara by hand")
    office.logs("blocklists", note="Sok Dara applied it")
    office.logs("complaints", own_ref="C-1", note="A school", acknowledged_at="2026-10-14 11:00")
    for person in ("S-0421", "S-0500"):
        office.logs("roster", staff_ref=person)
        office.logs("training", staff_ref=person, note="Came late")
    office.declares()
    return office.at("2026-11-05 11:00").returns(OCTOBER)


def sends_a_notice(office: Office) -> Actor:
    session = office.session
    naming = Naming("Fictional hotline", "Fictional hotline (KM)", "N-1")
    body = found(session, OrganisationKind.NOTIFIER, "hotline", naming, by=FOUNDER, at=START)
    source, day = SourceType.HOTLINE_NATIONAL, date(2025, 9, 1)
    officer = an_officer(session, office.authority, Role.POLICY_OFFICER, "Pich Policy")
    admit_notifier(session, body.id, source, from_on=day, sole=True, by=officer, at=BEGAN)
    hotline = an_officer(session, body, Role.NOTIFIER, "Officer of the hotline")
    value = made(session, NoticeIn, NOTICE, office.now)
    send(session, value, [office.isp.id], by=hotline, at=office.now)
    return hotline


def _says(office: Office, hotline: Actor) -> None:
    typed = {"kind": ActKind.WITHDRAWN, "occurred_at": "2026-10-14 08:00", "reference": "W-9"}
    value = made(office.session, ActIn, typed, office.now)
    act(office.session, 1, office.isp.id, (2,), value, by=hotline, at=office.now)


def rows(session: Session) -> list[Any]:
    """Every row with a confidential text, in an order that does not change."""
    found = []
    for table in tables().values():
        found += session.scalars(select(table).order_by(*table.__table__.primary_key.columns)).all()
    return found


def standing(session: Session) -> list[Value]:
    """Every confidential text that stands."""
    return [value for row in rows(session) for value in values_of(row)]


def texts(session: Session) -> list[str]:
    """What stands in the place of every confidential text."""
    return [
        text for row in rows(session) for name in row.__sealed__
        if (text := getattr(row, name)) is not None
    ]  # fmt: skip


def withheld(session: Session) -> int:
    """How many texts do not stand."""
    return sum(map(is_withheld, texts(session)))


def holds(session: Session, filing: Filing) -> bool:
    """Whether every digest re-performs, the statement to the byte, and every chain."""
    session.expire_all()
    columns = [
        (row, {c.name: getattr(row, c.name) for c in row.__table__.columns})
        for row in rows(session)
    ]
    digests = all(line_digest(type(row), said) == row.digest for row, said in columns)
    return digests and reperform(session, filing).equal and not verify(session)
