"""Both engines start empty for every test, and hold what production holds."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, delete, func, inspect, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.db import Base
from portal.ledger import GENESIS, Ledger
from portal.trail import Event

AN_EVENT = Event(
    isp_id=7,
    seq=1,
    kind="tried",
    at=datetime(2026, 10, 1, tzinfo=UTC),
    person_id=1,
    person_name="Sok",
    role="x",
    organisation_id=1,
    subject="",
    facts="{}",
    previous=GENESIS,
    digest=GENESIS,
)


@pytest.mark.parametrize("turn", ["first", "second"])
def test_a_test_never_sees_the_rows_of_another(session: Session, turn: str) -> None:
    found = session.scalar(select(func.count()).select_from(Ledger))
    session.add(Ledger(isp_id=7, head=turn.encode().ljust(32)))
    session.commit()

    assert found == 0


def test_every_table_of_the_models_is_there(engine: Engine) -> None:
    assert set(inspect(engine).get_table_names()) == set(Base.metadata.tables)


def test_an_append_only_table_forgets_nothing(session: Session) -> None:
    session.merge(AN_EVENT)
    session.commit()

    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(delete(Event))
