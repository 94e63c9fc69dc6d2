"""The first wall switched off: queries that forget their owner find nothing of another ISP."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Blueprint
from sqlalchemy import select, update

from portal.accounts import Organisation, Permission, Person, Role
from portal.accounts.actions import join
from portal.ledger import take
from portal.notices.queries import sent
from portal.registers.actions import admit
from portal.registers.register import REGISTERS
from portal.registers.takedowns import Takedown
from portal.returns.model import Filing
from portal.trail import Event, append
from portal.web import gate
from portal.web.gate import allow, me
from portal.web.session import now, session
from tests import build
from tests.engines import PostgreSQL, the_app
from tests.town import Town, settle
from tests.visitors import Visitor

TAKEDOWNS, START = REGISTERS["takedowns"], date(2026, 1, 1)
forgetful = Blueprint("forgetful", __name__, url_prefix="/forgetful")


@forgetful.get("/entries")
@allow(Permission.ENTRY_READ)
def entries() -> dict[str, Any]:
    """A list without its owner."""
    found = session().scalars(select(Takedown.isp_id).distinct()).all()
    return {"isps": sorted(found), "events": sorted(_chains())}


@forgetful.get("/entries/<int:isp_id>/<int:key>")
@allow(Permission.ENTRY_READ)
def entry(isp_id: int, key: int) -> dict[str, Any]:
    """An entry by a number in the address, of whatever ISP."""
    found = session().get(Takedown, {"isp_id": isp_id, "key": key, "version": 1})
    notices = session().execute(sent(isp_id, None)).all()
    filings = session().scalars(select(Filing).filter_by(isp_id=isp_id)).all()
    return {"found": found is not None, "notices": len(notices), "filings": len(filings)}


@forgetful.post("/acts/<int:isp_id>")
@allow(Permission.ENTRY_WRITE)
def act(isp_id: int) -> dict[str, Any]:
    """An act in the chain of whatever ISP."""
    append(session(), take(session(), isp_id), "tried", by=me(), at=now())
    session().commit()
    return {}


@forgetful.post("/closings")
@allow(Permission.ENTRY_WRITE)
def close_all() -> dict[str, Any]:
    """An update that forgot its condition."""
    done: Any = session().execute(update(Takedown).values(closed_seq=99))
    session().commit()
    return {"closed": done.rowcount}


def _chains() -> set[int]:
    return {abs(isp_id) for isp_id in session().scalars(select(Event.isp_id).distinct())}


@pytest.fixture
def town(postgresql: PostgreSQL, tmp_path: Path) -> Iterator[Town]:
    """A town whose app has the views above, in which two ISPs have an entry each."""
    app = the_app.__wrapped__(postgresql.app_url, tmp_path)
    app.register_blueprint(forgetful)
    gate.check(app)
    with time_machine.travel(build.NOW, tick=False) as clock:
        town = settle(app, postgresql.engine, clock)
        with town.session() as db:
            for isp, name in (("mekong-net", "chea"), ("tonle-net", "tep")):
                rows = [build.a_takedown(db)]
                admit(db, town.bodies[isp], TAKEDOWNS, rows, by=town.actors[name], at=town.now)
        yield town
    app.extensions["engine"].dispose()
    postgresql.empty()


def asks(visitor: Visitor, path: str) -> Any:
    return visitor.client.get(f"/forgetful/{path}").get_json()


def posts(visitor: Visitor, path: str) -> Any:
    [token, *_] = visitor.page.xpath("//input[@name='csrf_token']/@value")
    return visitor.client.post(f"/forgetful/{path}", data={"csrf_token": token})


def test_a_list_that_forgot_its_owner_shows_ones_own(town: Town) -> None:
    mine, others = town.bodies["mekong-net"], town.bodies["tonle-net"]

    assert asks(town.visit("chea"), "entries") == {"isps": [mine], "events": [mine]}
    assert asks(town.visit("tep"), "entries") == {"isps": [others], "events": [others]}


def test_a_number_in_the_address_opens_nothing_of_another_isp(town: Town) -> None:
    mine, others = town.bodies["mekong-net"], town.bodies["tonle-net"]
    chea = town.visit("chea")

    assert asks(chea, f"entries/{mine}/1") == {"found": True, "notices": 0, "filings": 0}
    assert asks(chea, f"entries/{others}/1") == {"found": False, "notices": 0, "filings": 0}


def test_an_act_in_the_chain_of_another_isp_finds_no_ledger(town: Town) -> None:
    mine, others = town.bodies["mekong-net"], town.bodies["tonle-net"]
    chea = town.visit("chea")

    assert posts(chea, f"acts/{mine}").status_code == 200
    assert posts(chea, f"acts/{others}").status_code == 404
    with town.session() as db:
        tried = db.scalars(select(Event.isp_id).where(Event.kind == "tried")).all()
    assert tried == [mine]


def test_an_update_that_forgot_its_condition_changes_ones_own(town: Town) -> None:
    assert posts(town.visit("chea"), "closings").get_json() == {"closed": 1}

    with town.session() as db:
        closed = db.scalars(select(Takedown.isp_id).where(Takedown.closed_seq == 99)).all()
    assert closed == [town.bodies["mekong-net"]]


def test_who_acts_for_two_isps_sees_the_one_they_act_for(town: Town) -> None:
    with town.session() as db:
        person = db.get_one(Person, town.actors["chea"].person_id)
        isp = db.get_one(Organisation, town.bodies["tonle-net"])
        join(db, person, isp, Role.PREPARER, from_on=START, by=build.FOUNDER, at=town.now)
    chea = town.visit("chea")
    assert asks(chea, "entries")["isps"] == [town.bodies["mekong-net"]]

    chea.opens("/").presses("Tonle Net · Preparer")

    assert asks(chea, "entries")["isps"] == [town.bodies["tonle-net"]]


def test_a_notifier_and_the_authority_stand_elsewhere(town: Town) -> None:
    both = sorted([town.bodies["mekong-net"], town.bodies["tonle-net"]])
    town.app.view_functions["forgetful.entries"].permission = Permission.ACCOUNT_USE

    assert asks(town.visit("rith"), "entries") == {"isps": [], "events": []}
    assert asks(town.visit("sok"), "entries")["isps"] == both
    assert asks(town.visit("kong"), "entries")["isps"] == both
    # Auditors have the ISPs of their engagements, and this one has none.
    assert asks(town.visit("ly"), "entries")["isps"] == []
