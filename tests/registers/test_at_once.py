"""Two officers at once: one entry, one version, one chain that holds."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from portal.accounts import Actor, Organisation
from portal.db import begin_write, sessions
from portal.entries.codes import CorrectionReason
from portal.entries.refusals import ChangedMeanwhile
from portal.registers import REGISTERS
from portal.registers.actions import admit, correct
from portal.registers.codes import ListMode
from portal.registers.lists.model import ListStanding
from portal.registers.lists.refusals import UpstreamCircle
from portal.registers.lists.standing import say
from portal.registers.takedowns import Takedown
from portal.trail import verify
from tests.build import NOW, a_takedown, an_isp, an_officer

TAKEDOWNS = REGISTERS["takedowns"]


def at_once(engine: Engine, count: int, act: Callable[[Session, int], Any]) -> list[Any]:
    """The answers of several people who act at the same time, each in their own transaction."""

    def one(number: int) -> Any:
        with sessions(engine)() as session:
            begin_write(session)
            try:
                answer = act(session, number)
            except (ChangedMeanwhile, UpstreamCircle) as refusal:
                return refusal
            session.commit()
            return answer

    with ThreadPoolExecutor(count) as people:
        return list(people.map(one, range(count)))


def test_of_two_that_name_each_other_upstream_one_is_refused(
    session: Session, engine: Engine, by: Actor
) -> None:
    other = an_officer(session, an_isp(session, "other-net"))
    session.commit()
    pair = (by, other)

    def name(own: Session, number: int) -> Any:
        low, up = pair[number], pair[1 - number]
        say(
            own, low.organisation_id, ["INTERPOL_IWOL"], ListMode.UPSTREAM, by=low, at=NOW,
            from_on=date(2026, 10, 1), upstream_id=up.organisation_id,
        )  # fmt: skip

    answers = at_once(engine, 2, name)
    assert [type(answer) for answer in answers if answer] == [UpstreamCircle]
    assert session.scalar(select(func.count()).select_from(ListStanding)) == 1
    assert verify(session) == []


def test_the_same_ticket_sent_by_four_is_one_entry(
    session: Session, engine: Engine, isp: Organisation, by: Actor
) -> None:
    row = a_takedown(session, own_ref="T-1")
    session.commit()
    isp_id = isp.id

    def send(own: Session, _number: int) -> Any:
        return admit(own, isp_id, TAKEDOWNS, [row], by=by, at=NOW)

    admissions = at_once(engine, 4, send)
    assert len({admission.keys for admission in admissions}) == 1
    assert sorted(len(admission.same) for admission in admissions) == [0, 1, 1, 1]
    assert session.scalar(select(func.count()).select_from(Takedown)) == 1
    assert verify(session) == []


def test_of_four_corrections_one_stands(
    session: Session, engine: Engine, isp: Organisation, by: Actor
) -> None:
    [key] = admit(session, isp.id, TAKEDOWNS, [a_takedown(session)], by=by, at=NOW).keys
    values = [a_takedown(session, item_no=number + 2) for number in range(4)]
    session.commit()
    isp_id = isp.id

    def mend(own: Session, number: int) -> Any:
        reason, value = CorrectionReason.TYPING_ERROR, values[number]
        return correct(
            own, isp_id, TAKEDOWNS, key, expects=1, value=value, reason=reason, by=by, at=NOW
        )

    answers = at_once(engine, 4, mend)
    assert sum(answer == 2 for answer in answers) == 1
    assert sum(isinstance(answer, ChangedMeanwhile) for answer in answers) == 3
    assert verify(session) == []


def test_batches_of_four_get_keys_and_numbers_of_their_own(
    session: Session, engine: Engine, isp: Organisation, by: Actor
) -> None:
    rows = [[a_takedown(session, item_no=10 * n + k + 1) for k in range(10)] for n in range(4)]
    session.commit()
    isp_id = isp.id

    def send(own: Session, number: int) -> Any:
        return admit(own, isp_id, TAKEDOWNS, rows[number], by=by, at=NOW)

    admissions = at_once(engine, 4, send)
    assert len({key for admission in admissions for key in admission.keys}) == 40
    assert len({admission.seq for admission in admissions}) == 4
    assert verify(session) == []
