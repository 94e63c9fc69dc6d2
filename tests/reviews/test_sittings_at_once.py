"""Two officers at once: one draw over the same returns, one decision for each of them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from portal.db import begin_write, sessions
from portal.errors import Refusal
from portal.returns.filing import recall
from portal.returns.model import Decision
from portal.reviews.model import NilDraw
from portal.reviews.nil_draws import Sitting, accept_others, draw, drawn_from
from portal.reviews.nil_flags import nils
from portal.reviews.refusals import NothingToAccept, NothingToDraw
from portal.trail import verify
from tests.reviews.build import OCTOBER, REVIEWED_AT
from tests.reviews.quiet import Country, a_quiet_country


def at_once(engine: Engine, *acts: Callable[[Session], Any]) -> list[Any]:
    """The answers or refusals of people who act at the same time, each in a transaction."""

    def one(act: Callable[[Session], Any]) -> Any:
        with sessions(engine)() as session:
            begin_write(session)
            try:
                answer = act(session)
            except Refusal as refusal:
                return refusal
            session.commit()
            return answer

    with ThreadPoolExecutor(len(acts)) as people:
        return list(people.map(one, acts))


def drawn(session: Session) -> tuple[Country, str]:
    """Four returns, one of them drawn and judged; gives the receipt of another one."""
    country = a_quiet_country(session, 4)
    draw(session, OCTOBER, seed="7", by=country.reviewer, at=REVIEWED_AT)
    rows = drawn_from(session, OCTOBER, 1)
    [by_hand] = [row.receipt for row in rows if row.by_hand]
    for nil in nils(session, OCTOBER, REVIEWED_AT):
        if nil.filing.receipt == by_hand:
            country.judges(nil.filing)
    session.commit()
    return country, next(row.receipt for row in rows if not row.by_hand)


def test_of_three_officers_who_draw_at_once_one_draws(session: Session, engine: Engine) -> None:
    country = a_quiet_country(session, 3)
    session.commit()

    def draws(own: Session) -> Any:
        return draw(own, OCTOBER, by=country.reviewer, at=REVIEWED_AT).no

    answers = at_once(engine, draws, draws, draws)
    assert [one for one in answers if not isinstance(one, Refusal)] == [1]
    assert sum(isinstance(one, NothingToDraw) for one in answers) == 2
    assert session.scalar(select(func.count()).select_from(NilDraw)) == 1


def test_of_two_sittings_at_once_one_accepts(session: Session, engine: Engine) -> None:
    country, _ = drawn(session)

    def sits(own: Session) -> Any:
        return accept_others(own, OCTOBER, 1, by=country.reviewer, at=REVIEWED_AT)

    answers = at_once(engine, sits, sits)
    [sitting] = [one for one in answers if isinstance(one, Sitting)]
    assert len(sitting.accepted) == 3
    assert sum(isinstance(one, NothingToAccept) for one in answers) == 1
    assert session.scalar(select(func.count()).select_from(Decision)) == 4
    assert verify(session) == []


def test_a_recall_during_a_sitting_comes_before_or_after_it(
    session: Session, engine: Engine
) -> None:
    country, receipt = drawn(session)
    isp_id = int(receipt.split("-")[3])
    [approver] = [who[2] for who in country.people.values() if who[0].id == isp_id]

    def sits(own: Session) -> Any:
        return accept_others(own, OCTOBER, 1, by=country.reviewer, at=REVIEWED_AT)

    def takes_back(own: Session) -> Any:
        return recall(own, isp_id, OCTOBER, 1, by=approver, at=REVIEWED_AT)

    sitting, taken_back = at_once(engine, sits, takes_back)
    refused = isinstance(taken_back, Refusal)
    assert (receipt in sitting.accepted) is refused
    assert len(sitting.accepted) == (3 if refused else 2)
    assert verify(session) == []
