"""Rows of a file that say something else than what was recorded under their own reference."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from portal import ledger
from portal.accounts import Actor
from portal.entries.codes import CorrectionReason
from portal.entries.inputs import Problem
from portal.errors import Refusal, Refused
from portal.registers.actions import corrected
from portal.registers.bulk.matching import Changed
from portal.registers.register import Register
from portal.registers.writing import next_version


def objections(
    session: Session, isp_id: int, register: Register, changed: Changed, at: datetime
) -> Iterator[Problem]:
    """Why a row cannot become a correction: what would refuse it on its page, too."""
    try:
        corrected(
            session, isp_id, register, changed.key, _said(register, changed),
            expects=changed.version, at=at,
        )  # fmt: skip
    except Refused as several:
        for field, code, params in several.problems:
            yield Problem(field, code, params)
    except Refusal as refusal:
        yield Problem(refusal.field, refusal.code, refusal.params)


def correct_staged(
    session: Session,
    book: ledger.Ledger,
    register: Register,
    changed: Sequence[Changed],
    *,
    reason: CorrectionReason,
    by: Actor,
    at: datetime,
) -> None:
    """Write each as the next version of its entry, under the ISP's lock."""
    for one in changed:
        row = corrected(
            session, book.isp_id, register, one.key, _said(register, one),
            expects=one.version, at=at,
        )  # fmt: skip
        next_version(session, book, register, row, reason=reason, by=by, at=at)


def _said(register: Register, changed: Changed) -> dict[str, object]:
    return {name: changed.row[name] for name in register.input.model_fields}
