"""The trail grows only, and says where it was touched."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.accounts.actions import THE_SYSTEM, begin
from portal.db import begin_write, sessions
from portal.ledger import SYSTEM, open_ledger, sequence, take
from portal.trail import Break, append, events_of, verify
from tests.trail.forging import forge

AT = datetime(2026, 11, 5, 3, 0, tzinfo=UTC)


@pytest.fixture
def chain(session: Session) -> Session:
    """The system's chain with three events, and an empty chain of ISP 7."""
    begin_write(session)
    begin(session)
    open_ledger(session, 7)
    for word in ("one", "two", "three"):
        append(session, take(session, SYSTEM), "test", by=THE_SYSTEM, at=AT, subject=word)
    session.commit()
    return session


def test_every_act_has_the_next_number_and_the_chain_holds(chain: Session) -> None:
    assert [event.seq for event in events_of(chain, SYSTEM, before=None, limit=9)] == [3, 2, 1]
    assert sequence(chain, SYSTEM) == 3
    assert verify(chain) == []


def test_pages_of_a_chain_begin_after_the_last_number_seen(chain: Session) -> None:
    assert [event.seq for event in events_of(chain, SYSTEM, before=3, limit=1)] == [2]


@pytest.mark.parametrize("statement", ["UPDATE event SET subject = 'else'", "DELETE FROM event"])
def test_the_database_refuses_to_rewrite_it(chain: Session, statement: str) -> None:
    begin_write(chain)

    with pytest.raises(DBAPIError, match="append-only"):
        chain.execute(text(statement))
    chain.rollback()

    assert verify(chain) == []


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE event SET subject = 'else' WHERE seq = 2", Break(SYSTEM, 2, "changed")),
        ("UPDATE event SET at = at WHERE seq = 2", None),
        ("DELETE FROM event WHERE seq = 2", Break(SYSTEM, 2, "missing")),
        ("DELETE FROM event WHERE seq = 3", Break(SYSTEM, 3, "head")),
        ("UPDATE event SET person_name = 'Somebody' WHERE seq = 1", Break(SYSTEM, 1, "changed")),
    ],
)
def test_a_forged_chain_names_its_first_broken_link(
    chain: Session, statement: str, found: Break | None
) -> None:
    forge(chain, statement)

    assert verify(chain) == ([found] if found else [])
    chain.rollback()


def test_two_sessions_never_get_the_same_number(chain: Session, engine: Engine) -> None:
    maker = sessions(engine)
    for _ in range(3):
        with maker() as other:
            begin_write(other)
            append(other, take(other, 7), "test", by=THE_SYSTEM, at=AT)
            other.commit()
    with maker() as undone:
        begin_write(undone)
        append(undone, take(undone, 7), "test", by=THE_SYSTEM, at=AT)
        undone.rollback()

    assert sequence(chain, 7) == 3
    assert verify(chain) == []
