"""Which accepted months wait for their certificate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from portal.accounts import Organisation
from portal.certificates.model import Certificate
from portal.period import Period
from portal.policy.queries import practice_months
from portal.returns.model import ACCEPTED, Decision, DecisionOutcome, Filing, Recall
from portal.reviews.appeal import Appeal, Ruling

_Later = aliased(Filing)
_Own = aliased(Filing)
_LaterDecision = aliased(Decision)
_Newer = aliased(Certificate)


@dataclass(frozen=True)
class Waiting:
    """An accepted month whose filing in force no certificate attests."""

    isp: Organisation
    filing: Filing
    decision: Decision

    @property
    def key(self) -> str:
        """The ISP's short name and the month, as a form sends them."""
        return f"{self.isp.slug} {self.filing.period}"


def waiting(session: Session, period: Period) -> list[Waiting]:
    """The ISPs whose accepted month has no certificate, or one that it has outgrown.

    Who has a certificate that attests the same results needs no other; nor is one that was revoked
    replaced by the way, unless an appeal against the revocation was allowed. A month of practice
    gets none.
    """
    if period in practice_months(session):
        return []
    query = (
        _accepted(select(Organisation, Filing, Decision))
        .join(Organisation, Organisation.id == Filing.isp_id)
        .where(Filing.period == str(period))
        .order_by(Organisation.slug)
    )
    return [Waiting(*row) for row in session.execute(query)]


def months_waiting(session: Session, *, limit: int = 24) -> list[tuple[Period, int]]:
    """How many wait in each month, the newest month first."""
    query = _accepted(select(Filing.period, func.count())).group_by(Filing.period)
    rows = session.execute(
        query.where(Filing.period.not_in(sorted(map(str, practice_months(session)))))
        .order_by(Filing.period.desc())
        .limit(limit)
    )
    return [(Period.parse(month), count) for month, count in rows]


def _accepted(query: Any) -> Any:
    return (
        query.select_from(Filing)
        .join(Decision, _same(Decision, Filing) & (Decision.version == Filing.version))
        .where(
            Decision.closed_seq.is_(None),
            Decision.outcome.in_(ACCEPTED),
            ~_replaced(),
            ~_attested(),
        )
    )


def _replaced() -> Any:
    """A later version stands: neither recalled nor void."""
    recalled = exists().where(_same(Recall, _Later), Recall.version == _Later.version)
    void = exists().where(
        _same(_LaterDecision, _Later),
        _LaterDecision.version == _Later.version,
        _LaterDecision.outcome == DecisionOutcome.REJECT_VOID,
        _LaterDecision.closed_seq.is_(None),
    )
    return exists().where(_same(_Later, Filing), _Later.version > Filing.version, ~recalled, ~void)


def _attested() -> Any:
    """The newest certificate of the month is of this version, or certifies the same figures."""
    newer = exists().where(_same(_Newer, Certificate), _Newer.serial > Certificate.serial)
    return (
        exists()
        .where(_same(Certificate, Filing), ~newer)
        .where(_same(_Own, Certificate), _Own.version == Certificate.version)
        .where(
            or_(_Own.version == Filing.version, _Own.certified_digest == Filing.certified_digest)
        )
        # What was decided anew, or revoked wrongly, is attested anew.
        .where(or_(_Own.version != Filing.version, Certificate.seq > Decision.seq))
        .where(~_reinstated())
    )


def _reinstated() -> Any:
    """An appeal against the certificate's revocation was allowed."""
    return exists().where(
        Appeal.isp_id == Certificate.isp_id,
        Appeal.subject == Certificate.number,
        Ruling.isp_id == Appeal.isp_id,
        Ruling.appeal == Appeal.no,
        Ruling.allowed.is_(True),
    )


def _same(one: Any, other: Any) -> Any:
    return (one.isp_id == other.isp_id) & (one.period == other.period)
