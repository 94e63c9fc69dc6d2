"""Questions about monthly returns: which filing is in force, where a month opened."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from portal.accounts.queries import as_of
from portal.period import Period
from portal.returns.due import due
from portal.returns.model import (
    Decision,
    DecisionOutcome,
    Filing,
    OpeningBalance,
    Preparation,
    Recall,
)


def receipt_number(period: str, isp_id: int, version: int) -> str:
    """The number that an ISP gets for a filing: month, ISP, version."""
    return f"R-{period}-{isp_id:04d}-{version}"


def filings(session: Session, isp_id: int, period: Period) -> Sequence[Filing]:
    """Every version filed for a month, oldest first."""
    return session.scalars(_filings(), {"isp_id": isp_id, "period": str(period)}).all()


@cache
def _filings() -> Select[Filing]:
    of_month = Filing.isp_id == bindparam("isp_id"), Filing.period == bindparam("period")
    return select(Filing).where(*of_month).order_by(Filing.version)


def filing(session: Session, isp_id: int, period: Period, version: int) -> Filing | None:
    """One version filed for a month."""
    return session.get(Filing, (isp_id, str(period), version))


def by_receipt(session: Session, isp_id: int, receipt: str) -> Filing | None:
    """The filing of a receipt number, if it is the ISP's own."""
    return session.scalar(select(Filing).where(Filing.isp_id == isp_id, Filing.receipt == receipt))


def in_force(
    session: Session, isp_id: int, period: Period, seq: int | None = None
) -> Filing | None:
    """The latest version that was neither recalled nor voided (as of a sequence number)."""
    query = _standing_filings(seq).where(Filing.isp_id == isp_id, Filing.period == str(period))
    found: Filing | None = session.scalar(query.order_by(Filing.version.desc()).limit(1))
    return found


def _standing_filings(seq: Any = None) -> Select[Any]:
    gone = [
        exists().where(_of_filing(Recall), *_until(Recall, seq)),
        exists().where(
            _of_filing(Decision),
            Decision.outcome == DecisionOutcome.REJECT_VOID,
            *_until(Decision, seq),
            _not_closed(seq),
        ),
    ]
    return select(Filing).where(*[~x for x in gone], *_until(Filing, seq))


def _of_filing(table: Any) -> ColumnElement[bool]:
    return and_(
        table.isp_id == Filing.isp_id,
        table.period == Filing.period,
        table.version == Filing.version,
    )


def _until(table: Any, seq: Any) -> list[ColumnElement[bool]]:
    return [] if seq is None else [table.seq <= seq]


def _not_closed(seq: Any) -> ColumnElement[bool]:
    """A decision that an appeal closed counts no more (as of a sequence number)."""
    still = Decision.closed_seq.is_(None)
    return still if seq is None else or_(still, Decision.closed_seq > seq)


def decision_of(session: Session, filed: Filing) -> Decision | None:
    """How a filing was judged, if it was: the decision in force."""
    return session.scalar(
        select(Decision).where(
            Decision.isp_id == filed.isp_id,
            Decision.period == filed.period,
            Decision.version == filed.version,
            Decision.closed_seq.is_(None),
        )
    )


def filing_of(session: Session, preparation: Preparation) -> Filing | None:
    """The filing that a preparation became, if it did."""
    return session.scalar(
        select(Filing).where(
            Filing.isp_id == preparation.isp_id,
            Filing.period == preparation.period,
            Filing.preparation_no == preparation.no,
        )
    )


def preparations(session: Session, isp_id: int, period: Period) -> int:
    """How many preparations a month has."""
    return session.scalar(_preparations(), {"isp_id": isp_id, "period": str(period)}) or 0


@cache
def _preparations() -> Select[Any]:
    of_month = Preparation.isp_id == bindparam("isp_id"), Preparation.period == bindparam("period")
    return select(func.count()).where(*of_month)


def newest_preparation(session: Session, isp_id: int, period: Period) -> Preparation | None:
    """The latest preparation of a month, filed or not."""
    return session.scalar(
        select(Preparation)
        .where(Preparation.isp_id == isp_id, Preparation.period == str(period))
        .order_by(Preparation.no.desc())
        .limit(1)
    )


def any_filing_before(
    session: Session, isp_id: int, period: Period, seq: int | None = None
) -> bool:
    """Whether the ISP has filed for an earlier month (as of a sequence number)."""
    query = select(Filing.version).where(
        Filing.isp_id == isp_id, Filing.period < str(period), *_until(Filing, seq)
    )
    return session.scalar(query.limit(1)) is not None


@dataclass(frozen=True)
class Opening:
    """The stock a month opens with, and where it comes from (a receipt; None: declared)."""

    open_items: int
    filing: str | None


def opening(session: Session, isp_id: int, period: Period, seq: int) -> Opening | None:
    """The closing of the newest earlier filing in force, else the declared balance, else None."""
    asked = {"isp_id": isp_id, "period": str(period), "seq": seq}
    earlier: Filing | None = session.scalar(_earlier(), asked)
    if earlier is not None:
        return Opening(read(earlier.statement)["roll_forward"]["closing"], earlier.receipt)
    declared = session.scalar(
        select(OpeningBalance).where(
            OpeningBalance.isp_id == isp_id,
            OpeningBalance.period == str(period),
            as_of(OpeningBalance, seq),
        )
    )
    return None if declared is None else Opening(declared.open_items, None)


@cache
def _earlier() -> Select[Any]:
    """The newest filing that stands of a month before; built once, for every return asks it."""
    return (
        _standing_filings(bindparam("seq", type_=BigInteger()))
        .where(Filing.isp_id == bindparam("isp_id"), Filing.period < bindparam("period"))
        .order_by(Filing.period.desc(), Filing.version.desc())
        .limit(1)
    )


def cut_off_before(
    session: Session, isp_id: int, period: Period, seq: int, system_seq: int
) -> datetime | None:
    """Until when the month before was scored: its first cut-off, or its due date where the ISP was
    silent; None where nothing was ever filed before. As of a sequence number of the ISP and one of
    the system (calendar, outages).
    """
    before = period.previous()
    asked = {"isp_id": isp_id, "period": str(before), "seq": seq}
    found: datetime | None = session.scalar(_first_cut_off(), asked)
    if found is not None or not any_filing_before(session, isp_id, before, seq):
        return found
    return due(session, isp_id, before, seq=seq, system_seq=system_seq).at


@cache
def _first_cut_off() -> Select[Any]:
    known = _filings().where(Filing.seq <= bindparam("seq", type_=BigInteger()))
    return known.with_only_columns(Filing.cut_off_at).limit(1)


def read(statement: bytes) -> dict[str, Any]:
    """A frozen statement as a mapping."""
    return json.loads(statement)  # type: ignore[no-any-return]


def read_instant(text: str) -> datetime:
    """An instant as a statement writes it."""
    return datetime.fromisoformat(text)
