"""Under a hold a value is as gone as any other to its ISP, and its last copy stays."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from portal.accounts import Actor, Role
from portal.entries.codes import WithholdingReason
from portal.entries.holds import HoldGround, LegalHold, LiftReason, lift_hold, set_hold
from portal.entries.holds.actions import Wanted
from portal.entries.letting_go import let_go
from portal.entries.withheld import Withheld
from portal.entries.withholding import destroy, hide, withhold
from portal.period import Period
from portal.registers.takedowns import Takedown
from portal.trail import Event, verify
from tests.build import an_officer
from tests.entries.paper import a_month_full_of_texts, holds, standing
from tests.returns.clock import OCTOBER
from tests.returns.office import Office

DAY = date(2026, 11, 5)
SEPTEMBER = Period(2026, 9)


@pytest.fixture
def keeper(office: Office) -> Actor:
    return an_officer(office.session, office.authority, Role.POLICY_OFFICER, "Pich Keeper")


def held(office: Office, keeper: Actor, **scope: Any) -> LegalHold:
    asked = Wanted(office.isp.id, HoldGround.POLICE_REQUEST, "PC-7", DAY, **scope)
    return set_hold(office.session, asked, by=keeper, at=office.now)


def goes(office: Office) -> None:
    """Everything that stands goes by policy."""
    values = [value for value in standing(office.session) if value.table is not LegalHold]
    withhold(
        office.session, values, reason=WithholdingReason.RETENTION_OVER,
        by=office.reviewer, at=office.now,
    )  # fmt: skip


def copies(office: Office) -> int:
    query = select(func.count()).where(Withheld.text.is_not(None))
    return office.session.scalar(query) or 0


def test_what_is_held_is_hidden_and_its_copy_goes_when_the_hold_is_lifted(
    office: Office, keeper: Actor
) -> None:
    filing = a_month_full_of_texts(office)
    count = len(standing(office.session))
    hold = held(office, keeper)
    goes(office)
    assert [value.table for value in standing(office.session)] == [LegalHold]
    assert copies(office) == count
    assert let_go(office.session, at=office.now) == 0
    lift_hold(office.session, hold.no, LiftReason.CASE_ENDED, on=DAY, by=keeper, at=office.now)
    assert let_go(office.session, at=office.now) == count
    assert copies(office) == 0
    assert holds(office.session, filing)


def test_the_isps_chain_says_the_same_whether_anything_is_held_or_not(
    office: Office, keeper: Actor
) -> None:
    told = []
    for is_held in (False, True):
        with office.session.begin_nested() as undone:
            office.noticed = 0
            a_month_full_of_texts(office)
            if is_held:
                held(office, keeper)
            goes(office)
            mine = select(Event.kind, Event.subject, Event.seq).where(Event.isp_id == office.isp.id)
            told.append(office.session.execute(mine.order_by(Event.seq)).all())
            assert not verify(office.session)
            undone.rollback()
    assert told[0] == told[1]


def test_two_people_destroy_what_is_held_and_its_copy_stays(office: Office, keeper: Actor) -> None:
    a_month_full_of_texts(office)
    held(office, keeper)
    [note] = [v for v in standing(office.session) if v.table is Takedown and v.field == "note"][:1]
    asked = hide(
        office.session, [note], reason=WithholdingReason.PERSONAL_DATA,
        by=office.preparer, at=office.now,
    )  # fmt: skip
    destroy(office.session, asked.isp_id, asked.no, by=office.reviewer, at=office.now)
    assert note not in standing(office.session)
    assert copies(office) == 1


@pytest.mark.parametrize(
    ("scope", "kept"),
    [
        ({"months": (OCTOBER, OCTOBER)}, {"takedown", "takedown_event", "complaint", "completion"}),
        ({"months": (SEPTEMBER, SEPTEMBER)}, {"roster_span"}),
        ({"entry": ("takedown", 1)}, {"takedown", "takedown_event"}),
    ],
    ids=["its month", "another month, but the roster lasts", "one entry with its steps"],
)
def test_a_hold_keeps_what_it_covers_alone(
    office: Office, keeper: Actor, scope: dict[str, Any], kept: set[str]
) -> None:
    a_month_full_of_texts(office)
    held(office, keeper, **scope)
    goes(office)
    query = select(Withheld.place).where(
        Withheld.text.is_not(None), Withheld.owner_id == office.isp.id
    )
    left = set(office.session.scalars(query))
    assert kept <= left
    assert ("complaint" in left) is ("complaint" in kept)
    if "entry" in scope:
        lines = select(Takedown.key).join(Withheld, Withheld.line == Takedown.digest)
        assert set(office.session.scalars(lines.where(Withheld.text.is_not(None)))) == {1}
