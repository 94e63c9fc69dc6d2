"""The table of who gets where, asked whole: each endpoint, each role, one's own and another's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.routing import Rule

from portal.accounts import Role
from portal.db import Base
from portal.trail import Event
from portal.web.access import ASKERS, NOBODY, Cell, Line, methods_of, table
from portal.web.signin.entrances import Purpose
from tests.web.access.asking import IN, NO, NOT_THERE, SIGN_IN, Asker, an_asker, outcome
from tests.web.access.oversight import has_uploaded
from tests.web.access.places import places
from tests.web.access.world import OURS, World

ANSWERS = {
    Cell.YES: (IN,),
    Cell.MINE: (IN,),
    Cell.OWN: (IN, NOT_THERE),
    Cell.ALL: (IN, IN),
    Cell.NONE: (NOT_THERE, NOT_THERE),
    Cell.NO: (NO,),
    Cell.SIGN_IN: (SIGN_IN,),
}
REFUSED = frozenset({Cell.NO, Cell.SIGN_IN})
# How many addresses there are to ask: what tells own from other needs both.
NEEDS = {Cell.OWN: 2, Cell.MINE: 1, Cell.YES: 1}
# Whatever is sent empty is refused at its fields, and changes nothing; these have no fields. They
# are asked last, signing out at the very end.
ACTS = (
    "security.mf_recovery_codes",
    "holds.review",
    "api.discard_file",
    "upload_decisions.add_discarding",
    "upload_decisions.add_record",
    "redactions.destroy",
    "sightings.end",
    "seen.press",
    "jobs.cancel",
    "programs.revoke",
    "programs.end",
    "people.invite_again",
    "people.sign_out",
    "people.end",
    "account.end_session",
    "account.end_sessions",
    "account.confirm",
    "security.logout",
)

# One world for all: on one worker it is built once an engine.
pytestmark = pytest.mark.xdist_group("access")
# Where even an empty form would be taken as it is, something no field takes is sent.
WRONG = {
    "declarations.add": {"obligation": "SP5-13"},
    "returns.file": {"preparation": 1},
    "sessions.add_counts": {f"count_{OURS}".replace("-", "_"): "x"},
}
GOES_THERE = (
    "provider.begin_invitation",
    "provider.begin_proof",
    "provider.begin_sign_in",
    "provider.begin_tie",
)
# Nobody proved anything at the provider of sign-in, and it is away: said to who was let in.
SAYS = {"provider.answer": NO, **dict.fromkeys(GOES_THERE, "broken: 503")}
# What changes with every reading and every refusal.
MOVES = frozenset({"event", "ledger", "tally"})


def test_everybody_gets_where_the_table_says_and_nowhere_else(world: World) -> None:
    # The clock may have gone on since the world was made: links from mails are good for hours, and
    # files wait for a day.
    world.has["links"] = {purpose: world.link(purpose) for purpose in Purpose}
    with world.town.session() as session:
        has_uploaded(world, session)
    askers = [an_asker(world, role) for role in ASKERS]
    rules = {(r.rule, methods_of(r), r.endpoint): r for r in world.town.app.url_map.iter_rules()}
    lines = [(line, rules[line.named]) for line in table()]
    quiet = [pair for pair in lines if pair[0].endpoint not in ACTS]
    acts = sorted(
        (pair for pair in lines if pair[0].endpoint in ACTS),
        key=lambda pair: ACTS.index(pair[0].endpoint),
    )
    before, last = _rows(world), _last_event(world)
    wrong = [fault for asker in askers for pair in quiet for fault in _faults(world, asker, *pair)]
    assert _rows(world) == before
    acted = {kind for kind in _kinds_since(world, last) if not kind.startswith("read.")}
    assert acted <= {"refused", "tried"}
    wrong += [fault for pair in acts for asker in askers for fault in _faults(world, asker, *pair)]

    assert "\n".join(wrong) == ""


def _faults(world: World, asker: Asker, line: Line, rule: Rule) -> Iterator[str]:
    cell = Cell(line.cells[asker.role])
    found = places(world, rule, asker.role)
    if cell in NEEDS and NEEDS[cell] != len(found):
        yield f"{_said(asker, line)}: {cell} with {len(found)} places"
    if cell in REFUSED:
        # Nothing is looked up for who is refused at the gate: by turns one's own is asked for, and
        # another's.
        found = [found[ASKERS.index(asker.role) % len(found)]]
    for method in line.methods.split():
        for params, expected in zip(found, ANSWERS[cell], strict=False):
            address = world.address(rule.endpoint, params, method)
            got = outcome(asker.asks(method, address, _body(world, asker, rule.endpoint)))
            if got != expected and not (expected == IN and _is_let_in(cell, line.endpoint, got)):
                yield f"{_said(asker, line)}: {method} {address} is {got!r}, not {expected!r}"


def _is_let_in(cell: Cell, endpoint: str, got: str) -> bool:
    """Whether an answer is what an endpoint says to who was let in: a public one that one signs in
    from there, one of the provider's what it lacks.
    """
    return got == SAYS.get(endpoint) or (cell is Cell.YES and got == SIGN_IN)


def _body(world: World, asker: Asker, endpoint: str) -> dict[str, Any]:
    if endpoint == "home.capacity" and asker.role not in {NOBODY, Role.PROGRAM}:
        return {"capacity": world.capacity_of(asker.role)}
    return WRONG.get(endpoint, {})


def _said(asker: Asker, line: Line) -> str:
    return f"{asker.role} {line.endpoint}"


def _rows(world: World) -> dict[str, int]:
    with world.town.session() as session:
        return {
            name: session.scalar(select(func.count()).select_from(table)) or 0
            for name, table in Base.metadata.tables.items()
            if name not in MOVES
        }


def _last_event(world: World) -> Counter[int]:
    with world.town.session() as session:
        last = select(Event.isp_id, func.max(Event.seq)).group_by(Event.isp_id)
        return Counter(dict(session.execute(last).all()))


def _kinds_since(world: World, last: Counter[int]) -> set[str]:
    with world.town.session() as session:
        return {one.kind for one in session.scalars(select(Event)) if one.seq > last[one.isp_id]}
