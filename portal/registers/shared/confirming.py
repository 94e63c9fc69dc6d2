"""What an ISP does: confirm its own people of a shared session, and follow its corrections."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import ledger
from portal.accounts import Actor, Permission
from portal.accounts.desks import must_write
from portal.entries.codes import CorrectionReason
from portal.entries.inputs import check
from portal.errors import Refused
from portal.policy.codes import Module, TrainingResult
from portal.policy.document import Policy
from portal.policy.queries import policy_at
from portal.registers.actions import Admission, admit, correct, void
from portal.registers.codes import Level
from portal.registers.inputs_staff import CompletionIn
from portal.registers.register import REGISTERS
from portal.registers.shared.model import SharedSession
from portal.registers.shared.queries import (
    SAID_ALIKE,
    completions_of,
    differs,
    on_roster,
    session_for,
)
from portal.registers.shared.refusals import NobodyTrained, NothingDiffers
from portal.registers.training import Completion

TRAINING = REGISTERS["training"]
OFFERED = (
    TrainingResult.PASSED,
    TrainingResult.ATTENDED,
    TrainingResult.FAILED,
    TrainingResult.ABSENT,
)
"""What somebody of an ISP can have come to in a shared session; an exemption is no session."""

Pair = tuple[str, str]


class Confirmed(CompletionIn):
    """A completion that names the session it confirms."""

    shared_session: int


def usual_result(what: SharedSession) -> TrainingResult:
    """What a session of this level usually ends with: a drill is attended, all others passed."""
    return TrainingResult.ATTENDED if what.level == Level.DRILL else TrainingResult.PASSED


def known_pairs(session: Session, isp_id: int, what: SharedSession) -> dict[Pair, int]:
    """What the ISP has of the day of a session already, by hand or confirmed: person and module
    -> key of the entry.
    """
    query = select(Completion.staff_ref, Completion.module, Completion.key).where(
        Completion.isp_id == isp_id,
        Completion.closed_seq.is_(None),
        Completion.void.is_(False),
        Completion.held_on == what.held_on,
        Completion.module.in_(what.modules.split()),
        Completion.staff_ref.is_not(None),
    )
    found = session.execute(query.order_by(Completion.key.desc()))
    return {(str(person), str(module)): key for person, module, key in found}


def confirm(
    session: Session,
    isp_id: int,
    key: int,
    results: Mapping[str, TrainingResult],
    *,
    by: Actor,
    at: datetime,
) -> Admission:
    """Record the results of the ISP's own people (by pseudonym) in a session, as one act; all else
    is the session's. Further people can be confirmed later.

    Raises NotThere where the session was not held for the ISP, NobodyTrained, and Refused with
    not-on-roster or person-confirmed for each person, and as ``admit``.
    """
    must_write(Permission.TRAINING_WRITE, by)
    session_for(session, isp_id, key)
    if not results:
        raise NobodyTrained("people")
    ledger.take(session, isp_id)
    what, _ = session_for(session, isp_id, key)
    wanted = _wanted(session, isp_id, what, results)
    policy = policy_at(session, at).policy
    said = _said(what)
    typed = [
        {**said, "staff_ref": person, "module": Module(module), "result": results[person]}
        for person, module in wanted
    ]
    rows = [check(Confirmed, one, now=at, policy=policy) for one in typed]
    return admit(session, isp_id, TRAINING, rows, by=by, at=at)


def _wanted(
    session: Session, isp_id: int, what: SharedSession, people: Iterable[str]
) -> list[Pair]:
    """The people and modules not recorded yet; refuses strangers, and who lacks none."""
    known, modules = known_pairs(session, isp_id, what), what.modules.split()
    lacking = {who: [m for m in modules if (who, m) not in known] for who in sorted(people)}
    done = [(who, known[who, modules[0]]) for who, some in lacking.items() if not some]
    _refuse_strangers(session, isp_id, what.held_on, lacking, done)
    return [(who, module) for who, some in lacking.items() for module in some]


def follow(session: Session, isp_id: int, key: int, *, by: Actor, at: datetime) -> int:
    """Correct the ISP's rows of a session to what the session says now; a module that it does not
    have any more becomes void. Returns how many rows changed.

    Raises NotThere, NothingDiffers, and Refused(not-on-roster) where the session was moved to a
    day on which somebody was not there.
    """
    must_write(Permission.TRAINING_WRITE, by)
    session_for(session, isp_id, key)
    ledger.take(session, isp_id)
    what, _ = session_for(session, isp_id, key)
    rows = [row for row in completions_of(session, isp_id, key) if differs(row, what)]
    if not rows:
        raise NothingDiffers
    stay = [row for row in rows if row.module in what.modules.split()]
    people = [str(row.staff_ref) for row in stay if row.held_on != what.held_on]
    _refuse_strangers(session, isp_id, what.held_on, people, ())
    policy = policy_at(session, at).policy
    for row in rows:
        act: dict[str, Any] = {"expects": row.version, "by": by, "at": at}
        if row not in stay:
            wrong = CorrectionReason.WRONGLY_RECORDED
            void(session, isp_id, TRAINING, row.key, reason=wrong, **act)
            continue
        value = _again(what, row, policy, at)
        because = CorrectionReason.SOURCE_CORRECTED
        correct(session, isp_id, TRAINING, row.key, value=value, reason=because, **act)
    return len(rows)


def _refuse_strangers(
    session: Session, isp_id: int, day: date, people: Iterable[str], done: Iterable[tuple[str, int]]
) -> None:
    """Refuse who was not on the roster that day, and who is recorded already."""
    roster = on_roster(session, isp_id, day)
    wrong: list[tuple[str | None, str, dict[str, Any]]] = [
        ("people", "not-on-roster", {"person": person, "day": day})
        for person in sorted(set(people))
        if person not in roster
    ]
    wrong += [
        ("people", "person-confirmed", {"person": person, "entry": TRAINING.name(entry)})
        for person, entry in sorted(done)
    ]
    if wrong:
        raise Refused(wrong)


def _said(what: SharedSession) -> dict[str, Any]:
    alike = {name: getattr(what, name) for name in SAID_ALIKE}
    return {**alike, "funded_by": what.funded_by, "shared_session": what.key}


def _again(what: SharedSession, row: Completion, policy: Policy, at: datetime) -> Confirmed:
    own = ("own_ref", "staff_ref", "module", "result", "exempt_until", "note")
    typed = {**_said(what), **{name: getattr(row, name) for name in own}}
    return check(Confirmed, typed, now=at, policy=policy)
