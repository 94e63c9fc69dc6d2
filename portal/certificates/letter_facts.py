"""The frozen facts of receipts, decisions and drafts, from rows that never change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from portal.accounts.queries import particulars
from portal.entries.entry import is_withheld
from portal.period import Period
from portal.policy.calendar import corrections_due
from portal.policy.queries import policy_on
from portal.returns import queries as returns
from portal.returns.hearing import FindingDraft
from portal.returns.model import Decision, DecisionOutcome, Filing, Recall
from portal.returns.statement import instant
from portal.reviews.appealing import appeal_until, standing_findings
from portal.reviews.hearing import draft_number
from portal.reviews.queries import comments, decisions

Facts = dict[str, Any]


def receipt_facts(session: Session, filing: Filing, authority: Mapping[str, str]) -> Facts:
    """What the receipt of a filing says; all of it was known when the return came in, but for a
    recall, since a version that does not stand must not look as if it did.
    """
    key = (filing.isp_id, filing.period, filing.version)
    period = Period.parse(filing.period)
    policy = policy_on(session, period.last_day).policy
    about = {
        "schema": "receipt/1",
        "at": instant(filing.filed_at),
        "kind": str(filing.kind),
        "reason": str(filing.reason) if filing.reason else None,
        "first_filed_at": instant(_first(session, filing).filed_at),
        "due_at": instant(filing.due_at),
        "cut_off_at": instant(filing.cut_off_at),
        "waived": filing.waiver_key is not None,
        "practice": policy.is_practice(period),
        "recalled": session.get(Recall, key) is not None,
    }
    return about | _of(session, filing, filing.seq, authority)


def decision_facts(
    session: Session, filing: Filing, decision: Decision, authority: Mapping[str, str]
) -> Facts:
    """What the letter about a decision says; ``closed`` once an appeal put it aside."""
    at = decision.decided_at
    back = decision.outcome == DecisionOutcome.RETURN_FOR_CORRECTION
    void = decision.outcome == DecisionOutcome.REJECT_VOID
    adverse = void or bool(standing_findings(session, filing, decision, at))
    about = {
        "schema": "decision/1",
        "at": instant(at),
        "no": decision.no,
        "outcome": str(decision.outcome),
        "correct_by": instant(corrections_due(session, [at])[at]) if back else None,
        "appeal_until": instant(appeal_until(session, at)) if adverse else None,
        "excused": decision.excused.split(),
        "set_aside": decision.set_aside.split(),
        "closed": decision.closed_seq is not None,
        "reasons": [
            {"obligation": one.obligation, "text": _shown(one.text)}
            for one in comments(session, filing, decision.seq)
        ],
    }
    return about | _of(session, filing, decision.seq, authority)


def draft_facts(
    session: Session, filing: Filing, draft: FindingDraft, authority: Mapping[str, str]
) -> Facts:
    """What the letter about a draft says."""
    about = {
        "schema": "draft/1",
        "at": instant(draft.recorded_at),
        "number": draft_number(draft),
        "kind": str(draft.kind),
        "subject": draft.subject,
        "obligations": draft.obligations.split(),
        "reason": draft.reason,
        "reply_until": instant(draft.due_at),
        "text": _shown(draft.text),
    }
    return about | _of(session, filing, draft.admitted_seq, authority)


def _first(session: Session, filing: Filing) -> Filing:
    """The version that decides on lateness: the first of the month that, when this one came in, was
    neither recalled nor void.
    """
    for one in returns.filings(session, filing.isp_id, Period.parse(filing.period)):
        recall = session.get(Recall, (one.isp_id, one.period, one.version))
        voids = [d for d in decisions(session, one) if d.outcome == DecisionOutcome.REJECT_VOID]
        gone = [act.seq for act in (recall, *voids) if act is not None]
        if one.version >= filing.version or not any(seq < filing.seq for seq in gone):
            return one
    return filing


def _of(session: Session, filing: Filing, seq: int, authority: Mapping[str, str]) -> Facts:
    # Names as they were by then.
    named = particulars(session, filing.isp_id, seq)
    force = policy_on(session, Period.parse(filing.period).last_day)
    return {
        "seq": seq,
        "authority": dict(authority),
        "holder": {"km": named.name_km, "en": named.name_en},
        "demo": force.demo,
        "period": filing.period,
        "receipt": filing.receipt,
        "version": filing.version,
        "filed_at": instant(filing.filed_at),
        "statement_digest": filing.statement_digest.hex(),
    }


def _shown(text: str | None) -> str | None:
    return None if is_withheld(text) else text
