"""Many entries at once, or many events: all of them or none, and every fault by its place."""

from __future__ import annotations

from typing import Any, Final

from werkzeug.wrappers import Response

from portal.accounts import Permission
from portal.entries.inputs import Input
from portal.registers.actions import Admission, admit
from portal.registers.register import Register
from portal.web.api.answers import done, once
from portal.web.api.checking import given, tried
from portal.web.api.door import bp, writable
from portal.web.api.entries import warnings_of
from portal.web.api.problems import MOST, Fault, NotTaken, pointing
from portal.web.api.reading import read_object, rows_of
from portal.web.api.shapes import BatchOut
from portal.web.api.tree import described
from portal.web.gate import allow, me, my_isp
from portal.web.session import now, session

MOST_ENTRIES: Final = 1000
MOST_BYTES: Final = 2 * 1024 * 1024
_PLACE: Final = "/entries/{row}"


@bp.post("/registers/<slug:slug>/batches")
@allow(Permission.ENTRY_WRITE, max_bytes=MOST_BYTES)
@described("Entries", out=BatchOut, status=201)
def record_batch(slug: str) -> Response:
    """Record up to 1,000 entries as one act, all or none; sending them again changes nothing."""
    register = writable(slug)
    return once(lambda: _record(register))


def _record(register: Register) -> Response:
    body = read_object()
    pointing(register.input, _PLACE)
    values = _values(register, rows_of(body, "entries", MOST_ENTRIES))
    admission = admit(session(), my_isp().id, register, values, by=me(), at=now())
    return done(_told(register, admission), 201, {})


def _values(register: Register, rows: list[Any]) -> list[Input]:
    context, faults = given(), list[Fault]()
    values: list[Input] = []
    for place, row in enumerate(rows):
        value, wrong = tried(register.input, row, context, _PLACE.format(row=place))
        faults += wrong
        if value is not None:
            values.append(value)
        if len(faults) >= MOST:
            break
    if faults:
        raise NotTaken("invalid", faults)
    return values


def _told(register: Register, admission: Admission) -> dict[str, Any]:
    rows = [
        {"key": key, "name": register.name(key), "same": key in admission.same}
        for key in admission.keys
    ]
    same = sum(key in admission.same for key in admission.keys)
    told = {"recorded": len(rows) - same, "same": same, "entries": rows}
    return told | {"warnings": warnings_of(admission)}
