"""Where the texts are that a person may ask to withhold, and whose they are."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts import Actor, Permission, may
from portal.entries.kin import Found, Value, values_of
from portal.errors import NotThere
from portal.ledger import SYSTEM
from portal.notices.model import Notice, NoticeAct, NoticeIsp
from portal.notices.releases.model import ListRelease
from portal.registers.register import REGISTERS
from portal.registers.shared.model import SessionIsp, SharedSession
from portal.registers.takedowns import TakedownEvent
from portal.returns.hearing import FindingDraft, FindingReply
from portal.reviews.appeal import Appeal, Ruling
from portal.reviews.model import ReviewComment
from portal.rows import chunks

_MOST_DIGITS: Final = 9


@dataclass(frozen=True)
class Place:
    """A kind of thing with texts: its tables, and the columns that name one of them after its ISP.

    ``of_isp``: the ISP's own words. ``author`` is the column of the organisation whose words they
    are, where no ISP has them.
    """

    tables: tuple[Any, ...]
    named_by: tuple[str, ...]
    of_isp: bool = False
    author: str | None = None


class Target(NamedTuple):
    """One thing with texts: its place, the ISP it is of (0: of none), and its name there."""

    place: str
    owner_id: int
    name: tuple[str, ...]


_ENTRIES: Final = {
    slug: Place(
        (register.table, TakedownEvent) if slug == "takedowns" else (register.table,),
        ("key",),
        of_isp=True,
    )
    for slug, register in REGISTERS.items()
}
PLACES: Final[Mapping[str, Place]] = MappingProxyType(
    {
        **_ENTRIES,
        "notices": Place((Notice,), ("key",), author="notifier_id"),
        "notice-acts": Place((NoticeAct,), ("notice",)),
        "sessions": Place((SharedSession,), ("key",), author="trainer_id"),
        "releases": Place((ListRelease,), ("key",), author="publisher_id"),
        "comments": Place((ReviewComment,), ("period", "version", "no")),
        "drafts": Place((FindingDraft,), ("no",)),
        "replies": Place((FindingReply,), ("draft",), of_isp=True),
        "appeals": Place((Appeal,), ("no",), of_isp=True),
        "rulings": Place((Ruling,), ("appeal",)),
    }
)
# The tables whose rows an ISP may withhold by itself, with two of its people.
OF_ISPS: Final = frozenset(
    table.__tablename__ for place in PLACES.values() if place.of_isp for table in place.tables
)


_AUTHORS: Final = {
    table: place.author for place in PLACES.values() for table in place.tables if place.author
}


def is_officer(by: Actor) -> bool:
    """Whether somebody decides for everybody: an officer of the authority."""
    return may(by.role, Permission.REDACTION_CONFIRM) and may(by.role, Permission.ISP_READ)


def texts_of(session: Session, target: Target, *, by: Actor) -> dict[str, list[Value]]:
    """What stands there, by ``table.field``, every version of it; raises NotThere for a place or
    thing that is none, or that is not the asker's.
    """
    found: dict[str, list[Value]] = {}
    for row in _rows(session, target, by=by):
        for value in values_of(row):
            found.setdefault(f"{value.table.__tablename__}.{value.field}", []).append(value)
    return found


def are_by(session: Session, found: Collection[Found], by: Actor) -> bool:
    """Whether of these values those that no ISP has are all of somebody's own organisation."""
    for table, column in _AUTHORS.items():
        lines = [one.value.line for one in found if one.value.table is table]
        others = getattr(table, column) != by.organisation_id
        for some in chunks(lines):
            query = select(table.key).where(table.digest.in_(some), others).limit(1)
            if session.scalar(query) is not None:
                return False
    return True


def came_to(session: Session, found: Collection[Found], isp_id: int) -> bool:
    """Whether one of these values is somebody else's word to an ISP: the number of a notice sent to
    it, of a session held for it, or what a sender said later.
    """
    for table, sent, named in (
        (Notice, NoticeIsp, NoticeIsp.notice),
        (SharedSession, SessionIsp, SessionIsp.shared_session),
    ):
        keys = [one.key[0] for one in found if one.value.table is table]
        for some in chunks(keys):
            query = select(named).where(sent.isp_id == isp_id, named.in_(some)).limit(1)
            if session.scalar(query) is not None:
                return True
    mine = (one for one in found if one.owner_id == isp_id)
    return any(one.value.table.__tablename__ not in OF_ISPS for one in mine)


def _rows(session: Session, target: Target, *, by: Actor) -> Sequence[Any]:
    place = PLACES.get(target.place)
    if place is None or len(target.name) != len(place.named_by):
        raise NotThere("place")
    rows: list[Any] = []
    for table in place.tables:
        of_one_isp = [table.isp_id == target.owner_id] if hasattr(table, "isp_id") else []
        if not of_one_isp and target.owner_id != SYSTEM:
            raise NotThere("place")
        named = [
            getattr(table, column) == _as_key(column, part)
            for column, part in zip(place.named_by, target.name, strict=True)
        ]
        rows += session.scalars(select(table).where(*of_one_isp, *named)).all()
    if not rows or not (is_officer(by) or _is_own(place, rows[0], by)):
        raise NotThere("key")
    return rows


def _is_own(place: Place, row: Any, by: Actor) -> bool:
    if place.of_isp:
        return bool(row.isp_id == by.organisation_id)
    return place.author is not None and getattr(row, place.author) == by.organisation_id


def _as_key(column: str, part: str) -> str | int:
    if column == "period":
        return part
    if not (part.isascii() and part.isdigit() and len(part) <= _MOST_DIGITS):
        raise NotThere("key")
    return int(part)
