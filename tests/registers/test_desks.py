"""The acts of the registers ask for the desk themselves, whichever door somebody came through."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts import Actor, Desk, Membership, Organisation, Role
from portal.accounts.actions import enrol, join
from portal.accounts.refusals import NotYourDesk
from portal.entries.codes import CorrectionReason
from portal.intake import sample_csv, take_in
from portal.period import Period
from portal.registers.actions import admit, correct, void
from portal.registers.adopting import adopt
from portal.registers.codes import Progress
from portal.registers.declaring import declare, reconfirm
from portal.registers.lists.consenting import consent, withdraw
from portal.registers.lists.inheriting import inherit
from portal.registers.lists.model import ListMode
from portal.registers.lists.standing import say
from portal.registers.progress import correct_event, progress
from portal.registers.register import REGISTERS, Register
from portal.registers.shared.confirming import confirm, follow
from portal.registers.sides.actions import undo_match
from portal.registers.sides.answering import answer
from portal.registers.sides.model import UndoReason
from tests.build import FOUNDER, NOW, a_declaration, a_span, a_step, a_takedown, an_isp, policy

Act = Callable[..., Any]
_A, _N, _H, _C = Desk.ABUSE_DESK, Desk.NETWORK, Desk.HR, Desk.COMPLIANCE
_WHY: Any = {"expects": 1, "reason": CorrectionReason.WRONGLY_RECORDED}
REGISTERED = {"takedowns": _A, "complaints": _A, "blocklists": _N, "training": _H, "roster": _H}
TODAY = NOW.date()


def _file(session: Session, isp_id: int, register: Register, **act: Any) -> None:
    text = sample_csv(register, 1, policy=policy(session), at=NOW)
    take_in(session, isp_id, register, io.BytesIO(text.encode()), **act)


def _in_register(slug: str) -> list[tuple[str, Act]]:
    register = REGISTERS[slug]
    return [
        ("record", lambda s, isp, **by: admit(s, isp, register, [], **by)),
        ("file", lambda s, isp, **by: _file(s, isp, register, **by)),
        (
            "correct",
            lambda s, isp, **by: correct(s, isp, register, 7, value=a_span(s), **_WHY, **by),
        ),
        ("void", lambda s, isp, **by: void(s, isp, register, 7, **_WHY, **by)),
    ]


# What each act is, the desk whose it is, and how it is tried; what it is about need not exist.
ACTS: list[tuple[str, Desk, Act]] = [
    *((f"{slug} {name}", desk, act)
      for slug, desk in REGISTERED.items() for name, act in _in_register(slug)),
    ("step", _A, lambda s, isp, **by: progress(
        s, isp, 7, Progress.ACKNOWLEDGED, a_step(s, Progress.ACKNOWLEDGED, "2026-11-01 10:00"),
        expects_no=0, **by)),
    ("correct step", _A, lambda s, isp, **by: correct_event(
        s, isp, 7, 1, None, expects_no=1, reason=CorrectionReason.WRONGLY_RECORDED, **by)),
    ("answer", _A, lambda s, isp, **by: answer(s, isp, 7, None, **by)),  # type: ignore[arg-type]
    ("undo", _A, lambda s, isp, **by: undo_match(
        s, isp, 7, 7, reason=UndoReason.OTHER_ITEM, **by)),
    ("standing", _N, lambda s, isp, **by: say(
        s, isp, ["INTERPOL_IWOL"], ListMode.OWN, from_on=TODAY, **by)),
    ("consent", _N, lambda s, isp, **by: consent(s, isp, isp + 1, from_on=TODAY, **by)),
    ("withdraw", _N, lambda s, isp, **by: withdraw(s, isp, isp + 1, from_on=TODAY, **by)),
    ("inherit", _N, lambda s, isp, **by: inherit(s, isp, Period.parse("2026-10"), **by)),
    ("adopt", _H, lambda s, isp, **by: adopt(s, isp, isp + 1, ("S-0001", "S-0002"), **by)),
    ("confirm", _H, lambda s, isp, **by: confirm(s, isp, 7, {}, **by)),
    ("follow", _H, lambda s, isp, **by: follow(s, isp, 7, **by)),
    ("declare", _C, lambda s, isp, **by: declare(s, isp, a_declaration(s), **by)),
    ("reconfirm", _C, reconfirm),
]  # fmt: skip


def refused(session: Session, isp: int, act: Act, by: Actor) -> bool:
    """Whether an act is refused for the desk; whatever else stands in its way is not asked here."""
    try:
        with session.begin_nested():
            act(session, isp, by=by, at=NOW)
    except NotYourDesk:
        return True
    except Exception:  # noqa: BLE001 - what it is about is not there
        return False
    return False


def test_each_act_is_for_its_desk_alone(session: Session, isp: Organisation, by: Actor) -> None:
    an_isp(session, "tonle-net")
    for name, own, act in ACTS:
        for desk in Desk:
            limited = replace(by, desks=frozenset({desk}))
            assert refused(session, isp.id, act, limited) == (desk is not own), (name, desk)
        assert not refused(session, isp.id, act, by), name


def test_a_program_declares_nothing_and_stays_at_its_desks(
    session: Session, isp: Organisation, by: Actor
) -> None:
    program = replace(by, role=Role.PROGRAM, desks=frozenset({_A, _H}))

    for name, own, act in ACTS:
        assert refused(session, isp.id, act, program) == (own in {_N, _C}), name
    everything = replace(program, desks=frozenset(Desk))
    assert refused(session, isp.id, ACTS[-1][2], everything)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.REVIEWER, Role.AUDITOR, Role.NOTIFIER])
def test_who_acts_for_no_desk_writes_no_register(
    session: Session, isp: Organisation, by: Actor, role: Role
) -> None:
    with pytest.raises(NotYourDesk):
        admit(
            session, isp.id, REGISTERS["takedowns"], [a_takedown(session)],
            by=replace(by, role=role), at=NOW,
        )  # fmt: skip


def test_every_set_of_desks_is_kept_as_it_was_given(session: Session, isp: Organisation) -> None:
    sets = [frozenset(some) for n in range(1, 5) for some in combinations(Desk, n)]
    for some in sets:
        person = enrol(session, "Sok Dara")
        join(
            session, person, isp, Role.PREPARER, desks=some,
            from_on=TODAY, by=FOUNDER, at=NOW,
        )  # fmt: skip
    session.expire_all()

    kept = select(Membership).where(Membership.desks.is_not(None)).order_by(Membership.id)
    assert [one.desks for one in session.scalars(kept)] == sets
