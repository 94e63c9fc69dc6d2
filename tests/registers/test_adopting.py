"""People of a predecessor go on at its successor, with their training, and count once."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts import Actor, SuccessionKind
from portal.accounts.successions import Succeeding
from portal.errors import NotThere
from portal.ledger import sequence
from portal.period import Period
from portal.registers import REGISTERS
from portal.registers.actions import admit
from portal.registers.adopting import Adopted, adopt, adopted
from portal.registers.refusals import NobodyToAdopt, PseudonymTaken
from portal.registers.roster import RosterSpan
from portal.registers.successions import succeed
from portal.registers.training import Completion
from portal.returns.figures import Question, figures
from portal.trail import verify
from tests.build import NOW, a_completion, a_span
from tests.notices.street import Street

THE_17TH = date(2026, 10, 17)


@pytest.fixture
def street(session: Session) -> Street:
    """Mekong Net has a handler, trained on 6 October, and a newcomer; Tonle Net one handler."""
    street = Street.built(session)
    has(street, street.mekong, "roster", a_span(session))
    has(street, street.mekong, "training", a_completion(session))
    newcomer = {"staff_ref": "S-0500", "role_group": "MANAGEMENT", "handles_notices": False}
    for joined, name in (("2026-09-10", "S-0500"), ("2026-09-20", "S-0501")):
        days = {"joined_on": joined, "from_on": joined, "staff_ref": name}
        has(street, street.mekong, "roster", a_span(session, **{**newcomer, **days}))
    has(street, street.tonle, "roster", a_span(session))
    return street


def has(street: Street, isp: Actor, slug: str, value: Any) -> None:
    admit(street.session, isp.organisation_id, REGISTERS[slug], [value], by=isp, at=NOW)


def merges(street: Street) -> None:
    decided = Succeeding(
        street.mekong.organisation_id, street.tonle.organisation_id,
        SuccessionKind.MERGER, THE_17TH, "MPTC/2026/88",
    )  # fmt: skip
    succeed(street.session, decided, by=street.policy_officer, at=street.later())


def adopts(street: Street, there: str, here: str) -> Adopted:
    return adopt(
        street.session, street.tonle.organisation_id, street.mekong.organisation_id,
        (there, here), by=street.tonle, at=street.later(),
    )  # fmt: skip


def figures_of(street: Street, isp: Actor) -> dict[str, Any]:
    seq = sequence(street.session, isp.organisation_id)
    system = sequence(street.session, 0)
    asked = Question(isp.organisation_id, Period(2026, 10), seq, system, street.later(), None)
    return figures(street.session, asked)


def test_case_14_a_handler_goes_on_under_another_pseudonym_with_what_was_learned(
    street: Street,
) -> None:
    merges(street)

    assert adopts(street, "S-0421", "S-1421") == Adopted(spans=1, completions=1)

    session, tonle = street.session, street.tonle.organisation_id
    [span] = adopted(session, tonle, street.mekong.organisation_id)
    assert (span.staff_ref, span.from_on, span.until_on) == ("S-1421", THE_17TH, None)
    assert span.joined_on == date(2025, 9, 1)
    [learned] = session.scalars(select(Completion).where(Completion.isp_id == tonle))
    assert (learned.staff_ref, learned.held_on) == ("S-1421", date(2026, 10, 6))
    [ended] = session.scalars(
        select(RosterSpan).where(
            RosterSpan.isp_id == street.mekong.organisation_id,
            RosterSpan.staff_ref == "S-0421",
            RosterSpan.closed_seq.is_(None),
        )
    )
    assert (ended.until_on, ended.carried_to) == (date(2026, 10, 16), tonle)
    assert verify(session) == []


def test_people_sessions_and_inductions_count_once(street: Street) -> None:
    """S-0500's induction was due on 10 October, S-0501's on the 20th, when others employed it."""
    alone = figures_of(street, street.mekong)
    merges(street)
    adopts(street, "S-0421", "S-1421")
    adopts(street, "S-0500", "S-1500")
    adopts(street, "S-0501", "S-1501")

    old, new = (figures_of(street, isp) for isp in (street.mekong, street.tonle))

    assert old["staff"] == []
    assert sum(row["in_scope"] for row in new["staff"]) == 1 + sum(
        row["in_scope"] for row in alone["staff"]
    )
    assert (old["sessions"]["completions"], new["sessions"]["completions"]) == (1, 0)
    due = [
        [i["denominator"] for i in found["indicators"] if i["code"].endswith("induction")]
        for found in (alone, old, new)
    ]
    assert due == [[2], [1], [1]]


def test_nobody_is_taken_over_twice_or_by_a_name_that_is_taken(street: Street) -> None:
    with pytest.raises(NotThere):
        adopts(street, "S-0421", "S-1421")
    merges(street)

    with pytest.raises(PseudonymTaken):
        adopts(street, "S-0421", "S-0421")
    with pytest.raises(NobodyToAdopt):
        adopts(street, "S-9999", "S-1421")
    adopts(street, "S-0421", "S-1421")
    with pytest.raises(NobodyToAdopt):
        adopts(street, "S-0421", "S-1422")
