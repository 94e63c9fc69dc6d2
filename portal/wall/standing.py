"""Where a transaction stands: one of a few positions, for one organisation."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, event
from sqlalchemy.orm import Session, SessionTransaction, sessionmaker

SETTING: Final = "app.organisation"
_TAKE: Final = f"SELECT set_config('role', %s, true), set_config('{SETTING}', %s, true)"
_STANDS, _BEGUN = "stands", "begun"


class Position(enum.StrEnum):
    """What a transaction may see; the value is the name of its role in the database."""

    DOOR = "portal_door"
    """Nobody is known yet, or somebody who may see nothing: accounts, policy, names."""
    ISP = "portal_isp"
    """Somebody of one ISP: its rows, and what others let it see."""
    NOTIFIER = "portal_notifier"
    """Who sends notices and holds sessions: those, and to whom they went."""
    AUDITOR = "portal_auditor"
    """Auditors: the ISPs of their organisation's engagements, no change but that it was read."""
    READER = "portal_reader"
    """Observers: every row, and no change but that it was read."""
    SAFEGUARDING = "portal_safeguarding"
    """The safeguarding officer: who said that they saw something, and nothing else (chairs C6)."""
    AUTHORITY = "portal_authority"
    """The authority: every row."""
    SYSTEM = "portal_system"
    """Commands and timers, which nobody reaches from outside: every row."""


class Step(enum.Enum):
    """The few acts that leave their position for a moment, each with the one it goes to and why no
    policy says it. Each is taken in one place.
    """

    UPSTREAM = Position.SYSTEM, "who names an upstream asks, under its lock, if it has one itself"
    ADOPTION = Position.SYSTEM, "who takes over a predecessor's people ends their roles there"
    SAYING = Position.SYSTEM, "what a notifier says of its items takes effect at the ISP"
    WITHDRAWAL = Position.SYSTEM, "an order taken back takes effect at every ISP it went to"
    SAMPLE = Position.AUTHORITY, "an auditor's sample stands in the chain of the ISP it is of"
    FINDING = Position.AUTHORITY, "what an auditor found of it stands there, too"
    DRAW = Position.READER, "an auditor draws a sample of quiet returns again, from all receipts"
    ROUND = Position.READER, "a notifier reads where its notice stands at each ISP"
    ITEMS = Position.READER, "a notifier reads what became of its notice's items at one ISP"
    ANSWERS = Position.READER, "a notifier reads who answered its order"
    CONFIRMED = Position.READER, "a trainer reads how many people its session was confirmed for"
    UNOWNED = Position.SYSTEM, "a sender withholds its own number, which the system's ledger counts"
    BEARER = Position.SYSTEM, "whose a key is, is asked before anybody is known; its day is kept"
    SEEN = Position.SAFEGUARDING, "who saw something says so; one officer alone reads who it was"
    KIN = Position.READER, "before a text is hidden it is asked whether others hold the same"
    EMPTIED = Position.SYSTEM, "a report that prints what was destroyed goes with it"
    HELD = Position.READER, "before a last copy goes it is asked whether a hold keeps it"
    LOOK_UP = Position.READER, "anybody may ask whether a certificate holds, by its number"
    PAST = Position.READER, "anybody may have the list of numbers that do not hold any more"
    WHOSE = Position.READER, "whose it is that somebody asked for and may not see, for the trail"
    LEAVES = Position.READER, "a proof that a checkpoint goes on another is made of digests alone"
    HEALTH = Position.READER, "whether the portal is ready, mail and jobs go on: counts alone"

    @property
    def position(self) -> Position:
        """The position it goes to."""
        found: Position = self.value[0]
        return found

    @property
    def reason(self) -> str:
        """Why."""
        found: str = self.value[1]
        return found


class _Stands(NamedTuple):
    position: Position
    organisation_id: int | None


def guard(maker: sessionmaker[Session]) -> None:
    """Let every transaction of the sessions that are made from here on stand somewhere; at the door
    until ``stand`` says otherwise. One round trip a transaction, on PostgreSQL alone.
    """
    maker.configure(info={_STANDS: _Stands(Position.DOOR, None)})
    event.listen(maker, "after_begin", _begin)


def stand(session: Session, position: Position, organisation_id: int | None = None) -> None:
    """Let a guarded session stand in a position from now on: its running transaction, and each it
    begins later.
    """
    session.info[_STANDS] = _Stands(position, organisation_id)
    begun: Connection | None = session.info.get(_BEGUN)
    if begun is not None and not begun.closed:
        _take(begun, session.info[_STANDS])


@contextmanager
def stepping(session: Session, step: Step) -> Iterator[None]:
    """Leave the position for one of the named steps, and go back to it."""
    stands: _Stands | None = session.info.get(_STANDS)
    if stands is None:
        # Not guarded: a test's own session, a tool of the owner's.
        yield
        return
    # What was written so far belongs to where one stood.
    session.flush()
    stand(session, step.position, stands.organisation_id)
    try:
        yield
        session.flush()
    finally:
        stand(session, *stands)


def _begin(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    if connection.dialect.name != "postgresql" or transaction.nested:
        return
    session.info[_BEGUN] = connection
    _take(connection, session.info[_STANDS])


def _take(connection: Connection, stands: _Stands) -> None:
    # Past the ORM: it is no question of the portal's, and who counts those need not count it.
    driver: Any = connection.connection.driver_connection
    if driver.info.transaction_status == TransactionStatus.INERROR:
        # Nothing but a rollback can follow, and the next transaction stands anew.
        return
    driver.execute(_TAKE, (str(stands.position), str(stands.organisation_id or "")))
