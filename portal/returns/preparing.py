"""The verbs of the monthly return: declare an opening balance, prepare; file and recall beside."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.accounts.model import Actor
from portal.canonical import sha256
from portal.ledger import SYSTEM, Ledger, sequence, take
from portal.period import Period
from portal.policy.queries import policy_on
from portal.returns import queries
from portal.returns.beginning import must_be_licensed
from portal.returns.composing import check_nils, compose
from portal.returns.earlier import Frozen, frozen, must_be_amendable
from portal.returns.figures import Question, figures
from portal.returns.model import AmendmentReason, DecisionOutcome, Filing, Preparation
from portal.returns.refusals import MonthNotOver, Unchanged
from portal.returns.statement import content_digest, freeze
from portal.trail import append


@dataclass(frozen=True)
class Draft:
    """What the preparer says besides the entries: the nils, and why a later version is filed."""

    nils: frozenset[str]
    reason: AmendmentReason | None


def prepare(
    session: Session,
    isp_id: int,
    period: Period,
    *,
    nils: Collection[str],
    reason: AmendmentReason | None = None,
    by: Actor,
    at: datetime,
) -> Preparation:
    """Freeze the month as of now: figures, nils and cut-off, for another person to approve.

    Refuses a month that is not owed or not over, a nil that entries contradict, a missing nil or
    opening balance, and a month in which nothing changed since the filing in force.
    """
    book = take(session, isp_id)
    _must_be_owed(session, isp_id, period, at)
    before = frozen(session, isp_id, period)
    if before.latest is not None:
        must_be_amendable(session, before.latest, reason)
    draft = Draft(frozenset(nils), reason)
    content = _content(session, book, period, before, draft, at=at)
    if before.latest is not None:
        _must_have_changed(session, before.latest, content, reason)
    return _keep(session, book, content, draft, by=by, at=at)


def _content(
    session: Session, book: Ledger, period: Period, before: Frozen, draft: Draft, *, at: datetime
) -> dict[str, Any]:
    isp_id, seq = book.isp_id, book.seq
    cut_off = before.first.cut_off_at if before.first else at
    system_seq = sequence(session, SYSTEM)
    carried_from = queries.cut_off_before(session, isp_id, period, seq, system_seq)
    due_at = before.first.due_at if before.first else None
    asked = Question(isp_id, period, seq, system_seq, cut_off, carried_from, due_at)
    found = figures(session, asked)
    check_nils(found["registers"], draft.nils)
    return {
        **compose(session, asked, found, draft.nils),
        "seq": seq,
        "system_seq": system_seq,
        "version": (before.latest.version if before.latest else 0) + 1,
        "amends": before.latest.version if before.latest else None,
        "reason": str(draft.reason) if draft.reason else None,
    }


def _keep(
    session: Session,
    book: Ledger,
    content: dict[str, Any],
    draft: Draft,
    *,
    by: Actor,
    at: datetime,
) -> Preparation:
    period = Period.parse(content["period"])
    frozen = freeze(content)
    basis_seq, no = book.seq, queries.preparations(session, book.isp_id, period) + 1
    digest = sha256(frozen)
    facts = {"no": no, "statement": digest.hex()}
    seq = append(session, book, "return.prepared", by=by, at=at, subject=str(period), **facts)
    preparation = Preparation(
        isp_id=book.isp_id,
        period=str(period),
        no=no,
        seq=seq,
        basis_seq=basis_seq,
        cut_off_at=queries.read_instant(content["cut_off_at"]),
        prepared_by=by.person_id,
        prepared_at=at,
        nils=" ".join(sorted(draft.nils)),
        reason=draft.reason,
        statement=frozen,
        statement_digest=digest,
        content_digest=content_digest(content),
    )
    session.add(preparation)
    session.flush()
    return preparation


def _must_be_owed(session: Session, isp_id: int, period: Period, at: datetime) -> None:
    must_be_licensed(session, isp_id, period)
    zone = policy_on(session, period.last_day).policy.time_zone
    if at < period.ends_at(zone):
        raise MonthNotOver("period", period=str(period), ends=period.ends_at(zone))


def _must_have_changed(
    session: Session, latest: Filing, content: dict[str, Any], reason: AmendmentReason | None
) -> None:
    """The same again is filed only in place of what was recalled or voided, or to confirm what the
    authority sent back.
    """
    period = Period.parse(latest.period)
    if latest.content_digest != content_digest(content) or latest != queries.in_force(
        session, latest.isp_id, period
    ):
        return
    decision = queries.decision_of(session, latest)
    sent_back = decision and decision.outcome == DecisionOutcome.RETURN_FOR_CORRECTION
    if not (sent_back and reason == AmendmentReason.CONFIRMED_AS_FILED):
        raise Unchanged("period", receipt=latest.receipt, version=latest.version)
