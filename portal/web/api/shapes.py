"""How things look to programs: an entry, an event, a notice; what each is said to hold."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, create_model

from portal.entries.entry import is_withheld, plain
from portal.registers.codes import Progress
from portal.registers.inputs_progress import PROGRESS_INPUTS
from portal.registers.register import Register
from portal.registers.takedowns import TakedownEvent
from portal.web.api.checking import kinds_of
from portal.web.api.tree import FaultOut

_TYPES: Mapping[str, Any] = {
    "string": str | None,
    "integer": int | None,
    "boolean": bool | None,
    "array": list[str] | None,
}


class Out(BaseModel):
    """Something that is answered; it holds what is said here and nothing else."""

    model_config = ConfigDict(extra="forbid")


class RecordedOut(Out):
    """What became of an entry: its number, and whether it had been recorded before as it is."""

    key: int
    name: str
    same: bool
    warnings: list[FaultOut]


class RowOut(Out):
    """One row of a batch, by its place."""

    key: int
    name: str
    same: bool


class BatchOut(Out):
    """What became of a batch, each row in its place; warnings point into what was sent."""

    recorded: int
    same: int
    entries: list[RowOut]
    warnings: list[FaultOut]


class VersionOut(Out):
    """The version of an entry that stands now."""

    key: int
    name: str
    version: int


def facts_of(model: type[BaseModel], row: Any) -> tuple[dict[str, Any], list[str]]:
    """What a row says, by the names of its input, as JSON; and which texts are withheld."""
    said: dict[str, Any] = {}
    withheld = []
    for name in model.model_fields:
        value = getattr(row, name, None)
        if is_withheld(value):
            withheld.append(name)
            value = None
        if name == "methods" and isinstance(value, str):
            value = value.split()
        said[name] = plain(value)
    return said, withheld


def entry_told(register: Register, row: Any) -> dict[str, Any]:
    """An entry as it stands."""
    said, withheld = facts_of(register.input, row)
    told = {
        "key": row.key,
        "name": register.name(row.key),
        "version": row.version,
        "void": row.void,
        "duplicate_of": getattr(row, "duplicate_of", None),
        "recorded_at": plain(row.recorded_at),
        "digest": row.digest.hex(),
        "withheld": withheld,
    }
    return told | {"entry": said}


def event_told(event: TakedownEvent) -> dict[str, Any]:
    """A step of an item; ``stands`` is false once another one took its place."""
    model = PROGRESS_INPUTS.get(event.kind)
    said, withheld = facts_of(model, event) if model is not None else ({}, [])
    said.pop("occurred_at", None)
    return {
        "no": event.no,
        "kind": event.kind.value,
        "occurred_at": plain(event.occurred_at),
        "recorded_at": plain(event.recorded_at),
        "stands": event.closed_seq is None and not event.retracted,
        "withheld": withheld,
        "event": said,
    }


class EventOut(Out):
    """A step of an item."""

    no: int
    kind: Progress
    occurred_at: datetime
    recorded_at: datetime
    stands: bool = Field(description="False once another step took its place.")
    withheld: list[str]
    event: dict[str, Any]


@cache
def entry_out(register: Register) -> type[BaseModel]:
    """What an entry of a register is said to look like."""
    return create_model(
        f"{_stem(register)}Out",
        __base__=Out,
        key=(int, ...),
        name=(str, ...),
        version=(int, ...),
        void=(bool, ...),
        duplicate_of=(int | None, ...),
        recorded_at=(datetime, ...),
        digest=(str, ...),
        withheld=(list[str], ...),
        entry=(fields_out(register.input, f"{_stem(register)}Fields"), ...),
    )


@cache
def entries_out(register: Register) -> type[BaseModel]:
    """What a stretch of a register is said to look like."""
    return create_model(
        f"{_stem(register)}ListOut",
        __base__=Out,
        entries=(list[entry_out(register)], ...),  # type: ignore[arg-type,misc]
        next=(str | None, Field(description="The address of the next stretch; null at the end.")),
    )


def fields_out(model: type[BaseModel], name: str) -> type[BaseModel]:
    """What an input's fields are said to look like in an answer: plain, and null where withheld."""
    fields: dict[str, Any] = {}
    for field, kinds in kinds_of(model).items():
        fields[field] = (_TYPES[next(kind for kind in kinds if kind != "null")], ...)
    return create_model(name, __base__=Out, **fields)


def _stem(register: Register) -> str:
    name: str = register.table.__name__
    return name
