"""What papers say of a hearing and of appeals: when, and how they ended (chairs C8).

The words themselves are for those concerned: the attestation commits to the reply, salted, and the
report prints it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.certificates.model import Certificate
from portal.entries.entry import committed
from portal.returns.hearing import Adverse, draft_on, reply_to
from portal.returns.model import Filing
from portal.returns.statement import instant
from portal.reviews.appeal import Appeal, Ruling
from portal.reviews.hearing import draft_number


def heard(session: Session, filing: Filing) -> dict[str, Any] | None:
    """How the ISP was heard on the findings of a filing; None where no draft was sent.

    ``reply`` is the salted commitment to its words, None where it has said nothing.
    """
    draft = draft_on(session, filing)
    if draft is None or draft.kind is not Adverse.FINDING:
        return None
    said = reply_to(session, draft)
    words = said.text if said else None
    salt = said.text_salt if said else None
    return {
        "draft": draft_number(draft),
        "drafted_at": instant(draft.recorded_at),
        "reply_until": instant(draft.due_at),
        "replied_at": instant(said.recorded_at) if said else None,
        "reply": committed(salt, words) if words is not None and salt is not None else None,
    }


def appealed(session: Session, filing: Filing, before: Certificate | None) -> list[dict[str, Any]]:
    """The appeals against the decisions of a filing, and against the revocation of the certificate
    that went before; ``outcome`` is None while the authority has not answered.
    """
    subjects = {filing.receipt} | ({before.number} if before else set())
    rows = session.execute(
        select(Appeal, Ruling)
        .outerjoin(Ruling, (Ruling.isp_id == Appeal.isp_id) & (Ruling.appeal == Appeal.no))
        .where(Appeal.isp_id == filing.isp_id, Appeal.subject.in_(subjects))
        .order_by(Appeal.no)
    )
    return [
        {
            "number": made.number,
            "against": str(made.kind),
            "made_at": instant(made.recorded_at),
            "outcome": None if ruling is None else ("ALLOWED" if ruling.allowed else "UPHELD"),
            "decided_at": instant(ruling.recorded_at) if ruling else None,
        }
        for made, ruling in rows
    ]
