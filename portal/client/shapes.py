"""What the portal answers, as types; instants are texts in RFC 3339."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

Register = Literal["takedowns", "blocklists", "training", "roster", "complaints"]


class Fault(TypedDict):
    """One thing that is wrong: its code, a sentence, and where."""

    code: str
    detail: str
    params: dict[str, Any]
    pointer: NotRequired[str]
    parameter: NotRequired[str]


class Row(TypedDict):
    """What became of one row; ``same``: it had been recorded before as it is."""

    key: int
    name: str
    same: bool


class Recorded(Row):
    """What became of an entry, and what deserves a second look."""

    warnings: list[Fault]


class Batch(TypedDict):
    """What became of a batch, each row in its place."""

    recorded: int
    same: int
    entries: list[Row]
    warnings: list[Fault]


class Entry(TypedDict):
    """An entry as it stands; ``etag`` is what a correction of it names."""

    key: int
    name: str
    version: int
    void: bool
    duplicate_of: int | None
    recorded_at: str
    digest: str
    withheld: list[str]
    entry: dict[str, Any]
    etag: NotRequired[str]


class Version(TypedDict):
    """The version of an entry that stands now."""

    key: int
    name: str
    version: int


class Event(TypedDict):
    """A step of a takedown item."""

    no: int
    kind: str
    occurred_at: str
    recorded_at: str
    stands: bool
    withheld: list[str]
    event: dict[str, Any]


class Events(TypedDict):
    """An item's steps and its state at this moment."""

    key: int
    last_no: int
    state: str
    due_at: str | None
    events: list[Event]


class Notice(TypedDict):
    """A notice or an order; ``lacking`` and ``order`` where it was asked for alone."""

    key: int
    name: str
    sender: str
    brought_at: str
    withheld: list[str]
    notice: dict[str, Any]
    lacking: NotRequired[list[dict[str, int]]]
    order: NotRequired[dict[str, Any] | None]


class File(TypedDict):
    """A file of entries that was sent, and where it stands: WORKING, REPORT, RECORDED, DISCARDED.
    ``check`` says what recording it would do, ``recorded`` what was recorded.
    """

    file: str
    register: str
    stage: str
    sha256: str
    size: int
    until: str
    done: int | None
    fault: str | None
    check: dict[str, Any] | None
    recorded: dict[str, Any] | None


class Filing(TypedDict):
    """One frozen version of a month's return."""

    period: str
    version: int
    receipt: str
    kind: str
    reason: str | None
    filed_at: str
    due_at: str
    digest: str
    recalled: bool
    statement: str


class Certificate(TypedDict):
    """A certificate or statement of findings."""

    serial: int
    number: str
    kind: str
    period: str
    version: int
    issued_at: str
    revoked_at: str | None
    certificate: str
    report: str


class Key(TypedDict):
    """What a key is and reaches."""

    program: str
    isp: str
    key: str
    until_on: str
    sandbox: bool
    writes: list[str]
    reads: list[str]
