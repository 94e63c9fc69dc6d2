"""The registers' entries: read them, record one, correct it, declare it void."""

from __future__ import annotations

from typing import Any

from flask import url_for
from pydantic import BaseModel, Field
from werkzeug.wrappers import Response

from portal.accounts import Permission
from portal.entries.codes import CorrectionReason
from portal.registers.actions import VOIDING, Admission, admit, correct, void
from portal.registers.queries import entries, entry, place_of
from portal.registers.register import Register, register_named
from portal.web.api.answers import done, must_match, once, told
from portal.web.api.checking import checked
from portal.web.api.door import bp, writable
from portal.web.api.problems import Fault, NotTaken, fault, pointing
from portal.web.api.reading import read_object
from portal.web.api.shapes import RecordedOut, VersionOut, entry_told
from portal.web.api.slices import EntriesAsked, entries_asked, next_address
from portal.web.api.tree import described
from portal.web.entry_forms import reasons
from portal.web.gate import allow, me, my_isp
from portal.web.session import now, session, zone
from portal.web.words import sentence


class Correcting(BaseModel):
    """The next version of an entry, whole, and why."""

    reason: CorrectionReason = Field(title="Why the entry is corrected")
    entry: dict[str, Any] = Field(title="The entry as it should stand")


class Voiding(BaseModel):
    """Why an entry should never have been recorded."""

    reason: CorrectionReason = Field(title="Why")


@bp.get("/registers/<slug:slug>/entries")
@allow(Permission.ENTRY_READ)
@described("Entries", query=EntriesAsked)
def index(slug: str) -> Response:
    """A stretch of a register, the newest first."""
    register, isp = register_named(slug), my_isp()
    asked = entries_asked(register)
    rows = entries(
        session(), isp.id, register, asked.wanted,
        zone=zone(), before=asked.before, limit=asked.limit,
    )  # fmt: skip
    more = place_of(register, rows[asked.limit - 1]) if len(rows) > asked.limit else None
    shown = [entry_told(register, row) for row in rows[: asked.limit]]
    return told({"entries": shown, "next": next_address(more)})


@bp.post("/registers/<slug:slug>/entries")
@allow(Permission.ENTRY_WRITE)
@described("Entries", out=RecordedOut, status=201)
def record(slug: str) -> Response:
    """Record an entry; one with a ticket number of yours that was recorded as it is stays (200)."""
    register = writable(slug)
    return once(lambda: _record(register))


@bp.get("/registers/<slug:slug>/entries/<int:key>")
@allow(Permission.ENTRY_READ)
@described("Entries")
def show(slug: str, key: int) -> Response:
    """One entry as it stands, with the ETag that a correction names."""
    register = register_named(slug)
    return told(entry_told(register, entry(session(), my_isp().id, register, key).now))


@bp.post("/registers/<slug:slug>/entries/<int:key>/versions")
@allow(Permission.ENTRY_WRITE)
@described("Entries", out=VersionOut, status=201)
def add_version(slug: str, key: int) -> Response:
    """Write an entry's next version, with a reason; the one before stays readable."""
    register = writable(slug)
    return once(lambda: _correct(register, key))


@bp.post("/registers/<slug:slug>/entries/<int:key>/voidings")
@allow(Permission.ENTRY_WRITE)
@described("Entries", json=Voiding, out=VersionOut, status=201)
def add_voiding(slug: str, key: int) -> Response:
    """Declare an entry void: it counts nowhere any more and stays readable."""
    register = writable(slug)
    return once(lambda: _void(register, key))


def warnings_of(admission: Admission) -> list[dict[str, Any]]:
    """What deserves a second look, where in the body."""
    return [
        fault(problem.field, problem.code, {**problem.params, "row": index + 1}).told()
        for index, problem in admission.warnings
    ]


def _record(register: Register) -> Response:
    pointing(register.input)
    value = checked(register.input, read_object())
    admission = admit(session(), my_isp().id, register, [value], by=me(), at=now())
    [key] = admission.keys
    same = key in admission.same
    body = {"key": key, "name": register.name(key), "same": same}
    body |= {"warnings": warnings_of(admission)}
    return done(body, 200 if same else 201, _headers(register, key))


def _correct(register: Register, key: int) -> Response:
    found = _seen(register, key)
    asked = checked(Correcting, read_object())
    if asked.reason not in reasons(register):
        raise _not_a_reason()
    pointing(register.input, "/entry")
    value = checked(register.input, asked.entry, "/entry")
    version = correct(
        session(), my_isp().id, register, key,
        expects=found.version, value=value, reason=asked.reason, by=me(), at=now(),
    )  # fmt: skip
    return _done(register, key, version)


def _void(register: Register, key: int) -> Response:
    found = _seen(register, key)
    asked = checked(Voiding, read_object())
    if asked.reason not in VOIDING:
        raise _not_a_reason()
    pointing(Voiding)
    version = void(
        session(), my_isp().id, register, key,
        expects=found.version, reason=asked.reason, by=me(), at=now(),
    )  # fmt: skip
    return _done(register, key, version)


def _seen(register: Register, key: int) -> Any:
    """The entry's version in force, if it is the one that the program saw."""
    found = entry(session(), my_isp().id, register, key).now
    must_match(told(entry_told(register, found)))
    return found


def _not_a_reason() -> NotTaken:
    code = "not-a-reason-for-this"
    return NotTaken("invalid", [Fault(code, sentence(code), "/reason")])


def _done(register: Register, key: int, version: int) -> Response:
    body = {"key": key, "name": register.name(key), "version": version}
    return done(body, 201, _headers(register, key))


def _headers(register: Register, key: int) -> dict[str, str]:
    """Where the entry is, and by which ETag it is known now."""
    row = entry(session(), my_isp().id, register, key).now
    etag = told(entry_told(register, row)).headers["ETag"]
    address = url_for("api.show", slug=register.slug, key=key)
    return {"Location": address, "ETag": etag}
