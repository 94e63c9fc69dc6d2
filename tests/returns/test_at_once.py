"""Two officers of one ISP at once: one preparation after the other, one filing, one receipt."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from portal.db import begin_write, sessions
from portal.errors import Refusal
from portal.returns.actions import file, prepare, recall
from portal.returns.model import Filing, Preparation
from portal.trail import verify
from tests.reviews.build import FILED_AT, OCTOBER, QUIET, Office, an_office

Act = Callable[[Session, Office], Filing | Preparation | object]


def at_once(engine: Engine, office: Office, acts: list[Act]) -> list[str]:
    """What came of acts at the same time, each in its own transaction: a name or a refusal."""

    def one(act: Act) -> str:
        with sessions(engine)() as own:
            begin_write(own)
            try:
                made = act(own, office)
            except Refusal as no:
                return no.code
            said = made.receipt if isinstance(made, Filing) else type(made).__name__
            own.commit()
            return said

    with ThreadPoolExecutor(len(acts)) as officers:
        return list(officers.map(one, acts))


def files(session: Session, office: Office) -> Filing:
    return file(session, office.isp.id, OCTOBER, 1, by=office.approver, at=FILED_AT)


def prepares(session: Session, office: Office) -> Preparation:
    isp = office.isp.id
    return prepare(session, isp, OCTOBER, nils=QUIET, by=office.preparer, at=FILED_AT)


def recalls(session: Session, office: Office) -> object:
    return recall(session, office.isp.id, OCTOBER, 1, by=office.approver, at=FILED_AT)


def count(session: Session, table: type[Filing | Preparation]) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_case_21_four_who_file_at_once_file_once_and_get_one_receipt(
    session: Session, engine: Engine
) -> None:
    office = an_office(session)
    prepares(session, office)
    session.commit()
    receipts = at_once(engine, office, [files] * 4)
    assert len(set(receipts)) == 1
    assert receipts[0].startswith("R-2026-10-")
    assert count(session, Filing) == 1
    assert verify(session) == []


def test_case_21_preparing_at_once_keeps_a_number_for_each_and_the_newest_is_filed(
    session: Session, engine: Engine
) -> None:
    office = an_office(session)
    session.commit()
    assert at_once(engine, office, [prepares] * 3) == ["Preparation"] * 3
    assert session.scalars(select(Preparation.no).order_by(Preparation.no)).all() == [1, 2, 3]
    assert at_once(engine, office, [files, files]) == ["newer-preparation"] * 2
    assert count(session, Filing) == 0


def test_case_21_recalling_at_once_recalls_once(session: Session, engine: Engine) -> None:
    office = an_office(session)
    prepares(session, office)
    files(session, office)
    session.commit()
    assert sorted(at_once(engine, office, [recalls] * 3)) == ["Recall", "not-there", "not-there"]
    assert verify(session) == []
