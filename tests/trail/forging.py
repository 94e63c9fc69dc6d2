"""What somebody could do who holds the database itself: put the guards aside, then write."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from portal.db import begin_write
from portal.ledger import GENESIS, Ledger
from portal.trail import Checkpoint, Event, Leaf, link

GROWING = ("event", "checkpoint", "checkpoint_leaf")


def unguard(session: Session) -> None:
    """Open a transaction in which the append-only tables can be written."""
    session.rollback()
    begin_write(session)
    if session.get_bind().dialect.name == "sqlite":
        # The schema is this process's own: its guards come back with the end of the test.
        for table in GROWING:
            session.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_update"))
            session.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_delete"))
        return
    session.execute(text("SET LOCAL session_replication_role = replica"))


def forge(session: Session, statement: str) -> None:
    """Run a statement that the guards would refuse."""
    unguard(session)
    session.execute(text(statement))
    session.expire_all()


def rebuild(session: Session, isp_id: int, seq: int, **said: Any) -> None:
    """Rewrite an event and link the whole chain anew, up to its ledger: a perfect forgery."""
    unguard(session)
    head = GENESIS
    for event in session.scalars(select(Event).where(Event.isp_id == isp_id).order_by(Event.seq)):
        for name, value in said.items() if event.seq == seq else ():
            setattr(event, name, value)
        event.previous = head
        event.digest = head = link(event)
    session.execute(update(Ledger).where(Ledger.isp_id == isp_id).values(head=head))
    session.commit()
    session.expire_all()


def cut_off(session: Session, isp_id: int, after: int) -> None:
    """Remove the newest events of a chain, and say so nowhere."""
    unguard(session)
    newer = (Event.isp_id == isp_id) & (Event.seq > after)
    session.execute(delete(Event).where(newer))
    head = session.scalars(select(Event.digest).filter_by(isp_id=isp_id, seq=after)).one()
    session.execute(update(Ledger).where(Ledger.isp_id == isp_id).values(seq=after, head=head))
    session.commit()
    session.expire_all()


def forget_checkpoints(session: Session, *, after: int = 0) -> None:
    """Remove the checkpoints beyond a size, and their leaves."""
    unguard(session)
    session.execute(delete(Leaf).where(Leaf.no >= after))
    session.execute(delete(Checkpoint).where(Checkpoint.size > after))
    session.commit()
    session.expire_all()
