"""Standing answers are given once, carried forward, and confirmed all at once."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from portal.accounts import Actor, Organisation
from portal.entries.entry import line_digest
from portal.entries.refusals import ChangedMeanwhile, Unchanged
from portal.ledger import sequence
from portal.registers.declarations import Declaration
from portal.registers.declaring import declare, is_stale, reconfirm
from portal.registers.queries import declarations, declared_before
from portal.trail import verify
from tests.build import NOW, a_declaration, an_isp


def test_an_answer_stands_until_the_next_one(
    session: Session, isp: Organisation, by: Actor
) -> None:
    assert declare(session, isp.id, a_declaration(session), expects=0, by=by, at=NOW) == 1
    no = a_declaration(session, answer="NO", since_on="2026-10-20")
    assert declare(session, isp.id, no, expects=1, by=by, at=NOW) == 2

    second, first = declared_before(session, isp.id, "SP5-13")
    assert (first.closed_seq, second.closed_seq) == (second.admitted_seq, None)
    assert second.digest == line_digest(Declaration, second.__dict__)
    assert declarations(session, isp.id) == {"SP5-13": second}
    assert verify(session) == []


def test_the_same_answer_again_and_the_loser_of_a_race_are_refused(
    session: Session, isp: Organisation, by: Actor
) -> None:
    declare(session, isp.id, a_declaration(session), by=by, at=NOW)
    with pytest.raises(Unchanged):
        declare(session, isp.id, a_declaration(session), by=by, at=NOW)
    with pytest.raises(ChangedMeanwhile):
        declare(session, isp.id, a_declaration(session, answer="NO"), expects=0, by=by, at=NOW)


def test_all_answers_are_confirmed_as_one_act(
    session: Session, isp: Organisation, by: Actor
) -> None:
    """chairs A2."""
    contact = a_declaration(session, obligation="SP5-01", deputies=1)
    for value in (a_declaration(session), contact, a_declaration(session, obligation="SP5-14")):
        declare(session, isp.id, value, by=by, at=NOW)
    other = an_isp(session, "other-net")
    declare(session, other.id, a_declaration(session), by=by, at=NOW)
    before = sequence(session, isp.id)

    assert reconfirm(session, isp.id, by=by, at=NOW) == 3
    assert sequence(session, isp.id) == before + 1
    found = declarations(session, isp.id)
    assert {d.checked_on for d in found.values()} == {date(2026, 11, 5)}
    assert (found["SP5-01"].deputies, found["SP5-01"].since_on) == (1, date(2026, 1, 1))
    assert declarations(session, other.id)["SP5-13"].version == 1
    assert reconfirm(session, isp.id, by=by, at=NOW) == 0
    assert verify(session) == []


def test_an_answer_grows_stale_after_a_year(session: Session, isp: Organisation, by: Actor) -> None:
    """chairs A2."""
    declare(session, isp.id, a_declaration(session), by=by, at=NOW)
    answer = declarations(session, isp.id)["SP5-13"]

    assert not is_stale(answer, 12, date(2027, 10, 29))
    assert is_stale(answer, 12, date(2027, 10, 30))
