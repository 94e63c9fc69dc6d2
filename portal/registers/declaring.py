"""What is done to the standing declarations: answer one, or say that all still hold (chairs A2)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from portal import ledger, trail
from portal.accounts import Actor, Permission
from portal.accounts.desks import must_write
from portal.entries.entry import line_digest
from portal.entries.refusals import ChangedMeanwhile, Unchanged
from portal.policy.queries import policy_at
from portal.registers.declarations import Declaration
from portal.registers.inputs_staff import DeclarationIn, declarable

_TABLE: Any = Declaration.__table__
_SAID = tuple(DeclarationIn.model_fields)


def declare(
    session: Session,
    isp_id: int,
    value: DeclarationIn,
    *,
    expects: int | None = None,
    by: Actor,
    at: datetime,
) -> int:
    """Answer one obligation from now on; returns the version. ``expects`` is the version the reader
    saw (0: none, None: whatever stands). Raises NotYourDesk, ChangedMeanwhile and Unchanged.
    """
    must_write(Permission.DECLARATION_WRITE, by)
    book = ledger.take(session, isp_id)
    former = _in_force(session, isp_id).get(value.obligation)
    version = former["version"] if former else 0
    if expects is not None and expects != version:
        raise ChangedMeanwhile(version=version)
    row = _row(isp_id, version + 1, value.columns())
    if former and all(former[name] == row[name] for name in _SAID):
        raise Unchanged
    seq = trail.append(
        session,
        book,
        "declaration.made",
        by=by,
        at=at,
        subject=value.obligation,
        version=version + 1,
        line=row["digest"].hex(),
    )
    _admit(session, [row], seq, by=by, at=at)
    return version + 1


def reconfirm(session: Session, isp_id: int, *, by: Actor, at: datetime) -> int:
    """Say that every standing answer to the policy in force still holds, today, as one act.

    Returns how many were confirmed; those confirmed today already are left as they are. Raises
    NotYourDesk.
    """
    must_write(Permission.DECLARATION_WRITE, by)
    policy = policy_at(session, at).policy
    today = at.astimezone(policy.time_zone).date()
    book = ledger.take(session, isp_id)
    asked = {obligation.code for obligation in declarable(policy)}
    rows = [
        _row(isp_id, former["version"] + 1, {**_said(former), "checked_on": today})
        for code, former in sorted(_in_force(session, isp_id).items())
        if code in asked and former["checked_on"] < today
    ]
    if rows:
        obligations = [row["obligation"] for row in rows]
        seq = trail.append(
            session, book, "declarations.reconfirmed", by=by, at=at, obligations=obligations
        )
        _admit(session, rows, seq, by=by, at=at)
    return len(rows)


def is_stale(declaration: Declaration, months: int, today: date) -> bool:
    """Whether an answer was checked longer ago than the policy allows."""
    then = declaration.checked_on
    passed = (today.year - then.year) * 12 + today.month - then.month - (today.day < then.day)
    return passed >= months


def _said(former: Any) -> dict[str, Any]:
    return {name: former[name] for name in _SAID}


def _row(isp_id: int, version: int, said: dict[str, Any]) -> dict[str, Any]:
    row = {"isp_id": isp_id, "version": version, "closed_seq": None, **said}
    row["digest"] = line_digest(Declaration, row)
    return row


def _in_force(session: Session, isp_id: int) -> dict[str, Any]:
    query = select(_TABLE).where(_TABLE.c.isp_id == isp_id, _TABLE.c.closed_seq.is_(None))
    return {row["obligation"]: row for row in session.execute(query).mappings()}


def _admit(
    session: Session, rows: list[dict[str, Any]], seq: int, *, by: Actor, at: datetime
) -> None:
    session.execute(
        update(_TABLE)
        .where(
            _TABLE.c.isp_id == rows[0]["isp_id"],
            _TABLE.c.obligation.in_([row["obligation"] for row in rows]),
            _TABLE.c.closed_seq.is_(None),
        )
        .values(closed_seq=seq)
    )
    for row in rows:
        row |= {"admitted_seq": seq, "recorded_at": at, "recorded_by": by.person_id}
    session.execute(insert(_TABLE), rows)
