"""What happened to takedown items: read an item's steps, add one, or many of several items."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, NamedTuple

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.accounts import Permission
from portal.entries.entry import plain
from portal.errors import NotThere, Refusal
from portal.registers.codes import Progress
from portal.registers.inputs_progress import PROGRESS_INPUTS, ProgressIn
from portal.registers.progress import progress
from portal.registers.queries import Entry, entry
from portal.registers.register import REGISTERS
from portal.registers.states import State, states
from portal.web.api.answers import done, must_match, once, told
from portal.web.api.batches import MOST_BYTES
from portal.web.api.checking import given, tried
from portal.web.api.door import bp
from portal.web.api.problems import Fault, NotTaken, faults_of, pointing
from portal.web.api.reading import read_object, rows_of
from portal.web.api.shapes import EventOut, Out, event_told
from portal.web.api.tree import described
from portal.web.gate import allow, me, my_isp
from portal.web.session import now, session
from portal.web.words import sentence

TAKEDOWNS: Final = REGISTERS["takedowns"]
MOST_EVENTS: Final = 200
_KINDS: Final = frozenset(PROGRESS_INPUTS)


class EventsOut(Out):
    """An item's steps, the oldest first, and where it stands at this moment."""

    key: int
    last_no: int
    state: State
    due_at: datetime | None
    events: list[EventOut]


class StepOut(Out):
    """The number that a step got at its item."""

    key: int
    no: int


class StepsOut(Out):
    """The steps of a batch, each in its place."""

    events: list[StepOut]


class Asked(NamedTuple):
    """A step to be added."""

    kind: Progress
    value: ProgressIn


@bp.get("/registers/takedowns/entries/<int:key>/events")
@allow(Permission.ENTRY_READ)
@described("Events", out=EventsOut)
def events(key: int) -> Response:
    """The steps of an item and its state."""
    return told(_steps(entry(session(), my_isp().id, TAKEDOWNS, key)))


@bp.post("/registers/takedowns/entries/<int:key>/events")
@allow(Permission.TAKEDOWN_WRITE)
@described("Events", out=StepOut, status=201)
def add_event(key: int) -> Response:
    """Add a step to an item; with If-Match only if nothing was added since it was read."""
    return once(lambda: _add(key))


@bp.post("/registers/takedowns/events")
@allow(Permission.TAKEDOWN_WRITE, max_bytes=MOST_BYTES)
@described("Events", out=StepsOut, status=201)
def add_events() -> Response:
    """Add up to 200 steps of several items, all or none, in the order in which they are sent."""
    return once(_add_several)


def _steps(found: Entry) -> dict[str, Any]:
    stands = states(session(), my_isp().id, [found.now], now())[found.now.key]
    return {
        "key": found.now.key,
        "last_no": found.last_no,
        "state": stands.state.value,
        "due_at": plain(stands.due_at),
        "events": [event_told(event) for event in found.events],
    }


def _add(key: int) -> Response:
    found = entry(session(), my_isp().id, TAKEDOWNS, key)
    if request.if_match:
        must_match(told(_steps(found)))
    asked, faults = _asked(read_object(), given(), "")
    if asked is None:
        raise NotTaken("invalid", faults)
    pointing(type(asked.value))
    no = _write(found, asked)
    return done({"key": key, "no": no}, 201, {"Location": url_for("api.events", key=key)})


def _add_several() -> Response:
    rows, context = rows_of(read_object(), "events", MOST_EVENTS), given()
    read = [_row(row, context, f"/events/{place}") for place, row in enumerate(rows)]
    faults = [fault for _key, _asked, wrong in read for fault in wrong]
    if faults:
        raise NotTaken("invalid", faults)
    added: list[dict[str, int]] = []
    for place, (key, asked, _wrong) in enumerate(read):
        if asked is None:
            continue
        pointing(type(asked.value), f"/events/{place}")
        try:
            found = entry(session(), my_isp().id, TAKEDOWNS, key)
            added.append({"key": key, "no": _write(found, asked)})
        except NotThere:
            said = sentence("no-such-entry", label="key")
            faults.append(Fault("no-such-entry", said, f"/events/{place}/key"))
        except Refusal as refusal:
            faults += faults_of(refusal)
    if faults:
        raise NotTaken("refused", faults)
    return done({"events": added}, 201, {})


def _row(row: Any, context: Any, place: str) -> tuple[int, Asked | None, list[Fault]]:
    key = row.get("key") if isinstance(row, dict) else None
    if type(key) is not int or not 0 < key < 2**31:
        label = sentence("int_type", label="key")
        return 0, None, [Fault("int_type", label, f"{place}/key")]
    rest = {name: value for name, value in row.items() if name != "key"}
    return key, *_asked(rest, context, place)


def _asked(body: dict[str, Any], context: Any, place: str) -> tuple[Asked | None, list[Fault]]:
    named = body.get("kind")
    if not isinstance(named, str) or named not in _KINDS:
        return None, [Fault("enum", sentence("enum", label="kind"), f"{place}/kind")]
    kind = Progress(named)
    rest = {name: value for name, value in body.items() if name != "kind"}
    value, faults = tried(PROGRESS_INPUTS[kind], rest, context, place)
    return (None if value is None else Asked(kind, value)), faults


def _write(found: Entry, asked: Asked) -> int:
    by, at = me(), now()
    return progress(
        session(), found.now.isp_id, found.now.key, asked.kind, asked.value,
        expects_no=found.last_no, by=by, at=at,
    )  # fmt: skip
