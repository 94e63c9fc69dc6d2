"""A statement's content, put together: figures, roll-forward, nils, kind and dates."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.accounts.queries import licences
from portal.errors import NotThere, Refusal, Refused
from portal.returns.basis import DECLARING
from portal.returns.due import due
from portal.returns.figures import Question
from portal.returns.mercy import forgive
from portal.returns.model import ReturnKind
from portal.returns.predecessors import opening_of
from portal.returns.queries import Opening
from portal.returns.refusals import NilMissing, NilWithEntries, OpeningMissing
from portal.returns.statement import instant


def compose(
    session: Session,
    asked: Question,
    found: dict[str, Any],
    nils: Collection[str],
    *,
    unopened: int | None = None,
) -> dict[str, Any]:
    """The statement's content from its figures: roll-forward, nils, kind, cut-off and due date.

    Raises OpeningMissing for a first month without a declared balance, unless a look ahead says
    what to show instead (``unopened``). Everything depends on the entries as of the sequence number
    and on earlier filings only, so that a statement can be rebuilt byte for byte.
    """
    flow = found.pop("flow")
    opened = opening_of(session, asked.isp_id, asked.period, asked.seq)
    if opened is None and unopened is None:
        raise OpeningMissing("open_items", period=str(asked.period))
    opened = opened or Opening(unopened or 0, None)
    for slug, register in found["registers"].items():
        register["nil"] = slug in nils
    return {
        **found,
        "results": forgive(session, asked, found),
        "kind": str(_kind(session, asked, nils)),
        "cut_off_at": instant(asked.cut_off_at),
        "due_at": instant(asked.due_at or _due_at(session, asked)),
        "opening_filing": opened.filing,
        "roll_forward": {
            **flow,
            "opening": opened.open_items,
            "adjustments": flow["opening"] - opened.open_items,
        },
    }


def _due_at(session: Session, asked: Question) -> datetime:
    on = {"seq": asked.seq, "system_seq": asked.system_seq}
    return due(session, asked.isp_id, asked.period, **on).at


def check_nils(registers: dict[str, Any], nils: Collection[str]) -> None:
    """Nil is a positive statement, register by register; raises NilWithEntries, NilMissing, or
    Refused with all of them, and NotThere for a register that no nil is asked of.
    """
    wrong: list[Refusal] = []
    if not set(nils) <= set(DECLARING):
        raise NotThere("nils")
    for slug in DECLARING:
        entries = registers[slug]["entries"]
        if entries and slug in nils:
            wrong.append(NilWithEntries("nils", register=slug, entries=entries))
        if not entries and slug not in nils:
            wrong.append(NilMissing("nils", register=slug))
    if len(wrong) > 1:
        raise Refused([(no.field, no.code, no.params) for no in wrong])
    if wrong:
        raise wrong[0]


def _kind(session: Session, asked: Question, nils: Collection[str]) -> ReturnKind:
    spans = licences(session, asked.isp_id, asked.period, asked.seq)
    ends = [span.until_on for span in spans]
    if all(end is not None and end <= asked.period.last_day for end in ends):
        return ReturnKind.FINAL
    if all(span.from_on > asked.period.first_day for span in spans):
        return ReturnKind.PARTIAL_PERIOD
    return ReturnKind.NIL if set(DECLARING) <= set(nils) else ReturnKind.NORMAL
