"""Every id of one ISP, sender or person tried by another: 404, and the system's chain keeps it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select

from portal.accounts import Role
from portal.ledger import SYSTEM
from portal.trail import Event, verify
from portal.web.access import Cell, methods_of, table
from portal.web.limits import Tally
from portal.web.strangers import KEPT
from tests.web.access.asking import NOT_THERE, an_asker, outcome
from tests.web.access.places import ENDED, OF_SENDERS, OWNED, owners, places
from tests.web.access.world import CALLER, OURS, PEOPLE_OF, THEIRS, WHO, World

# A preparer tries what an approver does; an auditor what an observer does.
TRYING = (
    Role.APPROVER,
    Role.ADMINISTRATOR,
    Role.REVIEWER,
    Role.NOTIFIER,
    Role.OBSERVER,
    Role.PROGRAM,
)
NOTHING = (
    "/registers/takedowns/entries/999999",
    "/registers/nonsense/entries/4",
    "/registers/takedowns/entries/999999/events/new?kind=RESUMED",
    "/returns/2026-10/filings/77",
    "/received/999999",
    "/trainings/999999",
    "/hearings/tonle-net/99",
    "/appeals/tonle-net/99",
    "/letters/tonle-net/2026-10/overdue.pdf",
    "/certificates/KH-SP5-2026-999999-1/report.pdf",
    "/lists/consents/nobody-net/new",
    "/trail?chain=nobody-net",
    "/nowhere",
)

# One world for all: on one worker it is built once an engine.
pytestmark = pytest.mark.xdist_group("access")
# An ISP's own numbers: the other one has the first version of its month, too.
OWN_NUMBERS = frozenset({"returns.receipt", "returns.recall", "appeals.ask_decision"})


def tries(world: World) -> list[Event]:
    """What the system's chain tells of tries, the oldest first."""
    with world.town.session() as session:
        told = select(Event).where(Event.isp_id == SYSTEM, Event.kind == "tried")
        return list(session.scalars(told.order_by(Event.seq)))


def unlimited(world: World) -> None:
    """Forget how often anybody tried: that limit is tried by itself."""
    with world.town.session() as session:
        session.execute(delete(Tally))


def others(world: World, role: Role) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """What belongs to others, wherever the table says that it is not there for a role."""
    rules = {(r.rule, methods_of(r), r.endpoint): r for r in world.town.app.url_map.iter_rules()}
    for line in table():
        found = places(world, rules[line.named], role)
        if line.cells[role] in {Cell.OWN, Cell.NONE} and len(found) > 1:
            for method in line.methods.split():
                yield line.endpoint, method, found[1]


def whose(world: World, role: Role, endpoint: str) -> set[int]:
    """By whose numbers an event may tell of it."""
    other = owners(role, endpoint)[1]
    return {world.id_of(slug) for slug in (other, ENDED.get(other, other))}


@pytest.mark.parametrize("role", TRYING)
def test_what_is_anothers_is_not_there_and_the_try_is_kept(world: World, role: Role) -> None:
    asker, me = an_asker(world, role), world.actor(WHO.get(role, CALLER))
    for endpoint, method, params in others(world, role):
        unlimited(world)
        before = len(tries(world))

        answer = asker.asks(method, world.address(endpoint, params, method), {})

        assert outcome(answer) == NOT_THERE, endpoint
        kept = tries(world)[before:]
        assert [(one.person_id, one.role, one.subject) for one in kept] == [
            (me.person_id, role, endpoint)
        ]
        facts = json.loads(kept[0].facts)
        assert set(facts) == {"of"}
        assert whose(world, role, endpoint) & set(facts["of"]), endpoint
    with world.town.session() as session:
        assert verify(session) == []


def test_two_browsers_of_two_isps_find_nothing_of_each_other(world: World) -> None:
    asked = 0
    for mine, theirs in ((OURS, THEIRS), (THEIRS, OURS)):
        browser = world.town.visit(PEOPLE_OF[mine][1]).client
        for rule in world.town.app.url_map.iter_rules():
            known = OWNED.get(rule.endpoint) or OWNED.get(rule.endpoint.split(".")[0])
            is_isps = rule.endpoint.split(".")[0] not in OF_SENDERS and known and rule.arguments
            if rule.endpoint.startswith("api."):
                continue
            if not is_isps or rule.endpoint in OWN_NUMBERS or "GET" not in (rule.methods or ()):
                continue
            unlimited(world)
            before = len(tries(world))
            answer = browser.get(world.address(rule.endpoint, known(world, theirs)))
            assert answer.status_code in {403, 404}, rule.endpoint
            assert len(tries(world)) - before == (answer.status_code == 404), rule.endpoint
            asked += 1
    assert asked > 40


def test_an_address_of_nothing_at_all_is_no_try(world: World) -> None:
    unlimited(world)
    before = len(tries(world))
    browser = an_asker(world, Role.PREPARER).visitor

    for address in NOTHING:
        browser.opens(address, 404)

    assert len(tries(world)) == before


def test_nobody_floods_the_chain_by_trying(world: World) -> None:
    unlimited(world)
    before = len(tries(world))
    browser = an_asker(world, Role.PREPARER).visitor

    for _ in range(KEPT.times + 5):
        browser.opens(f"/hearings/{THEIRS}/1", 404)
    assert len(tries(world)) - before == KEPT.times

    world.town.clock.shift(timedelta(seconds=KEPT.seconds))
    browser.opens(f"/hearings/{THEIRS}/1", 404)
    assert len(tries(world)) - before == KEPT.times + 1
