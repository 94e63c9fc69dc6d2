"""The verbs that end or undo a filing's way to the authority: file, recall."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from portal.accounts.model import Actor
from portal.accounts.waivers import waiver_on
from portal.errors import NotThere
from portal.ledger import Ledger, take
from portal.mail import MailKind, post
from portal.period import Period
from portal.policy.queries import policy_on
from portal.returns import queries
from portal.returns.earlier import frozen, must_be_amendable
from portal.returns.mercy import is_forgiving, review_begun
from portal.returns.model import Filing, Preparation, Recall, ReturnKind, ReviewStart
from portal.returns.queries import receipt_number
from portal.returns.refusals import (
    BeingReviewed,
    NewerPreparation,
    OwnPreparation,
    ReviewedMeanwhile,
)
from portal.returns.statement import certified_digest
from portal.trail import append

# What a filing takes over from its preparation, unchanged.
_KEPT = (
    "isp_id",
    "period",
    "basis_seq",
    "cut_off_at",
    "prepared_by",
    "reason",
    "statement",
    "statement_digest",
    "content_digest",
)


def file(
    session: Session, isp_id: int, period: Period, preparation_no: int, *, by: Actor, at: datetime
) -> Filing:
    """Approve and file exactly what was prepared; a second call answers with the same filing.

    Refuses the preparer (unless a dated waiver of the authority covers today), an older
    preparation, a month under review, and what reports errors of its own after the review began.
    """
    book = take(session, isp_id)
    preparation = session.get(Preparation, (isp_id, str(period), preparation_no))
    if preparation is None:
        raise NotThere("preparation", no=preparation_no)
    existing = queries.filing_of(session, preparation)
    if existing is not None:
        return existing
    _must_be_newest(session, preparation)
    before = frozen(session, isp_id, period)
    _must_forgive_still(session, preparation)
    if before.latest is not None:
        must_be_amendable(session, before.latest, preparation.reason)
    waiver_key = _waiver_for(session, preparation, by, at)
    filing = _file(session, book, preparation, waiver_key, by=by, at=at)
    _tell(session, filing)
    return filing


def _file(
    session: Session,
    book: Ledger,
    preparation: Preparation,
    waiver_key: int | None,
    *,
    by: Actor,
    at: datetime,
) -> Filing:
    statement, said = queries.read(preparation.statement), preparation.period
    version = statement["version"]
    receipt = receipt_number(preparation.period, preparation.isp_id, version)
    facts = {
        "version": version,
        "receipt": receipt,
        "statement": preparation.statement_digest.hex(),
        "waiver": waiver_key,
    }
    seq = append(session, book, "return.filed", by=by, at=at, subject=said, **facts)
    filing = Filing(
        **{name: getattr(preparation, name) for name in _KEPT},
        version=version,
        preparation_no=preparation.no,
        seq=seq,
        kind=ReturnKind(statement["kind"]),
        receipt=receipt,
        due_at=queries.read_instant(statement["due_at"]),
        filed_at=at,
        approved_by=by.person_id,
        waiver_key=waiver_key,
        certified_digest=certified_digest(statement),
    )
    session.add(filing)
    session.flush()
    return filing


def _tell(session: Session, filing: Filing) -> None:
    about: dict[str, str | int] = {"period": filing.period, "version": filing.version}
    post(session, MailKind.RETURN_FILED, filing.isp_id, filing.receipt, at=filing.filed_at, **about)


def recall(
    session: Session, isp_id: int, period: Period, version: int, *, by: Actor, at: datetime
) -> Recall:
    """Take the filing in force back before its review began; raises BeingReviewed after that."""
    book = take(session, isp_id)
    filing = queries.in_force(session, isp_id, period)
    if filing is None or filing.version != version:
        raise NotThere("version", version=version)
    if session.get(ReviewStart, (isp_id, str(period), version)):
        raise BeingReviewed("version", receipt=filing.receipt)
    seq = append(
        session, book, "return.recalled", by=by, at=at, subject=str(period), version=version
    )
    taken = Recall(
        isp_id=isp_id,
        period=str(period),
        version=version,
        recalled_by=by.person_id,
        recalled_at=at,
        seq=seq,
    )
    session.add(taken)
    session.flush()
    return taken


def _must_be_newest(session: Session, preparation: Preparation) -> None:
    newest = queries.newest_preparation(
        session, preparation.isp_id, Period.parse(preparation.period)
    )
    if newest is not None and newest.no != preparation.no:
        raise NewerPreparation("preparation", no=newest.no)


def _must_forgive_still(session: Session, preparation: Preparation) -> None:
    """What was prepared before the review forgives what it reports; filed after, it may not."""
    isp_id, period = preparation.isp_id, Period.parse(preparation.period)
    if is_forgiving(queries.read(preparation.statement)) and review_begun(session, isp_id, period):
        raise ReviewedMeanwhile("preparation", no=preparation.no)


def _waiver_for(session: Session, preparation: Preparation, by: Actor, at: datetime) -> int | None:
    if preparation.prepared_by != by.person_id:
        return None
    zone = policy_on(session, Period.parse(preparation.period).last_day).policy.time_zone
    waiver = waiver_on(session, preparation.isp_id, at.astimezone(zone).date())
    if waiver is None:
        raise OwnPreparation("preparation")
    return waiver.key
